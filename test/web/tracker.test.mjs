// The tracker in a small shop of another origin: what its visitors do is in the topic, as visits that load whole.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { faults, launch } from './browser.mjs';
import { Shop } from './program.mjs';

const kPatience_ms = 20_000;

let browser;
let millrace;
let shop;
let shopUrl;

/** A page of the shop; its policy allows what docs/collecting.md says that it must. */
function shopPage(path) {
  return `<!doctype html><title>${path}</title><h1>${path}</h1><a href="/products">products</a>
    <script defer src="${millrace.url}t.js" data-user="UID-7"></script>`;
}

before(async () => {
  browser = await launch();
  millrace = await Shop.make();
  await millrace.start();
  const origin = new URL(millrace.url).origin;
  shop = createServer((request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src ${origin}; connect-src ${origin}`,
    });
    response.end(shopPage(request.url));
  });
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${shop.address().port}`;
});

after(async () => {
  await browser?.close();
  shop?.close();
  await millrace?.remove();
});

/** A visitor; whatever the shop's page throws, logs or is refused is a fault. */
async function visitor(options = {}, prepare) {
  const context = await browser.newContext(options);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  if (prepare) await context.addInitScript(prepare);
  const page = await context.newPage();
  page.setDefaultTimeout(kPatience_ms);
  page.on('pageerror', (error) => faults.push(`threw: ${error.stack ?? error}`));
  page.on('console', (message) => {
    const isFavicon = message.location().url.endsWith('/favicon.ico');
    if (['error', 'warning'].includes(message.type()) && !isFavicon) faults.push(`console: ${message.text()}`);
  });
  return page;
}

/** The visits of a topic, when they hold as many events as they must. */
async function visits(events) {
  const end = Date.now() + kPatience_ms;
  for (;;) {
    const found = await millrace.topic('visits');
    const count = found.reduce((sum, visit) => sum + visit.events.length, 0);
    if (count >= events) return found;
    if (Date.now() > end) assert.fail(`${count} of ${events} events came`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const kMouse = { product_id: 'P-1', product_name: 'Mouse', category: 'peripherals', price: 25.5, quantity: 2 };

test('views, additions to the cart and purchases arrive as visits that load whole', async () => {
  const page = await visitor();
  await page.goto(`${shopUrl}/home?utm_source=mail`);
  await page.click('a');
  await page.waitForFunction(() => window.millrace !== undefined);
  await page.evaluate(() => history.pushState({}, '', '/products/mouse?colour=red'));
  await page.evaluate((item) => {
    window.millrace.addToCart(item);
    item.price = 0; // what the page does with it later is its own affair
  }, kMouse);
  await page.evaluate(
    (item) => window.millrace.purchase({ order_id: 'O-1', amount: 51, currency: 'EUR', items: [item] }),
    kMouse,
  );
  await page.goBack();
  await page.goto(`${shopUrl}/bye`);
  const found = await visits(7);
  await page.context().close();

  assert.equal(new Set(found.map((visit) => visit.session_id)).size, 1, 'one tab is one session');
  assert.deepEqual(new Set(found.map((visit) => visit.user_id)), new Set(['UID-7']));
  const events = found.flatMap((visit) => visit.events).sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  const views = events.filter((event) => event.event_type === 'page_view').map((event) => event.details);
  assert.deepEqual(views[0], { page_url: `${shopUrl}/home`, referrer_url: null });
  assert.deepEqual(views[1], { page_url: `${shopUrl}/products`, referrer_url: `${shopUrl}/home` });
  assert.deepEqual(views[2], { page_url: `${shopUrl}/products/mouse`, referrer_url: `${shopUrl}/products` });
  assert.deepEqual(views[3], { page_url: `${shopUrl}/products`, referrer_url: `${shopUrl}/products/mouse` });
  assert.equal(views[4].page_url, `${shopUrl}/bye`);

  await millrace.loadVisits('tracked.jsonl', found);
  const [stored] = await millrace.sql(
    'SELECT (SELECT count(*) FROM curated.visits) AS visits, (SELECT count(*) FROM curated.events) AS events, ' +
      '(SELECT sum(amount)::VARCHAR FROM curated.purchases) AS amount, ' +
      '(SELECT count(*) FROM curated.purchase_items) AS items, (SELECT count(*) FROM raw.dead_letters) AS dead',
  );
  assert.deepEqual(
    Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, Number(value)])),
    { visits: 1, events: 7, amount: 51, items: 1, dead: 0 },
  );
  assert.deepEqual(faults, []);
});

test('a visitor who does not want to be counted is not', async () => {
  const before = (await millrace.topic('visits')).length;
  for (const says of ['doNotTrack', 'globalPrivacyControl']) {
    const page = await visitor({}, `Object.defineProperty(navigator, '${says}', { get: () => '1' })`);
    const sent = [];
    page.on('request', (request) => sent.push(new URL(request.url()).pathname));
    await page.goto(`${shopUrl}/home`);
    await page.waitForFunction(() => window.millrace !== undefined);
    await page.evaluate((item) => window.millrace.addToCart(item), kMouse);
    await page.goto(`${shopUrl}/products`);
    assert.ok(sent.includes('/t.js'));
    assert.ok(!sent.includes('/v1/collect'), says);
    await page.context().close();
  }
  assert.equal((await millrace.topic('visits')).length, before);
  assert.deepEqual(faults, []);
});

test('nothing that a page does wrong is thrown back at it', async () => {
  const page = await visitor({}, () => {
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new Error('forbidden');
      },
    });
  });
  await page.goto(`${shopUrl}/home`);
  await page.waitForFunction(() => window.millrace !== undefined);
  await page.evaluate(() => {
    const circle = {};
    circle.self = circle;
    window.millrace.addToCart(circle);
    window.millrace.addToCart();
    window.millrace.purchase(null);
  });
  await page.context().close();
  assert.deepEqual(faults, []);
});
