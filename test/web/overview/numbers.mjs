import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertList, assertNumbers } from '../assert_numbers.mjs';
import { golden, noGolden } from '../data.mjs';
import { Expected, plain } from '../expected.mjs';
import { copied, funnel, kpis, list, parsedCsv, tile } from '../reader.mjs';
import { onPage, stage } from '../stage.mjs';

describe('the numbers', () => {
  it('of all time equal SQL over the warehouse', () => onPage('', (page) => assertNumbers(page)));

  it('are the known ones', { skip: noGolden }, () =>
    onPage('', async (page) => {
      const shown = await kpis(page);
      for (const [name, value] of Object.entries(golden.kpis)) assert.equal(shown[name].exact, value, name);
      for (const [name, text] of Object.entries(golden.shown)) assert.equal(shown[name].shown, text, name);
      assert.deepEqual(await funnel(page), golden.funnel);
      const labelled = async (name) =>
        Object.fromEntries((await list(page, name)).map((row) => [row.label, plain(row.value)]));
      assert.deepEqual(await labelled('pages'), golden.pages);
      assert.deepEqual(await labelled('categories'), golden.categories);
      assert.deepEqual(await labelled('devices'), golden.devices);
      const products = (await list(page, 'products')).slice(0, golden.products.length);
      assert.deepEqual(
        products.map((row) => [row.label, row.value]),
        golden.products,
      );
    }),
  );

  it('of products can be read as revenue', () =>
    onPage('', async (page) => {
      await tile(page, 'products').getByRole('button', { name: 'revenue' }).click();
      const { revenue } = await new Expected(stage.shop).sales('product_id', 'product');
      await assertList(page, 'products', revenue);
      assert.match(page.url(), /products=revenue/);
    }));

  it('over time are exact under the cursor, read with the arrow keys', () =>
    onPage('', async (page) => {
      const rows = parsedCsv(await copied(page, 'series', 'Copy series as CSV'));
      const { range } = await (await page.request.get(`${stage.shop.url}v1/overview`)).json();
      const expected = await new Expected(stage.shop).series(
        rows.map((row) => row.start),
        range.to,
      );
      for (const kpi of ['revenue', 'page_views']) {
        assert.deepEqual(
          rows.map((row) => plain(row[kpi])),
          expected.map((row) => row[kpi]),
          `${kpi} of each bucket`,
        );
        await tile(page, `kpi-${kpi}`).click();
        await tile(page, 'chart').focus();
        await page.keyboard.press('Home');
        for (let index = 0; index < Math.min(rows.length, 12); ++index) {
          const text = await tile(page, 'chart-hover').locator('.now .hover-value').textContent();
          assert.equal(
            Number(text.replace(/[^\d.]/g, '')),
            Number(expected[index][kpi]),
            `${kpi} at ${rows[index].start}`,
          );
          await page.keyboard.press('ArrowRight');
        }
        await page.keyboard.press('Escape');
      }
    }));

  it('are complete up to the last stored event, and say so', () =>
    onPage('', async (page) => {
      const [row] = await stage.shop.sql('SELECT epoch_ms(max(event_time)) AS last FROM curated.events');
      const shown = await tile(page, 'complete-to').locator('time').getAttribute('datetime');
      assert.equal(Date.parse(shown), Number(row.last));
      assert.match(await tile(page, 'complete-to').textContent(), /complete to \d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC/);
    }));

  it('move by themselves when something is stored', () =>
    onPage('?device=desktop', async (page) => {
      const before = Number((await kpis(page)).page_views.exact);
      const visit = {
        session_id: 'SID-poll',
        user_id: 'UID-poll',
        device_type: 'desktop',
        geolocation: '1.0,2.0',
        user_agent: 'test',
        events: [
          {
            event_type: 'page_view',
            timestamp: `${stage.lastDay}T06:00:00`,
            details: { page_url: 'https://example.com/home', referrer_url: null },
          },
        ],
      };
      await stage.shop.loadVisits('poll.jsonl', [visit]);
      await page.waitForFunction(
        (wanted) => document.querySelector('[data-testid=kpi-page_views] data').value === wanted,
        String(before + 1),
      );
      await assertNumbers(page, { filters: { device: 'desktop' } });
    }));
});
