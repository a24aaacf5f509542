// oauth4webapi 3: every answer is checked against its RFC by the library, and the ways to cheat fail.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as oauth from 'oauth4webapi';

import { ada, startPortcullis } from './support/portcullis.mjs';
import { Visitor } from './support/visitor.mjs';

const REDIRECT_URI = 'http://127.0.0.1:7002/callback';
const API = 'https://api.example/v1';

/** The server speaks plain http here, which the library must be told to accept. */
const local = { [oauth.allowInsecureRequests]: true };

let portcullis;
let server;
let client;

before(async () => {
  portcullis = await startPortcullis();
  const issuer = new URL(portcullis.issuer);
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, local));
  client = await register();
});
after(() => portcullis?.stop());

test('a public client gets an ID token and an access token as RFC 9068 has them', async () => {
  const { tokens, claims } = await signIn();
  assert.equal(claims.iss, portcullis.issuer);
  const call = new Request(API, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const access = await oauth.validateJwtAccessToken(server, call, API, local);
  assert.equal(access.sub, claims.sub);
  assert.equal(access.client_id, client.client_id);
  assert.equal(access.scope, 'openid');
});

test('a wrong verifier buys nothing and spends nothing', async () => {
  const { parameters, verifier } = await authorize();
  await refused(exchange(parameters, oauth.generateRandomCodeVerifier()), 'invalid_grant');
  const { access_token } = await exchange(parameters, verifier);
  assert.ok(access_token);
});

test('a code is worth nothing to another client', async () => {
  const { parameters, verifier } = await authorize();
  const stranger = await register();
  await refused(exchange(parameters, verifier, stranger), 'invalid_grant');
  assert.ok((await exchange(parameters, verifier)).access_token);
});

test('a code that comes back is refused, and what it bought is dead', async () => {
  const { tokens, parameters, verifier } = await signIn();
  assert.equal((await userInfo(tokens.access_token)).status, 200);
  await refused(exchange(parameters, verifier), 'invalid_grant');
  assert.equal((await userInfo(tokens.access_token)).status, 401);
  const refresh = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    tokens.refresh_token,
    local,
  );
  await refused(oauth.processRefreshTokenResponse(server, client, refresh), 'invalid_grant');
});

test('PKCE with `plain`, or none at all, is refused at once', async () => {
  for (const pkce of [
    { code_challenge: oauth.generateRandomCodeVerifier(), code_challenge_method: 'plain' },
    { code_challenge: oauth.generateRandomCodeVerifier() },
    {},
  ]) {
    const state = oauth.generateRandomState();
    const answer = await new Visitor(ada).visit(authorizationUrl({ state, ...pkce }), {
      until: REDIRECT_URI,
    });
    assert.throws(
      () => oauth.validateAuthResponse(server, client, answer, state),
      (error) => error instanceof oauth.AuthorizationResponseError && error.error === 'invalid_request',
      JSON.stringify(pkce),
    );
    assert.equal(answer.searchParams.get('iss'), portcullis.issuer);
  }
});

test('the answer carries the issuer, and `state` comes back unchanged', async () => {
  const state = 'a b&c=d/ä"<>';
  const { url } = await request({ state });
  const answer = await new Visitor(ada).visit(url, { until: REDIRECT_URI });
  assert.equal(answer.searchParams.get('state'), state);
  assert.equal(answer.searchParams.get('iss'), portcullis.issuer);
});

async function register() {
  const metadata = {
    client_name: 'Public client',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, local);
  return oauth.processDynamicClientRegistrationResponse(answer);
}

function authorizationUrl(parameters) {
  const url = new URL(server.authorization_endpoint);
  const common = {
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    resource: API,
  };
  for (const [name, value] of Object.entries({ ...common, ...parameters })) url.searchParams.set(name, value);
  return url;
}

async function request(parameters = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const url = authorizationUrl({ code_challenge, code_challenge_method: 'S256', ...parameters });
  return { url, verifier };
}

async function authorize(asked = {}) {
  const state = oauth.generateRandomState();
  const { url, verifier } = await request({ state, ...asked });
  const answer = await new Visitor(ada).visit(url, { until: REDIRECT_URI });
  return { parameters: oauth.validateAuthResponse(server, client, answer, state), verifier };
}

async function exchange(parameters, verifier, by = client, checks = {}) {
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    by,
    oauth.None(),
    parameters,
    REDIRECT_URI,
    verifier,
    local,
  );
  return oauth.processAuthorizationCodeResponse(server, by, answer, { requireIdToken: true, ...checks });
}

async function signIn() {
  const nonce = oauth.generateRandomNonce();
  const { parameters, verifier } = await authorize({ nonce });
  // The library looks for the client it authorized; a copy of the parameters can be used again.
  const tokens = await exchange(parameters, verifier, client, { expectedNonce: nonce });
  return { tokens, parameters, verifier, claims: oauth.getValidatedIdTokenClaims(tokens) };
}

function userInfo(token) {
  return fetch(server.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });
}

/** The library turns an OAuth error into a `ResponseBodyError`. */
function refused(answer, code) {
  return assert.rejects(answer, (error) => error instanceof oauth.ResponseBodyError && error.error === code);
}
