// Whose server it is: the name and the logo that its operator has set, on every page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { freshContext, launchChromium } from '../clients/node/support/chromium.mjs';
import { startPortcullis } from '../clients/node/support/portcullis.mjs';
import { inspect } from './support/looks.mjs';

/** A red dot: a GIF of one pixel. */
const LOGO = 'data:image/gif;base64,R0lGODlhAQABAIABAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';

let portcullis;
let browser;
before(async () => {
  portcullis = await startPortcullis({
    environment: { PORTCULLIS_BRANDING__NAME: 'Weights & Measures', PORTCULLIS_BRANDING__LOGO: LOGO },
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await portcullis?.stop();
});

for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark']]) {
  test(`pages show the name, the logo and still the host, at ${width} pixels`, async () => {
    const page = await (await freshContext(browser, { viewport: { width, height: 844 }, colorScheme })).newPage();
    for (const place of ['/login', '/no-such-page']) {
      await page.goto(`${portcullis.issuer}${place}`);
      const header = page.getByRole('banner');
      assert.equal(await header.innerText(), `Weights & Measures\n${new URL(portcullis.issuer).host}`);
      assert.equal(await header.locator('img').evaluate(({ naturalWidth }) => naturalWidth), 1);
      assert.match(await page.title(), /· Weights & Measures$/);
    }
    await page.goto(`${portcullis.issuer}/login`);
    await inspect(page, `branding-${width}-${colorScheme}`);
  });
}
