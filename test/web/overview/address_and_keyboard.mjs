import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertNumbers } from '../assert_numbers.mjs';
import { after, kKpis, settled, tile } from '../reader.mjs';
import { onPage } from '../stage.mjs';

describe('the address', () => {
  it('restores a view, and Back and Forward walk through views', () =>
    onPage('?device=mobile&kpi=visits', async (page) => {
      await assertNumbers(page, { filters: { device: 'mobile' } });
      assert.equal(await tile(page, 'kpi-visits').getAttribute('aria-pressed'), 'true');
      await after(page, () => tile(page, 'stage-cart').click());
      await page.keyboard.press('2');
      assert.equal(new URL(page.url()).search, '?device=mobile&step=cart&kpi=orders');
      await page.goBack();
      assert.equal(await tile(page, 'kpi-visits').getAttribute('aria-pressed'), 'true');
      await after(page, () => page.goBack());
      await assertNumbers(page, { filters: { device: 'mobile' } });
      await after(page, () => page.goForward());
      await assertNumbers(page, { filters: { device: 'mobile', step: 'cart' } });
      await page.reload();
      await settled(page);
      await assertNumbers(page, { filters: { device: 'mobile', step: 'cart' } });
    }));
});

describe('the keyboard', () => {
  it('chooses each of the seven numbers', () =>
    onPage('', async (page) => {
      for (const [index, name] of kKpis.entries()) {
        await page.keyboard.press(String(index + 1));
        await page.locator(`[data-testid=kpi-${name}][aria-pressed=true]`).waitFor();
      }
    }));

  it('opens and closes the range, the filter and the sheet of keys', () =>
    onPage('', async (page) => {
      await page.keyboard.press('t');
      await tile(page, 'range-7d').waitFor();
      await page.keyboard.press('Escape');
      await tile(page, 'range-7d').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'range', 'the focus goes back');
      for (const [key, dialog] of [
        ['/', 'filter-palette'],
        ['?', 'shortcuts'],
      ]) {
        await page.keyboard.press(key);
        await tile(page, dialog).waitFor();
        await page.keyboard.press('Escape');
        await tile(page, dialog).waitFor({ state: 'detached' });
      }
    }));

  it('reaches every row', () =>
    onPage('', async (page) => {
      const reached = new Set();
      for (let presses = 0; presses < 80; ++presses) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate(() => document.activeElement?.dataset.key ?? ''));
      }
      const rows = await page.locator('.row').evaluateAll((all) => all.map((row) => row.dataset.key));
      assert.deepEqual(
        rows.filter((key) => !reached.has(key)),
        [],
      );
    }));
});
