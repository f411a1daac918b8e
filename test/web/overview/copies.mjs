import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Expected, plain } from '../expected.mjs';
import { copied, list, parsedCsv } from '../reader.mjs';
import { onPage, stage } from '../stage.mjs';

describe('what is taken away', () => {
  it('as SQL runs as it is and gives the numbers of the tile', () =>
    onPage('?device=mobile', async (page) => {
      const [totals] = await stage.shop.sql(await copied(page, 'funnel', 'Copy as SQL'));
      const expected = await new Expected(stage.shop, { filters: { device: 'mobile' } }).totals();
      assert.equal(plain(totals.visits), expected.visits);
      assert.equal(plain(totals.revenue), expected.revenue);
      for (const name of ['pages', 'products', 'categories', 'devices']) {
        const rows = await stage.shop.sql(await copied(page, name, 'Copy as SQL'));
        assert.equal(rows.length, (await list(page, name)).length, name);
      }
    }));

  it('as CSV has the exact numbers', () =>
    onPage('', async (page) => {
      const rows = parsedCsv(await copied(page, 'categories', 'Copy as CSV'));
      const { revenue } = await new Expected(stage.shop).sales('category', 'category');
      assert.deepEqual(new Map(rows.map((row) => [row.category, plain(row.revenue)])), revenue);
    }));
});
