import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { picture } from '../browser.mjs';
import { Expected } from '../expected.mjs';
import { hostileVisits, kPayloads } from '../hostile_visits.mjs';
import { after, kpis, list, settled, tile, typeFilter } from '../reader.mjs';
import { onPage, onShop, stage } from '../stage.mjs';

const kLists = ['pages', 'products', 'categories', 'devices'];

describe('text from events', () => {
  it('is text, whatever it says', () =>
    onShop(
      (shop) => shop.loadVisits('hostile.jsonl', hostileVisits()),
      async (page) => {
        await settled(page);
        for (const name of ['pages', 'products']) {
          const rows = await list(page, name);
          assert.ok(
            rows.some(({ key }) => key.includes('<img src=x')),
            `the hostile ${name} are there`,
          );
        }
        for (const name of kLists) await tryEachRow(page, name);
        await typeFilter(page, 'img');
        await page.keyboard.press('Escape');
        await assertHarmless(page);
        console.log(`  ${await picture(page, 'hostile')}`);
      },
      kPhone,
    ));

  for (const payload of kPayloads) {
    it(`is text even where no text should be: ${JSON.stringify(payload.slice(0, 40))}`, () =>
      onPage(
        '?range=7d',
        async (page) => {
          await tile(page, 'kpi-orders').click();
          await assertHarmless(page);
        },
        { ...kPhone, prepare: (page) => answerWith(page, payload) },
      ));
  }

  it('several currencies are never added up, and the reader can choose', () =>
    onShop(
      (shop) => shop.loadVisits('mixed.jsonl', [...hostileVisits('USD'), ...hostileVisits('EUR').slice(0, 1)]),
      async (page, shop) => {
        await settled(page);
        const usd = await new Expected(shop, { currency: 'USD' }).totals();
        const eur = await new Expected(shop, { currency: 'EUR' }).totals();
        assert.notEqual(usd.revenue, eur.revenue);
        assert.equal((await kpis(page)).revenue.exact, usd.revenue);
        await after(page, () => tile(page, 'currency').selectOption('EUR'));
        assert.equal((await kpis(page)).revenue.exact, eur.revenue);
        assert.match((await kpis(page)).revenue.shown, /^€/);
      },
    ));
});

const kPhone = { width: 390, height: 844 };

async function assertHarmless(page) {
  assert.equal(await page.evaluate(() => window.__pwned), undefined);
  assert.equal(await page.locator('#app :is(img, script, iframe)').count(), 0);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(tooWide, 0, 'long names do not widen the page');
}

/** The server's answer, with the payload for the name of everything in it. */
function answerWith(page, payload) {
  return page.route('**/v1/overview*', async (route) => {
    const answer = await route.fetch({ url: `${stage.shop.url}v1/overview` });
    const overview = await answer.json();
    for (const name of kLists)
      overview[name].rows.forEach((row, index) => Object.assign(row, { key: `${payload}${index}`, name: payload }));
    await route.fulfill({ json: { ...overview, currency: payload, currencies: [payload, 'USD'] } });
  });
}

/** Every row is chosen, pointed at and let go again. */
async function tryEachRow(page, name) {
  const rows = tile(page, name).locator('.row');
  for (let row = 0; row < (await rows.count()); ++row) {
    await after(page, () => rows.nth(row).click());
    await rows.nth(row).hover();
    await after(page, () => page.keyboard.press('Escape'));
  }
}
