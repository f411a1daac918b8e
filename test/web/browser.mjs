// A real browser that watches the page: what it asks, what it is refused, what it throws.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '../../web/node_modules/playwright-core/index.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export function launch() {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'],
  });
}

/** What must never happen on any page of the test. */
export const faults = [];

/** `prepare` gets the page before it is loaded. */
export async function open(
  browser,
  url,
  { width = 1440, height = 1000, dark = false, stillness = false, prepare } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: stillness ? 'reduce' : 'no-preference',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { origin } = new URL(url);
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`asked another host: ${request.url()}`);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(`threw: ${error.stack ?? error}`));
  page.on('console', (message) => {
    // A server that is away or refuses is part of the test, and the browser logs it by itself.
    const expected = /^Failed to load resource/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await prepare?.(page);
  await page.goto(url);
  return page;
}

let folder = null;

/** A picture of the whole page, kept for people to look at. */
export async function picture(page, name) {
  folder ??= process.env.MILLRACE_PICTURES ?? (await mkdtemp(join(tmpdir(), 'millrace-pictures-')));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  return join(folder, `${name}.png`);
}
