// The live document, read in a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scene } from './support/scene.mjs';

const here = scene();

test('the document is read and tried out with nothing from elsewhere', async () => {
  const page = await here.stranger();
  const origins = new Set();
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  await page.goto(`${here.portcullis.issuer}/docs`);
  await page.getByText('Exchange a code, refresh token or client credentials for tokens').first().waitFor();
  assert.equal((await tryOut(page, 'get-/livez', 'Check liveness: the process is running')).status(), 200);
  assert.deepEqual(origins, new Set([here.portcullis.issuer]));
  assert.equal(await page.title(), 'Portcullis API');
});

test('one operation is tried after another, each in its own form', async () => {
  const page = await here.stranger();
  await page.goto(`${here.portcullis.issuer}/docs`);
  for (let round = 0; round < 2; round += 1) {
    const registered = await tryOut(page, 'post-/oauth/register', 'Register a client (Dynamic Client Registration, RFC 7591)');
    assert.equal(registered.status(), 201, 'the example is one that works');
    const refused = await tryOut(page, 'post-/oauth/token', 'Exchange a code, refresh token or client credentials for tokens');
    assert.match(refused.request().headers()['content-type'], /x-www-form-urlencoded/);
    assert.match((await refused.json()).error_description, /`code`/);
  }
});

test('what programs use comes before what people see', async () => {
  const page = await here.stranger();
  await page.goto(`${here.portcullis.issuer}/docs`);
  await page.getByText('Exchange a code, refresh token or client credentials for tokens').first().waitFor();
  const chapters = await page.locator('.nav-bar-tag').allInnerTexts();
  assert.deepEqual(chapters.map((name) => name.trim()), [
    'Tokens',
    'Discovery',
    'Registration',
    'Health',
    'Documentation',
    'Authorization',
    'Account',
  ]);
});

for (const colorScheme of ['light', 'dark']) {
  test(`on a phone every operation can be found and read, in ${colorScheme}`, async () => {
    const page = await here.stranger({ viewport: { width: 390, height: 844 }, colorScheme });
    await page.goto(`${here.portcullis.issuer}/docs`);
    const operation = page.getByText('/oauth/token', { exact: true });
    await operation.waitFor();
    const height = await page.locator('.main-content').evaluate(({ scrollHeight }) => scrollHeight);
    assert.ok(height < 8 * 844, `${height} pixels are too many to look for an operation in`);
    await operation.click();
    const field = page.locator('api-request').getByText('Allowed:').first();
    const { x, width } = await field.boundingBox();
    assert.ok(x + width <= 390, `${x} + ${width}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const ink = await page.locator('.main-content').evaluate((element) => getComputedStyle(element).color);
    const [brightest] = ink.match(/\d+/g).slice(0, 3).sort((one, other) => other - one);
    assert.equal(brightest < 128, colorScheme === 'light', ink);
    const title = page.getByText('Exchange a code, refresh token or client credentials for tokens').last();
    const breaks = await title.evaluate((element) => getComputedStyle(element).wordBreak);
    assert.equal(breaks, 'normal', 'no title is broken within a word');
    const value = page.locator('api-request').getByText('refresh_token', { exact: true }).first();
    const tint = await value.evaluate((element) => getComputedStyle(element).color);
    assert.equal(tint, colorScheme === 'light' ? 'rgb(18, 89, 90)' : 'rgb(121, 207, 197)', 'the accent of the product');
  });
}

/** Goes to an operation, tries it as it stands there, and returns the answer. */
async function tryOut(page, id, summary) {
  await page.getByText(summary, { exact: true }).first().click();
  const [method, path] = id.split('-');
  const answered = page.waitForResponse(
    (response) => response.request().method() === method.toUpperCase() && response.url().endsWith(path),
  );
  await page.locator(`[id="${id}"]`).getByRole('button', { name: 'Try' }).click();
  return answered;
}
