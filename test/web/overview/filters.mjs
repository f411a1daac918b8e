import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertNumbers } from '../assert_numbers.mjs';
import { after, list, tile, typeFilter } from '../reader.mjs';
import { onPage } from '../stage.mjs';

describe('filters', () => {
  const dimensions = { device: 'devices', page: 'pages', product: 'products', category: 'categories' };

  for (const [dimension, name] of Object.entries(dimensions)) {
    it(`a click on a row of ${name} selects its visits; Escape takes it back`, () =>
      onPage('', async (page) => {
        const rows = await list(page, name);
        const { key, label } = rows[rows.length - 1];
        await after(page, () => tile(page, name).locator('.row').last().click());
        assert.ok((await tile(page, `chip-${dimension}`).textContent()).startsWith(`${dimension}: ${label}`));
        const others = await list(page, name);
        assert.equal(others.length, rows.length, 'the list keeps its other rows');
        assert.deepEqual(
          others.filter((row) => row.chosen).map((row) => row.key),
          [key],
        );
        await assertNumbers(page, { filters: { [dimension]: key } });
        await after(page, () => page.keyboard.press('Escape'));
        assert.equal(await tile(page, `chip-${dimension}`).count(), 0);
        await assertNumbers(page);
      }));
  }

  for (const step of ['cart', 'purchase']) {
    it(`a click on the funnel keeps the visits that came to ${step}`, () =>
      onPage('', async (page) => {
        await after(page, () => tile(page, `stage-${step}`).click());
        await assertNumbers(page, { filters: { step } });
        await after(page, () => tile(page, 'stage-visits').click());
        assert.equal(await tile(page, 'chip-step').count(), 0);
      }));
  }

  it('add up, and each chip takes its own back', () =>
    onPage('', async (page) => {
      await after(page, () => tile(page, 'devices').locator('.row[data-key=mobile]').click());
      await after(page, () => tile(page, 'stage-purchase').click());
      const { key } = (await list(page, 'categories'))[1];
      await after(page, () => tile(page, 'categories').locator('.row').nth(1).click());
      await assertNumbers(page, { filters: { device: 'mobile', step: 'purchase', category: key } });
      await after(page, () => tile(page, 'chip-step').click());
      await assertNumbers(page, { filters: { device: 'mobile', category: key } });
    }));

  it('can be typed', () =>
    onPage('', async (page) => {
      await typeFilter(page, 'device:desk');
      await after(page, () => page.keyboard.press('Enter'));
      await assertNumbers(page, { filters: { device: 'desktop' } });
    }));

  it('that match nothing say so, and can be cleared', () =>
    onPage('', async (page) => {
      await typeFilter(page, 'page:https://example.com/nowhere');
      await page.keyboard.press('Enter');
      await page.getByText('No visits match these filters').waitFor();
      await after(page, () => page.getByRole('button', { name: 'Clear filters' }).click());
      await assertNumbers(page);
    }));
});
