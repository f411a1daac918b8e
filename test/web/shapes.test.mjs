// The Overview of shops that have other events than visits: what is there equals SQL, and nothing else is on the page.
//
//   node --test test/web/shapes.test.mjs
//
//   MILLRACE, MILLRACE_PICTURES, CHROMIUM  as in overview.test.mjs
//   MILLRACE_RETAIL_DATA   a folder of UCI Online Retail as CSV (without it: told, and not checked)
//   MILLRACE_JOURNEY_DATA  a folder with transactions.csv of The Complete Journey (the same)
import assert from 'node:assert/strict';
import { after as afterAll, before, describe, it } from 'node:test';
import { faults, launch, open, picture } from './browser.mjs';
import { hostileVisits } from './hostile_visits.mjs';
import { unreadable } from './legibility.mjs';
import { Shop } from './program.mjs';
import { after, copied, funnel, list, listMap, parsedCsv, settled, tile } from './reader.mjs';
import { plain } from './expected.mjs';
import { expectedKpis, expectedList, expectedUnits } from './shapes/expected.mjs';
import { handmade, real } from './shapes/shops.mjs';

let browser;
before(async () => (browser = await launch()));
afterAll(() => browser.close());

const kCounted = ['revenue', 'orders', 'visits', 'page_views', 'item_views', 'units', 'stock_change'];
const kOfVisits = ['kpi-visits', 'kpi-conversion', 'kpi-cart_abandonment', 'devices'];

/** A shop, its page, and what must hold of every one. */
async function onShop(fill, test, options) {
  const shop = await Shop.make();
  try {
    await fill(shop);
    await shop.start();
    const page = await open(browser, shop.url, options);
    await settled(page);
    await test(page, shop);
    await page.context().close();
  } finally {
    await shop.remove();
  }
}

async function assertKpis(page, shop, currency) {
  const expected = await expectedKpis(shop, currency);
  for (const name of kCounted) {
    const shown = tile(page, `kpi-${name}`);
    if (expected[name] === undefined) assert.equal(await shown.count(), 0, `there is no ${name}`);
    else assert.equal(plain(await shown.locator('data').getAttribute('value')), expected[name], name);
  }
  if (expected.revenue !== undefined) {
    const average = Number(await tile(page, 'kpi-average_order').locator('data').getAttribute('value'));
    assert.ok(Math.abs(average - expected.revenue / expected.orders) < 0.001, `average order: ${average}`);
  }
}

/** The SQL that the page gives away has the numbers that the page shows. */
async function assertCopies(page, shop) {
  const [totals] = await shop.sql(await copied(page, 'series', 'Copy totals as SQL'));
  for (const name of kCounted) {
    const shown = tile(page, `kpi-${name}`);
    if ((await shown.count()) === 0) assert.equal(totals[name], undefined, name);
    else assert.equal(plain(totals[name]), plain(await shown.locator('data').getAttribute('value')), name);
  }
  const series = await shop.sql(await copied(page, 'series', 'Copy series as SQL'));
  const sheet = parsedCsv(await copied(page, 'series', 'Copy series as CSV'));
  assert.deepEqual(
    series.map((row) => plain(row.units ?? 0)),
    sheet.map((row) => row.units ?? '0'),
  );
}

async function assertTopProducts(page, shop) {
  const expected = await expectedUnits(shop);
  const shown = await listMap(page, 'products');
  for (const [key, units] of shown) assert.equal(units, expected.get(key), key);
  const most = [...expected.values()].map(Number).sort((a, b) => b - a);
  assert.deepEqual([...shown.values()].map(Number), most.slice(0, shown.size), 'the most sold');
}

async function assertWithout(page, names) {
  for (const name of names) assert.equal(await tile(page, name).count(), 0, name);
}

