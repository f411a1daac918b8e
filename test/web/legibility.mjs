// Finds text on the page whose contrast with what is behind it is below 4.5 : 1 (WCAG 2, 1.4.3).

/** What is too faint, each as "text: ratio". */
export function unreadable(page) {
  return page.evaluate(() => {
    const kLeast = 4.5;
    // The browser resolves any CSS colour to bytes for us when it paints it.
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return { r, g, b, a: a / 255 };
    };
    const over = (top, below) => {
      const mix = (name) => top[name] * top.a + below[name] * (1 - top.a);
      return { r: mix('r'), g: mix('g'), b: mix('b'), a: 1 };
    };
    const luminance = ({ r, g, b }) => {
      const linear = (byte) => ((byte / 255 + 0.055) / 1.055) ** 2.4;
      const part = (byte) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : linear(byte));
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    // Everything painted behind the element: its ancestors, and the bar that stands behind a row's text.
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) {
        layers.push(getComputedStyle(at).backgroundColor);
        const bar = at.classList.contains('row') ? at.querySelector('.bar') : null;
        if (bar) layers.push(getComputedStyle(bar).backgroundColor);
      }
      return layers.reverse().reduce((below, layer) => over(rgba(layer), below), { r: 255, g: 255, b: 255, a: 1 });
    };
    const ratio = (element) => {
      const ground = behind(element);
      const text = over(rgba(getComputedStyle(element).color), ground);
      const [light, dark] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const isSeen = (element) => element.checkVisibility() && !element.closest('.offscreen') && !element.disabled;
    return [...document.querySelectorAll('#app *')]
      .filter((element) => hasText(element) && isSeen(element))
      .map((element) => [element.textContent.trim(), ratio(element)])
      .filter(([, value]) => value < kLeast)
      .map(([text, value]) => `${text}: ${value.toFixed(2)}`);
  });
}
