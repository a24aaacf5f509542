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
  await page.getByText('Trade a grant for tokens').first().waitFor();
  await page.getByText('Is the process alive?').first().click();
  const tried = page.waitForResponse(`${here.portcullis.issuer}/livez`);
  await page.getByRole('button', { name: 'Try' }).click();
  assert.equal((await tried).status(), 200);
  assert.deepEqual(origins, new Set([here.portcullis.issuer]));
});
