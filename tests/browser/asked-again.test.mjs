// A public client at a place that any program can claim may be somebody else the next time: it is never
// answered without a person.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

const SCOPE = 'openid email memo:read';

/** The scopes that are asked for on the consent page, and whether they are ticked. */
async function boxes(page) {
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  const all = await page.locator('input[name^=scope]').evaluateAll((inputs) =>
    inputs.map(({ value, checked }) => [value, checked]),
  );
  return Object.fromEntries(all);
}

test('a public client on the person\'s computer is allowed again by one click, and never silently', async () => {
  const application = await here.application({ token_endpoint_auth_method: 'none' });
  const page = await here.stranger();
  await page.goto(await application.request({ scope: SCOPE }));
  await signIn(page, ada);
  await decide(page, 'allow');
  const first = await application.tokens(page);

  await page.goto(await application.request({ scope: SCOPE }));
  assert.deepEqual(await boxes(page), { openid: true, email: true, 'memo:read': true });
  await decide(page, 'allow');
  const second = await application.tokens(page);
  assert.equal(second.scope, first.scope);

  await page.goto(await application.request({ scope: SCOPE, prompt: 'none' }));
  const answer = await application.answer(page);
  assert.equal(answer.searchParams.get('error'), 'consent_required');
  assert.equal(answer.searchParams.get('code'), null);
});

test('so is one behind a scheme that an application has claimed', async () => {
  const redirect_uri = 'com.example.notes:/callback';
  const metadata = { token_endpoint_auth_method: 'none', redirect_uris: [redirect_uri] };
  const application = await here.application(metadata);
  const page = await here.stranger();
  await page.goto(await application.request({ scope: SCOPE, redirect_uri }));
  await signIn(page, ada);
  // Chromium asks whether to open an application, and until somebody says so the tab is deaf.
  const again = await page.context().newPage();
  await decide(page, 'allow');
  await page.getByRole('heading').first().waitFor();
  await again.goto(await application.request({ scope: SCOPE, redirect_uri }));
  assert.deepEqual(await boxes(again), { openid: true, email: true, 'memo:read': true });
});

test('a public client that is answered by https is not asked for again', async () => {
  const application = await here.application({ token_endpoint_auth_method: 'none' }, { secure: true });
  const page = await here.stranger({ ignoreHTTPSErrors: true });
  await page.goto(await application.request({ scope: SCOPE }));
  await signIn(page, ada);
  await decide(page, 'allow');
  await application.tokens(page);
  await page.goto(await application.request({ scope: SCOPE, prompt: 'none' }));
  await application.tokens(page);
});
