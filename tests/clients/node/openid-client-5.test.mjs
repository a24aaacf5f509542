// openid-client 5, with its defaults: it takes ID tokens that are signed with RS256 and no others.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Issuer, errors, generators } from 'openid-client-5';

import { ada, startPortcullis } from './support/portcullis.mjs';
import { registerClient } from './support/registered.mjs';
import { Visitor } from './support/visitor.mjs';

const REDIRECT_URI = 'http://127.0.0.1:7011/callback';
const SIGNED_OUT_URI = 'http://127.0.0.1:7011/signed-out';

let portcullis;
let issuer;
before(async () => {
  portcullis = await startPortcullis();
  issuer = await Issuer.discover(portcullis.issuer);
});
after(() => portcullis?.stop());

test('a client that was registered for it signs a person in', async () => {
  const { id, secret } = await registerClient(portcullis, {
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const client = new issuer.Client({
    client_id: id,
    client_secret: secret,
    redirect_uris: [REDIRECT_URI],
    response_types: ['code'],
  });
  const { tokens } = await signIn(client);
  await learnAndRefresh(client, tokens);
});

test('a client that registers itself signs a person in, and out again', async () => {
  const client = await issuer.Client.register({
    client_name: 'Stock client',
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [SIGNED_OUT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const { tokens, visitor } = await signIn(client);
  await learnAndRefresh(client, tokens);
  const url = client.endSessionUrl({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: SIGNED_OUT_URI,
    state: 'bye',
  });
  const back = await visitor.visit(url, { until: SIGNED_OUT_URI });
  assert.equal(back.searchParams.get('state'), 'bye');
});

test('a revoked refresh token is worth nothing', async () => {
  const client = await issuer.Client.register({
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const { tokens } = await signIn(client);
  assert.equal((await client.introspect(tokens.refresh_token)).active, true);
  await client.revoke(tokens.refresh_token);
  await assert.rejects(client.refresh(tokens.refresh_token), errors.OPError);
});

async function learnAndRefresh(client, tokens) {
  assert.equal(tokens.claims().iss, portcullis.issuer);
  const person = await client.userinfo(tokens);
  assert.equal(person.preferred_username, ada.username);
  const again = await client.refresh(tokens);
  assert.notEqual(again.access_token, tokens.access_token);
}

async function signIn(client) {
  const [code_verifier, state, nonce] = [generators.codeVerifier(), generators.state(), generators.nonce()];
  const url = client.authorizationUrl({
    scope: 'openid profile offline_access',
    code_challenge: generators.codeChallenge(code_verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const visitor = new Visitor(ada);
  const answer = await visitor.visit(url, { until: REDIRECT_URI });
  const parameters = client.callbackParams(answer.href);
  return { visitor, tokens: await client.callback(REDIRECT_URI, parameters, { code_verifier, state, nonce }) };
}
