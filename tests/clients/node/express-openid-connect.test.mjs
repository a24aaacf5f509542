// express-openid-connect, as its documentation shows it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import express from 'express';
import openid from 'express-openid-connect';

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

/** One page that says who is signed in, and refreshes their tokens on the way. */
async function build(baseURL) {
  const client = await registerClient(portcullis, {
    redirect_uris: [`${baseURL}/callback`],
    post_logout_redirect_uris: [baseURL],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const app = express();
  app.use(
    openid.auth({
      issuerBaseURL: portcullis.issuer,
      baseURL,
      clientID: client.id,
      clientSecret: client.secret,
      secret: 'what the session cookie of the application is sealed with',
      idpLogout: true,
      authorizationParams: { response_type: 'code', scope: 'openid profile offline_access' },
    }),
  );
  app.get('/', async (request, response) => {
    const { oidc } = request;
    const refreshed = await oidc.accessToken.refresh();
    const person = await oidc.fetchUserInfo();
    response.json({ claims: oidc.idTokenClaims, person, refreshed: Boolean(refreshed.access_token) });
  });
  return app;
}

test('a person signs in, is known by their ID token and by UserInfo, and signs out', async () => {
  const visitor = new Visitor(ada);
  await visitor.visit(application.origin, { until: `${application.origin}/callback` }).then((callback) =>
    visitor.open(callback),
  );
  const page = await visitor.open(application.origin);
  assert.equal(page.status, 200, await page.clone().text());
  const { claims, person, refreshed } = await page.json();
  assert.equal(claims.iss, portcullis.issuer);
  assert.equal(person.sub, claims.sub);
  assert.equal(person.preferred_username, ada.username);
  assert.ok(refreshed);
  const back = await visitor.visit(`${application.origin}/logout`, { until: application.origin });
  assert.equal(back.origin, application.origin);
});
