import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { open, picture } from '../browser.mjs';
import { unreadable } from '../legibility.mjs';
import { settled, tile } from '../reader.mjs';
import { dayAfterFirst, onPage, stage } from '../stage.mjs';

// A view with all there is to see: a comparison, a filter, an unfinished tail.
const kAddress = () => `?range=${dayAfterFirst(6)}..${stage.lastDay}&device=mobile`;

describe('the look', () => {
  const looks = [
    ['overview-1440-light', { width: 1440 }],
    ['overview-1440-dark', { width: 1440, dark: true }],
    ['overview-900-light', { width: 900 }],
    ['overview-390-light', { width: 390, height: 844 }],
    ['overview-390-dark', { width: 390, height: 844, dark: true }],
  ];
  for (const [name, options] of looks) {
    it(`${name} has nothing too wide and nothing too faint`, () =>
      onPage(
        kAddress(),
        async (page) => {
          console.log(`  ${await picture(page, name)}`);
          assert.equal(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
            0,
            'scrolls sideways',
          );
          assert.deepEqual(await unreadable(page), []);
        },
        options,
      ));
  }

  it('follows the reader’s choice of colours, and keeps it', () =>
    onPage('', async (page) => {
      const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
      assert.equal(await theme(), 'light');
      await tile(page, 'theme').click();
      await tile(page, 'theme').click();
      assert.equal(await theme(), 'dark');
      await page.reload();
      await settled(page);
      assert.equal(await theme(), 'dark');
    }));

  it('keeps still for who wants it still', () =>
    onPage(
      '',
      async (page) => {
        const moving = await page.evaluate(
          () =>
            [...document.querySelectorAll('*')].filter(
              (element) => parseFloat(getComputedStyle(element).transitionDuration) > 0,
            ).length,
        );
        assert.equal(moving, 0);
      },
      { stillness: true },
    ));

  it('does not shift when the numbers come', async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const prepare = (page) => page.route('**/v1/overview*', async (route) => (await held, route.continue()));
    const page = await open(stage.browser, stage.shop.url, { prepare });
    await page.getByTestId('skeleton').waitFor();
    const tops = () =>
      page.locator('.card').evaluateAll((cards) => cards.map((card) => Math.round(card.getBoundingClientRect().top)));
    const before = await tops();
    release();
    await settled(page);
    const now = await tops();
    now.forEach((top, index) =>
      assert.ok(Math.abs(top - before[index]) <= 8, `card ${index}: ${before[index]} → ${top}`),
    );
    await page.context().close();
  });

  it('weighs at most 60 KB before its first numbers', async () => {
    const sizes = [];
    const prepare = (page) =>
      page.on('requestfinished', (request) => {
        if (!request.url().includes('/v1/')) sizes.push(request.sizes());
      });
    const page = await open(stage.browser, stage.shop.url, { prepare });
    await settled(page);
    const own = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
    assert.ok(own <= 60 * 1024, `${own} bytes`);
    await page.context().close();
  });
});
