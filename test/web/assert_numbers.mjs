// The page against the warehouse.
import assert from 'node:assert/strict';
import { Expected } from './expected.mjs';
import { funnel, kpis, list, listMap } from './reader.mjs';
import { stage } from './stage.mjs';

/** Every number of the page against SQL. */
export async function assertNumbers(page, view = {}) {
  const expected = new Expected(stage.shop, view);
  const totals = await expected.totals();
  const shown = await kpis(page);
  for (const name of ['revenue', 'orders', 'visits', 'page_views']) assert.equal(shown[name].exact, totals[name], name);
  const near = (name, value, digits) =>
    assert.ok(
      Math.abs(Number(shown[name].exact) - value) < 10 ** -digits,
      `${name}: ${shown[name].exact} is not ${value}`,
    );
  near('conversion', totals.with_purchase / totals.visits, 5);
  near('average_order', totals.revenue / totals.orders, 3);
  near('cart_abandonment', 1 - totals.with_purchase / totals.with_cart, 5);
  assert.deepEqual(await funnel(page), {
    visits: totals.visits,
    cart: totals.with_cart,
    purchase: totals.with_purchase,
  });

  const pages = await expected.pages();
  await assertList(page, 'pages', pages.visits);
  for (const row of await list(page, 'pages'))
    assert.equal(row.note.replace(/\D/g, ''), pages.views.get(row.key), `views of ${row.key}`);
  await assertList(page, 'products', (await expected.sales('product_id', 'product')).units);
  await assertList(page, 'categories', (await expected.sales('category', 'category')).revenue);
  await assertList(page, 'devices', await expected.devices());
}

/** A list against the values that its rows must have; the largest stands first, ties either way. */
export async function assertList(page, name, expected) {
  const shown = await listMap(page, name);
  const values = [...shown.values()].map(Number);
  assert.deepEqual(
    values,
    [...values].sort((a, b) => b - a),
    `${name}: largest first`,
  );
  assert.deepEqual(shown, new Map([...shown.keys()].map((key) => [key, expected.get(key)])), name);
  assert.equal(shown.size, expected.size, `${name}: all rows`);
}
