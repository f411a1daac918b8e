// Light, dark, or what the system says. Kept in this browser only.

import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const kThemes: readonly Theme[] = ['auto', 'light', 'dark'];
const kKey = 'millrace-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

export const theme = signal<Theme>(remembered());
const systemDark = signal(systemIsDark.matches);

/** Counts the changes of colour, for what draws on a canvas and has to be told. */
export const repaint = signal(0);

export function nextTheme(): Theme {
  return kThemes[(kThemes.indexOf(theme.value) + 1) % kThemes.length] ?? 'auto';
}

export function followTheme(): void {
  systemIsDark.addEventListener('change', () => (systemDark.value = systemIsDark.matches));
  effect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'auto' && systemDark.value);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    repaint.value = repaint.peek() + 1;
    remember(theme.value);
  });
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(kKey);
    return kThemes.find((name) => name === stored) ?? 'auto';
  } catch {
    return 'auto'; // storage may be forbidden
  }
}

function remember(name: Theme): void {
  try {
    if (name === 'auto') localStorage.removeItem(kKey);
    else localStorage.setItem(kKey, name);
  } catch {
    // then it lasts as long as the page
  }
}
