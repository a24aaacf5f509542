// The consent page tells people what they need to decide: who asks, who has checked that, where it
// leads, and what it opens.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

/** The consent page of a client, as somebody sees it who has just signed in. */
async function consent(metadata, parameters) {
  const application = await here.application(metadata);
  const page = await here.stranger();
  const [redirect_uri] = metadata.redirect_uris ?? [application.callback];
  await page.goto(await application.request({ redirect_uri, ...parameters }));
  await signIn(page, ada);
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  return page;
}

const text = (page) => page.locator('main').innerText();

test('a client that registered itself is said to be unchecked, and its name has nothing unseen', async () => {
  const page = await consent({ client_name: 'Clau\u3164de\u061c\u202e \u2800Code' });
  assert.match(await text(page), /^Claude Code asks for access/m);
  assert.match(await text(page), /Nobody here has checked this application\./);
});

test('the sign-in page says it too', async () => {
  const application = await here.application({ client_name: 'Example Bank' });
  const page = await here.stranger();
  await page.goto(await application.request());
  await page.getByLabel('Password').waitFor();
  assert.match(await text(page), /Nobody here has checked this application\./);
});

test('a name of 200 letters is cut, and can be read whole', async () => {
  const page = await consent({ client_name: 'N'.repeat(200) });
  assert.match(await text(page), /^N{60}… asks for access/m);
  assert.equal(await page.locator('h1 bdi').getAttribute('title'), 'N'.repeat(200));
});

test('a private-use scheme is warned of, and has the name of its application', async () => {
  const page = await consent({ redirect_uris: ['cursor://anysphere.cursor-retrieval/oauth/callback'] });
  assert.equal(await page.locator('.host').innerText(), 'Cursor on this computer');
  assert.match(await text(page), /Allow access only if you have just started signing in yourself\./);
});

test('the links of a client stand in its card and are called its own', async () => {
  const page = await consent({ client_uri: 'https://bank.example/', policy_uri: 'https://bank.example/privacy' });
  const links = page.locator('main').getByText('Its own pages:').getByRole('link');
  assert.equal(await links.count(), 2);
});

test('a token that opens all of a resource is called full access', async () => {
  const page = await consent({}, { scope: '', resource: 'https://api.example/notes' });
  assert.match(await text(page), /Full access to https:\/\/api\.example\/notes, as you/);
  assert.doesNotMatch(await text(page), /nothing in particular/);
});

test('what is asked about the person stands apart from what is asked at each resource', async () => {
  const scope = 'openid notes:read offline_access email notes:delete profile';
  const page = await consent({}, { scope, resource: 'https://api.example/notes' });
  assert.deepEqual(await page.locator('legend').allInnerTexts(), [
    'Who you are',
    'At https://api.example/notes',
    'For how long',
  ]);
  const asked = await page.locator('input[type=checkbox]').evaluateAll((all) => all.map(({ value }) => value));
  assert.deepEqual(asked, ['openid', 'profile', 'email', 'notes:delete', 'notes:read', 'offline_access']);
});
