// The Data health screen in a real browser: its sums are those of raw.loads, and the bytes of a dead letter are exact,
// whatever they are, and never anything but text.
//
//   node --test test/web/health.test.mjs
//
//   MILLRACE, MILLRACE_PICTURES, CHROMIUM  as in overview.test.mjs
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after as afterAll, before, describe, it } from 'node:test';
import { faults, launch, open, picture } from './browser.mjs';
import { hostileVisits } from './hostile_visits.mjs';
import { unreadable } from './legibility.mjs';
import { Shop } from './program.mjs';
import { copied, list, tile } from './reader.mjs';
import { handmade } from './shapes/shops.mjs';

const kBad = [
  Buffer.from('{"session_id": 7}'),
  Buffer.from('<img src=x onerror="window.__pwned=1">'),
  Buffer.from([0xff, 0xfe, 0x00, 0x3c, 0x62, 0x3e]),
  Buffer.from('{"a":"nul \u0000 and \u202e turned"}'),
  Buffer.from(`{"long":"${'é'.repeat(4_000)}`),
];
const kHostileName = "<b>'bad' \u202e.jsonl";

let browser;
let shop;
before(async () => {
  browser = await launch();
  shop = await Shop.make();
  const good = hostileVisits().map((visit) => Buffer.from(JSON.stringify(visit)));
  const file = join(shop.folder, kHostileName);
  await writeFile(file, Buffer.concat([...kBad, ...good].flatMap((line) => [line, Buffer.from('\n')])));
  await shop.load('--contract', 'visits', file);
  await handmade.orders(shop);
  await shop.load('--again', '--contract', 'orders', join(shop.folder, 'orders.jsonl'));
  const bad = join(shop.folder, 'bad_orders.jsonl');
  await writeFile(bad, '{"order_id": 1}\n');
  await shop.load('--contract', 'orders', bad);
  await shop.start();
});
afterAll(async () => {
  await browser.close();
  await shop.remove();
});

const settled = (page) => page.locator('[data-testid=health][aria-busy=false]').waitFor();

async function onHealth(address, test, options) {
  const page = await open(browser, `${shop.url}health${address}`, options);
  try {
    await settled(page);
    await test(page);
  } finally {
    await page.context().close();
  }
}

/** Clicks, and waits for all answers. */
async function chosen(page, action) {
  const answers = ['/v1/dead-letters?', '/v1/health/dead-letters'].map((path) =>
    page.waitForResponse((response) => response.url().includes(path)),
  );
  await action();
  await Promise.all(answers);
  await settled(page);
}

/** The cells of a table's rows, as exact values by their label. */
function table(page, name) {
  return tile(page, name)
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => ({
        name: row.querySelector('.name button').title,
        verdict: row.querySelector('.verdict').textContent,
        counts: [...row.querySelectorAll('data')].map((data) => data.value),
      })),
    );
}

const kCounts = 'received::VARCHAR AS r, stored::VARCHAR AS s, dead_letters::VARCHAR AS d, duplicates::VARCHAR AS u';

describe('what was received', () => {
  it('adds up, and is what raw.loads says, of each load and of each contract', () =>
    onHealth('', async (page) => {
      const loads = await shop.sql(
        `SELECT file_name, ${kCounts} FROM raw.loads ORDER BY started_at DESC, load_id DESC`,
      );
      assert.deepEqual(
        (await table(page, 'loads')).map(({ name, counts }) => [name, ...counts]),
        loads.map(({ file_name, r, s, d, u }) => [file_name, r, s, d, u]),
      );
      const sums = await shop.sql(
        'SELECT contract, sum(received)::VARCHAR AS r, sum(stored)::VARCHAR AS s, sum(dead_letters)::VARCHAR AS d, ' +
          'sum(duplicates)::VARCHAR AS u FROM raw.loads GROUP BY contract ORDER BY contract',
      );
      const shown = await table(page, 'contract-sums');
      assert.deepEqual(
        shown.map(({ name, counts }) => [name, ...counts]),
        sums.map(({ contract, r, s, d, u }) => [contract, r, s, d, u]),
      );
      for (const { name, counts, verdict } of [...shown, ...(await table(page, 'loads'))]) {
        const [received, ...parts] = counts.map(Number);
        assert.equal(
          received,
          parts.reduce((sum, part) => sum + part, 0),
          name,
        );
        assert.equal(verdict, '✓ yes', name);
      }
    }));

  it('that does not add up is told', () =>
    onHealth('', async (page) => {
      await page.route('**/v1/health/loads*', async (route) => {
        const body = await (await route.fetch()).json();
        body.contracts[0].stored -= 1;
        await route.fulfill({ json: body });
      });
      await page.reload();
      await settled(page);
      assert.match((await table(page, 'contract-sums'))[0].verdict, /✗ 1 unaccounted for/);
    }));
});

