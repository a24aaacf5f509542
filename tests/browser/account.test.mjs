// What people do for themselves: see what they allowed, take it back, sign out.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

/** Somebody who has just allowed the application something. */
async function withTokens(scope) {
  const [application, page] = [await here.application(), await here.stranger()];
  await page.goto(await application.request({ scope }));
  await signIn(page, ada);
  await decide(page, 'allow');
  return { application, page, tokens: await application.tokens(page) };
}

function openAccount(page) {
  return page.goto(`${here.portcullis.issuer}/account`);
}

test('what a person withdraws is worth nothing, and is asked for again', async () => {
  const { application, page, tokens } = await withTokens('openid offline_access');
  await openAccount(page);
  await page.getByRole('listitem').filter({ hasText: 'Field notes' }).first().waitFor();
  await page.getByRole('button', { name: /^Withdraw/ }).click();
  await page.getByText('No application has access').waitFor();
  await assert.rejects(application.refresh(tokens), { error: 'invalid_grant' });
  assert.equal((await application.introspect(tokens.access_token)).active, false);
  await page.goto(await application.request({ scope: 'openid' }));
  await page.locator('input[name^=scope][value=openid]').waitFor();
});

test('a person ends a session of theirs in another browser', async () => {
  const other = await here.stranger();
  await openAccount(other);
  await signIn(other, ada);
  await other.getByText('this browser').waitFor();

  const page = await here.stranger();
  await openAccount(page);
  await signIn(page, ada);
  await page.getByText('this browser').waitFor();
  const end = page.getByRole('button', { name: /^End/ });
  while ((await end.count()) > 0) await end.first().click();

  await openAccount(other);
  await other.locator('input[name=password]').waitFor();
  await openAccount(page);
  assert.equal(await page.locator('input[name=password]').count(), 0, 'and stays signed in here');
});

test('a person who signs out is out, and so are the tokens that live by the session', async () => {
  const { application, page, tokens } = await withTokens('openid');
  await openAccount(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
  await openAccount(page);
  await page.locator('input[name=password]').waitFor();
  assert.equal((await application.introspect(tokens.access_token)).active, false);
});

test('offline access outlives the session', async () => {
  const { application, page, tokens } = await withTokens('openid offline_access');
  await openAccount(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
  assert.ok((await application.refresh(tokens)).access_token);
});

test('an application signs a person out only when it proves whom it means', async () => {
  const { application, page, tokens } = await withTokens('openid');
  await page.goto(application.signOutUrl({ state: 'x' }));
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
  await openAccount(page);
  assert.equal(await page.locator('input[name=password]').count(), 0, 'nobody was signed out');
  const hint = { id_token_hint: tokens.id_token, post_logout_redirect_uri: application.signedOut };
  await page.goto(application.signOutUrl(hint));
  await page.waitForURL(`${application.signedOut}*`);
  await openAccount(page);
  await page.locator('input[name=password]').waitFor();
});
