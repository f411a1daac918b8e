import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { picture } from '../browser.mjs';
import { after, settled, tile } from '../reader.mjs';
import { onPage, onShop, stage } from '../stage.mjs';

describe('trouble', () => {
  it('a refusal says what failed, and can be tried again', () =>
    onPage('', async (page) => {
      const error = { code: 'warehouse_busy', message: 'The warehouse is busy. Try again in a moment.' };
      await page.route('**/v1/overview*', (route) => route.fulfill({ status: 503, json: { error } }));
      await tile(page, 'devices').locator('.row').first().click();
      const notice = page.getByTestId('load-failed');
      await notice.waitFor();
      assert.match(await notice.textContent(), /The warehouse is busy\..*warehouse_busy/s);
      await page.unroute('**/v1/overview*');
      await after(page, () => page.getByRole('button', { name: 'Try again now' }).click());
      assert.equal(await notice.count(), 0);
    }));

  it('a server that is gone is told at the dot; the numbers stay, and move again when it is back', () =>
    onPage('', async (page) => {
      const live = page.getByTestId('live');
      assert.match(await live.textContent(), /Live/);
      await stage.shop.stop();
      await page.getByText(/Offline since \d\d:\d\d:\d\d UTC/).waitFor();
      assert.ok(await page.getByTestId('overview').isVisible());
      await tile(page, 'devices').locator('.row').first().click();
      await page.getByTestId('load-failed').waitFor();
      assert.match(await page.getByTestId('load-failed').textContent(), /millrace run/);
      await stage.shop.start();
      await settled(page);
      assert.match(await live.textContent(), /Live/);
    }));

  it('an empty warehouse says what would fill it', () =>
    onShop(
      async () => {},
      async (page) => {
        const notice = page.getByTestId('nothing-stored');
        await notice.waitFor();
        assert.match(await notice.textContent(), /millrace load PATH.*millrace demo/s);
        console.log(`  ${await picture(page, 'empty')}`);
      },
    ));
});
