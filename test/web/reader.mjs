// Reads the page as it stands: the numbers that are on it, not those that were sent to it.
import { plain } from './expected.mjs';

export const kKpis = ['revenue', 'orders', 'conversion', 'average_order', 'visits', 'page_views', 'cart_abandonment'];

export function tile(page, name) {
  return page.getByTestId(name);
}

/** Waits until what is shown answers what was asked. */
export async function settled(page) {
  await page.locator('[data-testid=overview][aria-busy=false]').waitFor();
}

/** Does something that asks the server, and waits for its answer to be shown. Returns what was asked. */
export async function after(page, action) {
  const waiting = page.waitForResponse((response) => response.url().includes('/v1/overview'));
  await action();
  const answer = await waiting;
  await answer.finished();
  await settled(page);
  return new URL(answer.url()).searchParams;
}

/** Types into the filter palette. */
export async function typeFilter(page, text) {
  await page.keyboard.press('/');
  await page.getByTestId('filter-palette').waitFor();
  await page.keyboard.type(text);
}

export async function kpis(page) {
  const read = async (name) => {
    const data = tile(page, `kpi-${name}`).locator('data');
    return [
      name,
      { exact: plain(await data.getAttribute('value')), shown: (await data.textContent()).replaceAll('\u202f', ' ') },
    ];
  };
  return Object.fromEntries(await Promise.all(kKpis.map(read)));
}

export async function funnel(page) {
  const read = async (name) => [name, plain(await tile(page, `stage-${name}`).locator('data').getAttribute('value'))];
  return Object.fromEntries(await Promise.all(['visits', 'cart', 'purchase'].map(read)));
}

/** Every row of a list: opens it if it is shortened. */
export async function list(page, name) {
  const more = tile(page, name).locator('button.list-foot[aria-expanded=false]');
  if (await more.count()) await more.click();
  return tile(page, name)
    .locator('.row')
    .evaluateAll((rows) =>
      rows.map((row) => ({
        key: row.dataset.key,
        label: row.querySelector('.row-label').textContent,
        title: row.title,
        chosen: row.getAttribute('aria-pressed') === 'true',
        value: row.querySelector('data').value,
        note: row.querySelector('.row-note')?.textContent ?? null,
      })),
    );
}

export async function listMap(page, name) {
  return new Map((await list(page, name)).map(({ key, value }) => [key, plain(value)]));
}

export async function copied(page, name, item) {
  await tile(page, name).getByTestId('tile-menu').click();
  await tile(page, name).getByRole('button', { name: item }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

export function parsedCsv(text) {
  const [header, ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])));
}
