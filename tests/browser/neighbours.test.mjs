// Other programs on the host of the server: cookies go to every port of a host, and any of them can set some.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as client from 'openid-client';

import { decide, freshContext, launchChromium, signIn } from '../clients/node/support/chromium.mjs';
import { ada, startPortcullis } from '../clients/node/support/portcullis.mjs';
import { startNeighbour } from './support/neighbour.mjs';

let portcullis;
let other;
let neighbour;
let browser;

before(async () => {
  [portcullis, other, neighbour, browser] = await Promise.all([
    startPortcullis({ host: 'localhost' }),
    startPortcullis({ host: 'localhost' }),
    startNeighbour(),
    launchChromium(),
  ]);
});

after(async () => {
  await browser?.close();
  await Promise.all([portcullis, other, neighbour].map((server) => server?.stop()));
});

const openAccount = (page, { issuer }) => page.goto(`${issuer}/account`);

/** A page of somebody who is signed in at each of these servers. */
async function signedInAt(...servers) {
  const page = await (await freshContext(browser)).newPage();
  for (const server of servers) {
    await openAccount(page, server);
    await signIn(page, ada);
    await page.getByText('this browser').waitFor();
  }
  return page;
}

async function assertSignedIn(page, server) {
  await openAccount(page, server);
  assert.match(await page.locator('main').innerText(), /this browser/);
}

/** The cookies of the server that the browser has. */
async function ours(page) {
  const cookies = await page.context().cookies(`${portcullis.issuer}/oauth/authorize/account`);
  return cookies.filter(({ name }) => name.startsWith('portcullis-'));
}

/** An authorization request of a public client that is answered at the neighbour. */
async function request(scope) {
  const callback = `${neighbour.origin}/cb`;
  const config = await client.dynamicClientRegistration(
    new URL(portcullis.issuer),
    { client_name: 'Neighbour', redirect_uris: [callback], token_endpoint_auth_method: 'none' },
    client.None(),
    { execute: [client.allowInsecureRequests] },
  );
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  });
  return url.href;
}

/** Waits until a page has come back to the neighbour, and returns the code that it brings. */
async function code(page) {
  await page.getByRole('heading', { name: 'Another program' }).waitFor();
  return new URL(page.url()).searchParams.get('code');
}

/** Has the neighbour set cookies in the browser. */
async function plant(page, cookies) {
  neighbour.sets = cookies;
  await page.goto(neighbour.origin);
  neighbour.sets = [];
}

test('two servers on one host sign nobody out at each other', async () => {
  const page = await signedInAt(portcullis, other);
  await assertSignedIn(page, portcullis);
  await assertSignedIn(page, other);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
  await assertSignedIn(page, portcullis);
});

test('no cookie of the server goes to a client on another port of its host', async () => {
  const page = await signedInAt(portcullis);
  await page.goto(await request('openid'));
  await decide(page, 'allow');
  assert.ok(await code(page));
  await page.goto(`${neighbour.origin}/account`);
  await page.goto(neighbour.origin);
  assert.equal((await ours(page)).length, 2, 'a session, and what binds interactions to the browser');
  for (const path of ['/cb', '/account', '/']) {
    assert.equal(neighbour.sent.get(path), '', `sent to ${path}`);
  }
});

test('wrong cookies of our names, in front of ours and behind, change nothing', async () => {
  const page = await signedInAt(portcullis);
  const names = (await ours(page)).map(({ name }) => name);
  const paths = ['/', '/oauth/authorize/account', '/oauth/authorize/consent'];
  await plant(page, names.flatMap((name) => paths.map((path) => `${name}=nonsense.x; Path=${path}`)));
  assert.equal((await ours(page)).length, 6, 'the browser sends the wrong ones along');
  await assertSignedIn(page, portcullis);
  await page.goto(await request('openid notes:wrong'));
  await decide(page, 'allow');
  assert.ok(await code(page));
  await openAccount(page, portcullis);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
});

test('a cookie of another application that is not ASCII hides none of ours', async () => {
  const page = await signedInAt(portcullis);
  await plant(page, ['caf\xe9=cr\xe8me; Path=/', 'menu=\xc3\xa9\xff; Path=/oauth/authorize/account']);
  await assertSignedIn(page, portcullis);
  await page.goto(await request('openid'));
  await decide(page, 'allow');
  assert.ok(await code(page));
  assert.match(neighbour.sent.get('/cb'), /caf/, 'the browser does send it');
});
