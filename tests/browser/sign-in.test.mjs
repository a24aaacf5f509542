// What a person sees on the way from an application and back to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

test('a person signs in and allows, and the application gets what it asked for', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request());
  assert.match(await page.locator('main').innerText(), /Field notes/, 'the page says who asks');
  await signIn(page, ada);
  const consent = await page.locator('main').innerText();
  assert.match(consent, /127\.0\.0\.1/, 'the page says where the person will be sent');
  assert.match(consent, /your own computer/, 'and warns of programs on the same machine');
  await decide(page, 'allow');
  const tokens = await application.tokens(page);
  assert.deepEqual(scopesOf(tokens), new Set(['openid', 'profile', 'email', 'offline_access']));
});

test('what a person does not tick is not in the token', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid profile email' }));
  await signIn(page, ada);
  await page.locator('input[name^=scope][value=email]').uncheck();
  await decide(page, 'allow');
  const tokens = await application.tokens(page);
  assert.deepEqual(scopesOf(tokens), new Set(['openid', 'profile']));
  const known = await application.introspect(tokens.access_token);
  assert.deepEqual(scopesOf(known), new Set(['openid', 'profile']));
});

test('a person who allows nothing is asked to choose', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'notes:read' }));
  await signIn(page, ada);
  await page.locator('input[name^=scope]').uncheck();
  await decide(page, 'allow');
  await page.getByRole('alert').waitFor();
  await decide(page, 'deny');
  assert.equal((await application.answer(page)).searchParams.get('error'), 'access_denied');
});

test('who is signed in as somebody else can say so, and the request is not lost', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid notes:mine' }));
  await signIn(page, ada);
  await page.getByRole('link', { name: 'Not you?' }).click();
  assert.match(await page.locator('main').innerText(), /Field notes/, 'the application still waits');
  await page.getByRole('button', { name: 'Continue as ada' }).waitFor();
  await signIn(page, ada);
  await decide(page, 'allow');
  assert.ok((await application.tokens(page)).access_token);
});

test('a person who denies sends the application away', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid notes:deny' }));
  await signIn(page, ada);
  await decide(page, 'deny');
  const answer = await application.answer(page);
  assert.equal(answer.searchParams.get('error'), 'access_denied');
  assert.equal(answer.searchParams.get('iss'), here.portcullis.issuer);
  assert.equal(answer.searchParams.get('code'), null);
});

test('a wrong password is said on the page, and the right one goes on from there', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request());
  await signIn(page, { ...ada, password: 'wrong' });
  await page.getByRole('alert').waitFor();
  assert.equal(await page.locator('input[name=username]').inputValue(), ada.username);
  assert.equal(await page.locator('input[name=password]').inputValue(), '');
  await signIn(page, ada);
  await page.waitForURL((url) => url.pathname !== '/login');
});

test('what was allowed is not asked again, and asking for more asks only for more', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid memo:read' }));
  await signIn(page, ada);
  await decide(page, 'allow');
  await application.tokens(page);

  await page.goto(await application.request({ scope: 'openid memo:read' }));
  assert.deepEqual(scopesOf(await application.tokens(page)), new Set(['openid', 'memo:read']));

  await page.goto(await application.request({ scope: 'openid memo:read memo:write' }));
  const asked = await page.locator('input[name^=scope]').evaluateAll((all) => all.map((one) => one.value));
  assert.deepEqual(asked, ['memo:write']);
  await decide(page, 'allow');
  const tokens = await application.tokens(page);
  assert.deepEqual(scopesOf(tokens), new Set(['openid', 'memo:read', 'memo:write']));
});

function scopesOf({ scope }) {
  return new Set(scope.split(' '));
}
