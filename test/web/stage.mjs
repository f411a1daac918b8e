// What every test of the page stands on: one browser, one warehouse with visits in it, one server.
import { after, before } from 'node:test';
import { launch, open } from './browser.mjs';
import { visitFiles } from './data.mjs';
import { Shop } from './program.mjs';
import { settled } from './reader.mjs';

export const kDay_ms = 86_400_000;

/** Filled before the first test: the browser, the shop, and the first and last day (UTC) that visits are stored of. */
export const stage = { browser: null, shop: null, firstDay: '', lastDay: '' };

before(async () => {
  stage.browser = await launch();
  stage.shop = await Shop.make();
  await stage.shop.load(...(await visitFiles(stage.shop)));
  await stage.shop.start();
  const [days] = await stage.shop.sql(
    'SELECT min(started_at)::DATE::VARCHAR AS first, max(started_at)::DATE::VARCHAR AS last FROM curated.visits',
  );
  Object.assign(stage, { firstDay: days.first, lastDay: days.last });
});

after(async () => {
  await stage.browser?.close();
  await stage.shop?.remove();
});

/** The day so many days after the first that is stored: "2024-07-04". */
export function dayAfterFirst(days) {
  return new Date(Date.parse(stage.firstDay) + days * kDay_ms).toISOString().slice(0, 10);
}

/** Opens the page, at an address such as "?device=mobile", and hands it over until the test is done. */
export async function onPage(address, test, options) {
  const page = await open(stage.browser, stage.shop.url + address, options);
  try {
    await settled(page);
    await test(page);
  } finally {
    await page.context().close();
  }
}

/** A shop of its own for one test, and the page that shows it. */
export async function onShop(fill, test, options) {
  const shop = await Shop.make();
  try {
    await fill(shop);
    await shop.start();
    const page = await open(stage.browser, shop.url, options);
    await test(page, shop);
    await page.context().close();
  } finally {
    await shop.remove();
  }
}