describe('dead letters', () => {
  it('are counted by reason, contract and file as SQL counts them', () =>
    onHealth('', async (page) => {
      for (const [name, column] of [
        ['reasons', 'reason'],
        ['contracts', 'contract'],
        ['files', 'source_file'],
      ]) {
        const rows = await shop.sql(`SELECT ${column} AS key, count(*) AS n FROM raw.dead_letters GROUP BY ALL`);
        const shown = await list(page, name);
        assert.deepEqual(
          new Map(shown.map(({ key, value }) => [key, value])),
          new Map(rows.map(({ key, n }) => [key, String(n)])),
          name,
        );
      }
    }));

  it('show their bytes as text, with what cannot be seen made visible', () =>
    onHealth('?contract=visits', async (page) => {
      assert.equal(await shownBytes(page, 1), '{"session_id": 7}');
      assert.equal(await shownBytes(page, 2), '<img src=x onerror="window.__pwned=1">');
      assert.equal(await shownBytes(page, 4), '{"a":"nul NUL and U+202E turned"}');
      assert.deepEqual(
        await letterAt(page, 4)
          .locator('.hidden-char')
          .evaluateAll((chars) => chars.map((char) => char.title)),
        ['U+0000', 'U+202E'],
      );
      assert.match(await shownBytes(page, 3), /^000000 {2}ff fe 00 3c 62 3e +\.\.\.<b>$/);
      assert.equal(await shownBytes(page, 5), `{"long":"${'é'.repeat(2_043)}`, 'cut at 4 KB, between characters');
      assert.match(await letterAt(page, 5).textContent(), /8,009 bytes, the first 4,096 of them here/);
      assert.equal(await page.evaluate(() => window.__pwned), undefined);
      assert.equal(await page.locator('#app :is(img, script, iframe, b)').count(), 0);
    }));

  it('can be taken away byte for byte', () =>
    onHealth('?contract=visits', async (page) => {
      for (const [index, bytes] of kBad.entries()) {
        const download = page.waitForEvent('download');
        await letterAt(page, index + 1).getByRole('link').click();
        const taken = await readFile(await (await download).path());
        assert.deepEqual(taken, bytes, `line ${index + 1}`);
      }
      const href = await letterAt(page, 2).getByRole('link').getAttribute('href');
      const answer = await page.request.get(shop.url + href);
      assert.equal(answer.headers()['content-type'], 'application/octet-stream');
      assert.equal(answer.headers()['x-content-type-options'], 'nosniff');
      assert.match(answer.headers()['content-disposition'], /^attachment/);
    }));

  it('are narrowed by a click, in the address, and taken back by Escape', () =>
    onHealth('', async (page) => {
      await chosen(page, () => tile(page, 'reasons').locator('.row[data-key=not_utf8]').click());
      assert.equal(new URL(page.url()).search, '?reason=not_utf8');
      assert.equal(await page.getByTestId('letter').count(), 1);
      assert.ok((await list(page, 'reasons')).length > 1, 'the list keeps its other rows');
      await page.reload();
      await settled(page);
      assert.equal(await page.getByTestId('letter').count(), 1);
      await chosen(page, () => page.keyboard.press('Escape'));
      assert.equal(new URL(page.url()).search, '');
      await chosen(page, () => tile(page, 'files').locator('.row').first().click());
      assert.equal(new URL(page.url()).searchParams.get('file').endsWith(kHostileName), true);
      assert.equal((await table(page, 'loads')).length, 1);
      await chosen(page, () => page.goBack());
      assert.equal((await table(page, 'loads')).length, 4);
    }));

  it('give away the SQL of each list', () =>
    onHealth('', async (page) => {
      const rows = await shop.sql(await copied(page, 'reasons', 'Copy as SQL'));
      assert.equal(rows.length, (await list(page, 'reasons')).length);
      assert.equal((await shop.sql(await copied(page, 'loads', 'Copy as SQL'))).length, 4);
      assert.equal((await shop.sql(await copied(page, 'contract-sums', 'Copy as SQL'))).length, 2);
      assert.equal((await shop.sql(await copied(page, 'dead-letters', 'Copy as SQL'))).length, kBad.length + 1);
    }));
});

