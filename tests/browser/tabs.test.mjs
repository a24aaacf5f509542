// Several tabs, several browsers, and pages that are over.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

test('two tabs of one browser do not disturb each other', async () => {
  const application = await here.application();
  const first = await here.stranger();
  const second = await first.context().newPage();
  await first.goto(await application.request({ scope: 'openid tab:one' }));
  await second.goto(await application.request({ scope: 'openid tab:two' }));
  await signIn(first, ada);
  await signIn(second, ada);
  await decide(first, 'allow');
  await decide(second, 'allow');
  assert.match((await application.tokens(first)).scope, /tab:one/);
  assert.match((await application.tokens(second)).scope, /tab:two/);
});

test('an interaction that began in one browser is refused in another', async () => {
  const application = await here.application();
  const victim = await here.stranger();
  await victim.goto(await application.request());
  const stranger = await here.stranger();

  await signIn(victim, ada);
  await victim.locator('button[name=decision]').first().waitFor();
  assert.equal((await stranger.goto(victim.url())).status(), 403);
  assert.equal(await stranger.locator('button[name=decision]').count(), 0);

  await decide(victim, 'allow');
  assert.ok((await application.tokens(victim)).access_token, 'and the owner goes on undisturbed');
});

test('many tabs of one browser do not disturb the first', async () => {
  const application = await here.application();
  const first = await here.stranger();
  await first.goto(await application.request({ scope: 'openid first' }));
  const other = await first.context().newPage();
  for (let tabs = 0; tabs < 20; tabs += 1) {
    await other.goto(await application.request({ scope: 'openid other' }));
  }
  await signIn(first, ada);
  await decide(first, 'allow');
  assert.match((await application.tokens(first)).scope, /first/);
});

test('a second click on a slow line does no harm', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid twice' }));
  await page.locator('input[name=username]').fill(ada.username);
  await page.locator('input[name=password]').fill(ada.password);
  await page.locator('form button').last().dblclick();
  await page.locator('button[name=decision][value=allow]').dblclick();
  assert.match((await application.tokens(page)).scope, /twice/);
});
