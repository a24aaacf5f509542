// A client's logo, which is on somebody else's web server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { freshContext, launchChromium, signIn } from '../clients/node/support/chromium.mjs';
import { ada, startPortcullis } from '../clients/node/support/portcullis.mjs';
import { startApplication } from './support/application.mjs';
import { startLogoHost } from './support/logo-host.mjs';
import { inspect } from './support/looks.mjs';

let browser;
let host;

before(async () => {
  [browser, host] = await Promise.all([launchChromium(), startLogoHost()]);
});

after(async () => {
  await browser?.close();
  await host?.stop();
});

/** Brings somebody to the consent page of a client with a logo, on a server of its own. */
async function consentPage(t, environment) {
  const portcullis = await startPortcullis({ environment });
  t.after(() => portcullis.stop());
  const application = await startApplication(portcullis, { logo_uri: host.logo });
  t.after(() => application.stop());
  const page = await (await freshContext(browser)).newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(await application.request());
  await signIn(page, ada);
  await page.locator('button[name=decision]').first().waitFor();
  return { page, asked, portcullis };
}

test('a logo is shown, and its host learns nothing of who looks at it', async (t) => {
  const { page, asked, portcullis } = await consentPage(t, host.environment);
  const logo = page.locator('img.logo');
  assert.equal(await logo.evaluate((image) => image.complete && image.naturalWidth), 1);
  await inspect(page, 'consent-with-a-logo');
  assert.deepEqual(asked.filter((url) => !url.startsWith(portcullis.issuer) && !url.startsWith('data:')), []);
  assert.equal(host.requests.length, 1);
  assert.deepEqual(Object.keys(host.requests[0]).sort(), ['accept', 'host']);
});

test('a logo at an address of ours is not fetched', async (t) => {
  const before = host.requests.length;
  const { PORTCULLIS_FETCH__TRUSTED_CERTIFICATES } = host.environment;
  const { page } = await consentPage(t, { PORTCULLIS_FETCH__TRUSTED_CERTIFICATES });
  assert.equal(await page.locator('svg.logo').textContent(), 'F');
  assert.equal(host.requests.length, before);
});
