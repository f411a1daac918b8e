import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertNumbers } from '../assert_numbers.mjs';
import { Expected } from '../expected.mjs';
import { after, kKpis, tile } from '../reader.mjs';
import { dayAfterFirst, onPage, stage } from '../stage.mjs';

const midnight = (day) => `${day}T00:00:00Z`;

describe('the range of time', () => {
  it('is chosen in whole UTC days, and compared with as many before', () =>
    onPage('', async (page) => {
      const [before, first, last, end] = [0, 3, 5, 6].map(dayAfterFirst);
      await tile(page, 'range').click();
      await tile(page, 'range-first').fill(first);
      await tile(page, 'range-last').fill(last);
      await after(page, () => tile(page, 'range-apply').click());
      assert.match(page.url(), new RegExp(`range=${first}..${last}`));
      await assertNumbers(page, { range: { from: midnight(first), to: midnight(end) } });
      await assertChanges(
        page,
        { from: midnight(first), to: midnight(end) },
        { from: midnight(before), to: midnight(first) },
      );
      await after(page, () => page.keyboard.press('c'));
      assert.equal(await page.getByTestId('change').count(), 0, 'no comparison, no change');
    }));

  it('in which nothing was stored says so, and leads back', () =>
    onPage('', async (page) => {
      await tile(page, 'range').click();
      await tile(page, 'range-today').click();
      await page.getByTestId('no-visits').waitFor();
      await after(page, () => page.getByRole('button', { name: 'Show all time' }).click());
      await assertNumbers(page);
    }));

  it('can be dragged out of the chart', () =>
    onPage('', async (page) => {
      const box = await tile(page, 'chart').locator('.u-over').boundingBox();
      await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 5 });
      const asked = await after(page, () => page.mouse.up());
      await assertNumbers(page, { range: { from: asked.get('from'), to: asked.get('to') } });
    }));
});

/** The change under each number is the change between two SQL answers. */
async function assertChanges(page, now, then) {
  const a = await new Expected(stage.shop, { range: now }).totals();
  const b = await new Expected(stage.shop, { range: then }).totals();
  const percent = (name) => ((a[name] - b[name]) / b[name]) * 100;
  const points = (part, whole) => (a[part] / a[whole] - b[part] / b[whole]) * 100;
  const changes = {
    revenue: percent('revenue'),
    orders: percent('orders'),
    conversion: points('with_purchase', 'visits'),
    average_order: (a.revenue / a.orders / (b.revenue / b.orders) - 1) * 100,
    visits: percent('visits'),
    page_views: percent('page_views'),
    cart_abandonment: -points('with_purchase', 'with_cart'),
  };
  for (const name of kKpis) {
    const text = await tile(page, `kpi-${name}`).getByTestId('change').textContent();
    const [signed] = /[+±−][\d.]+/.exec(text);
    const shown = Number(signed.replace('−', '-').replace('±', ''));
    assert.ok(
      Math.abs(shown - changes[name]) <= (Math.abs(shown) < 100 ? 0.051 : 0.51),
      `${name}: ${text} is not ${changes[name]}`,
    );
  }
}