describe('a shop with orders only', () => {
  for (const [name, options] of [
    ['orders-1440-light', { width: 1440 }],
    ['orders-390-dark', { width: 390, height: 844, dark: true }],
  ]) {
    it(`has its orders and no tile of visits (${name})`, () =>
      onShop(
        handmade.orders,
        async (page, shop) => {
          console.log(`  ${await picture(page, name)}`);
          await assertKpis(page, shop, 'USD');
          assert.equal(plain(await tile(page, 'kpi-revenue').locator('data').getAttribute('value')), '38.1134');
          await assertWithout(page, [...kOfVisits, 'kpi-page_views', 'funnel', 'pages', 'categories', 'stores']);
          await assertTopProducts(page, shop);
          assert.deepEqual(
            await listMap(page, 'verticals'),
            new Map([
              ['groceries', '2'],
              ['flowers', '1'],
              ['pharmacy', '1'],
            ]),
          );
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
          assert.deepEqual(await unreadable(page), []);
          assert.equal(await page.evaluate(() => window.__pwned), undefined);
        },
        options,
      ));
  }

  it('is filtered by a vertical, and by a product; Escape takes it back', () =>
    onShop(handmade.orders, async (page) => {
      await after(page, () => tile(page, 'verticals').locator('.row[data-key=groceries]').click());
      assert.equal(await tile(page, 'kpi-orders').locator('data').getAttribute('value'), '2');
      assert.equal((await list(page, 'verticals')).length, 3, 'the list keeps its other rows');
      assert.match(page.url(), /vertical=groceries/);
      await after(page, () => page.keyboard.press('Escape'));
      await after(page, () => tile(page, 'products').locator('.row[data-key=S3]').click());
      assert.equal(plain(await tile(page, 'kpi-revenue').locator('data').getAttribute('value')), '19.99');
    }));

  it('gives away the SQL of its numbers', () => onShop(handmade.orders, assertCopies));

  it('has keys for the numbers it has', () =>
    onShop(handmade.orders, async (page) => {
      await page.keyboard.press('4');
      await page.locator('[data-testid=kpi-units][aria-pressed=true]').waitFor();
      await page.keyboard.press('5');
      assert.match(page.url(), /kpi=units/);
    }));
});

describe('a shop with views, carts and purchases, but no visits', () => {
  it('has a funnel of shoppers', () =>
    onShop(handmade.ecom_events, async (page, shop) => {
      await assertKpis(page, shop, 'USD');
      assert.deepEqual(await funnel(page), { visits: '3', cart: '2', purchase: '1' });
      await assertWithout(page, [...kOfVisits, 'pages', 'stores', 'verticals']);
      assert.deepEqual(await listMap(page, 'categories'), new Map([['toys', '31.9']]));
      const [copy] = await shop.sql(await copied(page, 'funnel', 'Copy as SQL'));
      assert.deepEqual(copy, { viewed: 3, added_to_cart: 2, bought: 1 });
      await after(page, () => tile(page, 'stage-purchase').click());
      assert.equal(await tile(page, 'kpi-item_views').locator('data').getAttribute('value'), '1');
    }));
});

describe('a shop with clicks, sales of stores and stock', () => {
  const fill = async (shop) => {
    for (const name of ['clicks', 'transactions', 'stock']) await handmade[name](shop);
  };
  it('has a number for each', () =>
    onShop(fill, async (page, shop) => {
      await assertKpis(page, shop, 'USD');
      await assertWithout(page, [...kOfVisits, 'kpi-revenue', 'kpi-orders', 'kpi-average_order', 'funnel']);
      assert.deepEqual(await listMap(page, 'pages'), new Map([['https://example.com/home', '2']]));
      assert.deepEqual(
        await listMap(page, 'stores'),
        new Map([
          ['south', '5'],
          ['north', '2'],
        ]),
      );
      await assertCopies(page, shop);
    }));
});

describe('a shop with visits and all else', () => {
  const fill = async (shop) => {
    await shop.loadVisits('visits.jsonl', hostileVisits());
    for (const each of Object.values(handmade)) await each(shop);
  };
  it('adds up what the mapping says, and nothing more', () =>
    onShop(fill, async (page, shop) => {
      console.log(`  ${await picture(page, 'mixed')}`);
      await assertKpis(page, shop, 'USD');
      await assertTopProducts(page, shop);
      await assertCopies(page, shop);
      assert.equal((await funnel(page)).visits, '9', 'the funnel is of visits');
    }));
});

for (const { name, fill, skip } of real) {
  describe(`the real files of ${name}`, { skip }, () => {
    it('are on the page as SQL counts them', () =>
      onShop(fill, async (page, shop) => {
        console.log(`  ${await picture(page, name)}`);
        await assertKpis(page, shop, 'GBP');
        await assertWithout(page, [...kOfVisits, 'funnel', 'pages', 'categories', 'verticals']);
        await assertTopProducts(page, shop);
        await assertCopies(page, shop);
        if (name !== 'completejourney') return assertWithout(page, ['stores']);
        const stores = await expectedList(
          shop,
          'SELECT store_id AS key, sum(quantity) AS value FROM curated.completejourney GROUP BY ALL',
        );
        for (const [key, units] of await listMap(page, 'stores')) assert.equal(units, stores.get(key), `store ${key}`);
      }));
  });
}

it('nothing was asked of another host, refused by the policy or thrown, on any page of this test', () => {
  assert.deepEqual(faults, []);
});