function letterAt(page, line) {
  return page.getByTestId('letter').filter({ has: page.getByText(new RegExp(`jsonl:${line}$`)) });
}

function shownBytes(page, line) {
  return letterAt(page, line).getByTestId('bytes').textContent();
}

describe('the screens', () => {
  it('are changed by a click, by keys and by Back, each as it was left', () =>
    onHealth('?reason=not_json', async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.press('o');
      await page.locator('[data-testid=overview][aria-busy=false]').waitFor();
      assert.equal(new URL(page.url()).pathname, '/');
      assert.match(await page.title(), /^Overview/);
      await tile(page, 'screen-health').click();
      await settled(page);
      assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/health?reason=not_json');
      await page.goBack();
      await page.locator('[data-testid=overview][aria-busy=false]').waitFor();
      assert.equal(await tile(page, 'screen-overview').getAttribute('aria-current'), 'page');
    }));

  for (const [name, options] of [
    ['health-1440-light', { width: 1440 }],
    ['health-1440-dark', { width: 1440, dark: true }],
    ['health-390-light', { width: 390, height: 844 }],
    ['health-390-dark', { width: 390, height: 844, dark: true }],
  ]) {
    it(`${name} has nothing too wide and nothing too faint`, () =>
      onHealth(
        '',
        async (page) => {
          console.log(`  ${await picture(page, name)}`);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
          assert.deepEqual(await unreadable(page), []);
        },
        options,
      ));
  }

  it('that cannot be fetched say so', async () => {
    const prepare = (page) => page.route('**/health_screen-*', (route) => route.abort());
    const page = await open(browser, `${shop.url}health`, { prepare });
    await page.getByTestId('not-fetched').waitFor();
    await tile(page, 'screen-overview').click();
    await page.locator('[data-testid=overview][aria-busy=false]').waitFor();
    await page.context().close();
  });

  it('reach every row, cell and dead letter by the keyboard', () =>
    onHealth('', async (page) => {
      const wanted = '.row, .cell-button, .bytes, .letter a';
      const missed = await page.evaluate((wanted) => {
        for (const element of document.querySelectorAll(wanted)) element.dataset.wanted = '';
        return document.querySelectorAll(wanted).length;
      }, wanted);
      assert.ok(missed > 20);
      for (let presses = 0; presses < missed + 30; ++presses) {
        await page.keyboard.press('Tab');
        await page.evaluate(() => delete document.activeElement.dataset.wanted);
      }
      assert.equal(await page.locator('[data-wanted]').count(), 0);
    }));

  it('say when nothing was received, and when the server refuses', async () => {
    const empty = await Shop.make();
    await empty.start();
    const page = await open(browser, `${empty.url}health`);
    assert.match(await page.getByTestId('no-health').textContent(), /Nothing was received yet.*millrace load PATH/s);
    const error = { code: 'busy', message: 'The warehouse is busy.' };
    await page.route('**/v1/dead-letters*', (route) => route.fulfill({ status: 503, json: { error } }));
    await page.reload();
    assert.match(await page.getByTestId('load-failed').textContent(), /The warehouse is busy/);
    await page.context().close();
    await empty.remove();
  });
});

it('nothing was asked of another host, refused by the policy or thrown, on any page of this test', () => {
  assert.deepEqual(faults, []);
});
