// Ways that end before the application has its answer, and the step that the page offers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

/** An authorization request of an application that was never registered. */
function foreign(client, redirect) {
  const query = new URLSearchParams({ client_id: client, redirect_uri: redirect, response_type: 'code' });
  return `${here.portcullis.issuer}/oauth/authorize?${query}`;
}

test('a client that is not registered is named, with what to do in a known application', async () => {
  const page = await here.stranger();
  const answer = await page.goto(foreign('gone-for-good', 'https://claude.ai/api/mcp/auth_callback'));
  assert.equal(answer.status(), 400);
  await page.getByText('gone-for-good').waitFor();
  await page.getByText('claude.ai').waitFor();
  await page.getByText('remove this connector and add it again').waitFor();
  assert.equal(await page.getByRole('link').count(), 0, 'nothing of a stranger is a link');
  assert.match(here.portcullis.said, /gone-for-good/, 'and the log knows it');
});

test('a client that is deleted while its page is open is named too', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request());
  await signIn(page, ada);
  await page.locator('button[name=decision]').first().waitFor();
  await here.portcullis.run('client', 'delete', application.clientId);
  await decide(page, 'allow');
  await page.getByRole('heading', { name: 'This server does not know the application' }).waitFor();
  await page.getByText(application.clientId).waitFor();
});

test('a redirect URI that is not registered is named on the page and in the log', async () => {
  const application = await here.application();
  const page = await here.stranger();
  const redirect = 'https://elsewhere.example/callback?one';
  const answer = await page.goto(await application.request({ redirect_uri: redirect }));
  assert.equal(answer.status(), 400);
  await page.getByText(redirect).waitFor();
  await page.getByText('one other address').waitFor();
  await page.getByText('remove this server and add it again').waitFor();
  assert.equal(await page.getByRole('link').count(), 0);
  const line = here.portcullis.said.split('\n').find((text) => text.includes(redirect));
  assert.ok(line?.includes(application.clientId), 'the line names both');
});

test('a page that is over says which application has its answer', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid over' }));
  await signIn(page, ada);
  await page.locator('button[name=decision]').first().waitFor();
  const consent = page.url();
  await decide(page, 'allow');
  await application.tokens(page);
  assert.equal((await page.goto(consent)).status(), 410);
  await page.getByText('Field notes has its answer').waitFor();
  await page.getByRole('link', { name: 'your account' }).click();
  await page.getByRole('heading', { name: 'Ada' }).or(page.getByText('ada')).first().waitFor();
});

test('a page of another browser says where to go on', async () => {
  const application = await here.application();
  const owner = await here.stranger();
  await owner.goto(await application.request());
  await signIn(owner, ada);
  await owner.locator('button[name=decision]').first().waitFor();
  const other = await here.stranger();
  assert.equal((await other.goto(owner.url())).status(), 403);
  await other.getByText('Go on in the window where you began').waitFor();
});
