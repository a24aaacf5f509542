// openid-client 6, as its documentation shows it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as client from 'openid-client';

import { ada, startPortcullis } from './support/portcullis.mjs';
import { Visitor } from './support/visitor.mjs';

const REDIRECT_URI = 'http://127.0.0.1:7001/callback';
const SIGNED_OUT_URI = 'http://127.0.0.1:7001/signed-out';
const API = 'https://api.example/v1';
const SCOPE = 'openid profile email offline_access';

/** The server speaks plain http here, which the library must be told to accept. */
const local = { execute: [client.allowInsecureRequests] };

for (const algorithm of ['ES256', 'RS256']) {
  describe(`openid-client against a server that signs with ${algorithm}`, () => {
    let portcullis;
    before(async () => {
      portcullis = await startPortcullis({
        algorithm,
        environment: {
          PORTCULLIS_REGISTRATION__MACHINE_ACCESS: `{grant_types=["client_credentials"],resources=["${API}"],scope="reports"}`,
        },
      });
    });
    after(() => portcullis?.stop());

    test('discovers the server by either well-known document', async () => {
      const issuer = new URL(portcullis.issuer);
      const [oidc, oauth2] = await Promise.all(
        ['oidc', 'oauth2'].map((by) =>
          client.discovery(issuer, 'anyone', undefined, undefined, { ...local, algorithm: by }),
        ),
      );
      assert.equal(oidc.serverMetadata().issuer, portcullis.issuer);
      assert.equal(oauth2.serverMetadata().token_endpoint, oidc.serverMetadata().token_endpoint);
      assert.ok(oidc.serverMetadata().supportsPKCE(), 'S256 is advertised');
      assert.deepEqual(oidc.serverMetadata().id_token_signing_alg_values_supported, ['RS256', 'ES256']);
    });

    test('signs a person in and learns who they are', async () => {
      const config = await register(portcullis);
      const { tokens } = await signIn(config);
      const claims = tokens.claims();
      assert.equal(claims.iss, portcullis.issuer);
      assert.equal(claims.aud, config.clientMetadata().client_id);
      const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      assert.equal(person.sub, claims.sub);
      assert.equal(person.preferred_username, ada.username);
      assert.deepEqual(new Set(tokens.scope.split(' ')), new Set(SCOPE.split(' ')));
    });

    test('introspects the access token and the refresh token it got', async () => {
      const config = await register(portcullis);
      const { tokens } = await signIn(config);
      const access = await client.tokenIntrospection(config, tokens.access_token);
      assert.equal(access.active, true);
      assert.equal(access.iss, portcullis.issuer);
      assert.equal(access.client_id, config.clientMetadata().client_id);
      assert.equal(access.sub, tokens.claims().sub);
      // With `openid` the token is good at UserInfo too, which belongs to the issuer.
      assert.deepEqual([access.aud].flat(), [API, portcullis.issuer]);
      const refresh = await client.tokenIntrospection(config, tokens.refresh_token);
      assert.equal(refresh.active, true);
    });

    test('refreshes, and may narrow what it holds', async () => {
      const config = await register(portcullis);
      const { tokens } = await signIn(config);
      const again = await client.refreshTokenGrant(config, tokens.refresh_token);
      assert.notEqual(again.access_token, tokens.access_token);
      assert.notEqual(again.refresh_token, tokens.refresh_token);
      const narrow = await client.refreshTokenGrant(config, again.refresh_token, { scope: 'openid' });
      assert.equal(narrow.scope, 'openid');
      await assert.rejects(
        client.refreshTokenGrant(config, narrow.refresh_token, { scope: `${SCOPE} admin` }),
        { error: 'invalid_scope' },
      );
    });

    test('revokes an access token and keeps the refresh token', async () => {
      const config = await register(portcullis);
      const { tokens } = await signIn(config);
      await client.tokenRevocation(config, tokens.access_token);
      assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false });
      const again = await client.refreshTokenGrant(config, tokens.refresh_token);
      assert.equal((await client.tokenIntrospection(config, again.access_token)).active, true);
    });

    test('revokes a refresh token, and with it everything that came of the sign-in', async () => {
      const config = await register(portcullis);
      const { tokens } = await signIn(config);
      await client.tokenRevocation(config, tokens.refresh_token, { token_type_hint: 'refresh_token' });
      await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), {
        error: 'invalid_grant',
      });
      assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false });
    });

    test('gets a token for itself with client credentials', async () => {
      for (const method of ['client_secret_basic', 'client_secret_post']) {
        const config = await register(portcullis, {
          grant_types: ['client_credentials'],
          redirect_uris: undefined,
          response_types: [],
          token_endpoint_auth_method: method,
        });
        const tokens = await client.clientCredentialsGrant(config, { scope: 'reports', resource: API });
        assert.equal(tokens.refresh_token, undefined);
        const known = await client.tokenIntrospection(config, tokens.access_token);
        assert.equal(known.sub, config.clientMetadata().client_id);
        assert.equal(known.scope, 'reports');
      }
    });

    test('signs the person out and has them brought back', async () => {
      const config = await register(portcullis);
      const { tokens, visitor } = await signIn(config);
      const url = client.buildEndSessionUrl(config, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: SIGNED_OUT_URI,
        state: 'bye',
      });
      const back = await visitor.visit(url, { until: SIGNED_OUT_URI });
      assert.equal(back.searchParams.get('state'), 'bye');
      const silent = await request(config, { prompt: 'none' });
      const answer = await visitor.visit(silent.url, { until: REDIRECT_URI });
      assert.equal(answer.searchParams.get('error'), 'login_required');
    });
  });
}

/** A confidential client that has registered itself. */
function register({ issuer }, metadata = {}) {
  const wanted = {
    client_name: 'Stock client',
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [SIGNED_OUT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_basic',
    ...metadata,
  };
  const method = {
    client_secret_basic: client.ClientSecretBasic,
    client_secret_post: client.ClientSecretPost,
  }[wanted.token_endpoint_auth_method];
  return client.dynamicClientRegistration(new URL(issuer), wanted, method(), local);
}

async function request(config, parameters = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    resource: API,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  });
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  };
  return { url, checks };
}

async function signIn(config) {
  const visitor = new Visitor(ada);
  const { url, checks } = await request(config);
  const answer = await visitor.visit(url, { until: REDIRECT_URI });
  return { visitor, tokens: await client.authorizationCodeGrant(config, answer, checks) };
}
