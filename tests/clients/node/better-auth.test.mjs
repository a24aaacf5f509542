// better-auth with its plugin for any OAuth provider, which verifies ID tokens by the published keys.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { genericOAuth } from 'better-auth/plugins';

import { ada, startPortcullis } from './support/portcullis.mjs';
import { registerClient } from './support/registered.mjs';
import { Visitor } from './support/visitor.mjs';
import { startWebApplication } from './support/web-application.mjs';

let portcullis;
let application;
before(async () => {
  portcullis = await startPortcullis();
  application = await startWebApplication(async (origin) => build(origin));
});
after(async () => {
  await application?.stop();
  await portcullis?.stop();
});

async function build(baseURL) {
  const client = await registerClient(portcullis, {
    redirect_uris: [`${baseURL}/api/auth/callback/portcullis`],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const auth = betterAuth({
    baseURL,
    secret: 'what the session cookie of the application is sealed with',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    telemetry: { enabled: false },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'portcullis',
            discoveryUrl: `${portcullis.issuer}/.well-known/openid-configuration`,
            clientId: client.id,
            clientSecret: client.secret,
            scopes: ['openid', 'profile', 'email', 'offline_access'],
            requireIdTokenVerification: true,
            // The person has no e-mail address here, and the library wants one.
            mapProfileToUser: ({ sub, preferred_username: name }) => ({ name, email: `${sub}@person.invalid` }),
          },
        ],
      }),
    ],
  });
  return toNodeHandler(auth);
}

test('a person signs in, the session says who they are, and their tokens are refreshed', async () => {
  const api = `${application.origin}/api/auth`;
  const visitor = new Visitor(ada);
  const begun = await visitor.postJson(`${api}/sign-in/social`, {
    provider: 'portcullis',
    callbackURL: application.origin,
  });
  const { url } = await begun.json();
  const callback = await visitor.visit(url, { until: `${api}/callback` });
  const answer = await visitor.open(callback);
  assert.equal(answer.headers.get('location'), application.origin);
  const session = await (await visitor.open(`${api}/get-session`)).json();
  assert.equal(session.user.name, ada.username);
  const [account] = await (await visitor.open(`${api}/list-accounts`)).json();
  const refreshed = await visitor.postJson(`${api}/refresh-token`, { accountId: account.id });
  assert.equal(refreshed.status, 200, await refreshed.clone().text());
  assert.ok((await refreshed.json()).accessToken);
});
