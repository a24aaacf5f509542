// Clients that are registered by the script of a web page: at a server on localhost, a page of localhost may
// do so, and no other that somebody happens to visit.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { freshContext, launchChromium } from '../clients/node/support/chromium.mjs';
import { startPortcullis } from '../clients/node/support/portcullis.mjs';
import { startNeighbour } from './support/neighbour.mjs';

/** A host name that leads to the neighbour; the browser does not know that it is on the same machine. */
const ELSEWHERE = 'pages.example';

let portcullis;
let neighbour;
let browser;

before(async () => {
  [portcullis, neighbour, browser] = await Promise.all([
    startPortcullis(),
    startNeighbour(),
    launchChromium(`--host-resolver-rules=MAP ${ELSEWHERE} localhost`),
  ]);
});

after(async () => {
  await browser?.close();
  await Promise.all([portcullis, neighbour].map((server) => server?.stop()));
});

/** Has the script of a page on `host` register a client, and returns what the script gets to see. */
async function registerFrom(host, options) {
  const page = await (await freshContext(browser)).newPage();
  await page.goto(neighbour.origin.replace('localhost', host));
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: ['http://localhost/callback'], client_name: host }),
    ...options,
  };
  return page.evaluate(
    ([url, how]) => fetch(url, how).then(({ type, status }) => ({ type, status }), String),
    [`${portcullis.issuer}/oauth/register`, request],
  );
}

test('a page on localhost registers a client', async () => {
  assert.deepEqual(await registerFrom('localhost'), { type: 'cors', status: 201 });
});

test('a page elsewhere registers none, nor is let to read why', async () => {
  assert.match(await registerFrom(ELSEWHERE), /TypeError/);
  const asText = { mode: 'no-cors', headers: { 'content-type': 'text/plain' } };
  assert.deepEqual(await registerFrom(ELSEWHERE, asText), { type: 'opaque', status: 0 });
  const clients = await portcullis.run('client', 'list');
  assert.match(clients, /localhost/);
  assert.doesNotMatch(clients, /pages\.example/);
});
