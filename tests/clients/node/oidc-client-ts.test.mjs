// oidc-client-ts in a real browser: a single-page application on another origin than the server's.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { decide, freshContext, launchChromium, signIn } from './support/chromium.mjs';
import { ada, startPortcullis } from './support/portcullis.mjs';

const LIBRARY = new URL(
  '../../node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js',
  import.meta.url,
);

let portcullis;
let application;
let browser;

before(async () => {
  portcullis = await startPortcullis();
  application = await serveApplication();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await application?.stop();
  await portcullis?.stop();
});

test('a single-page application signs a person in, renews silently and signs them out', async () => {
  const page = await (await freshContext(browser)).newPage();
  const settings = await register();

  await open(page, '/', settings);
  await page.evaluate(() => void window.manager.signinRedirect());
  await signIn(page, ada);
  await decide(page, 'allow');
  await page.waitForURL((url) => url.href.startsWith(`${settings.redirect_uri}?`));

  await open(page, undefined, settings);
  const user = await page.evaluate(() => window.manager.signinCallback());
  assert.equal(user.profile.iss, portcullis.issuer);
  assert.equal(user.profile.preferred_username, ada.username, 'userinfo was read across origins');

  const renewed = await page.evaluate(() => window.manager.signinSilent());
  assert.notEqual(renewed.access_token, user.access_token);
  assert.equal(renewed.profile.sub, user.profile.sub);

  await page.evaluate(() => void window.manager.signoutRedirect({ state: 'bye' }));
  await page.waitForURL((url) => url.href.startsWith(`${settings.post_logout_redirect_uri}?`));
  await open(page, undefined, settings);
  const signedOut = await page.evaluate(() => window.manager.signoutCallback());
  assert.equal(signedOut.userState, 'bye');
});

test('an application that revokes its tokens cannot renew any more', async () => {
  const page = await (await freshContext(browser)).newPage();
  const settings = await register();
  await open(page, '/', settings);
  await page.evaluate(() => void window.manager.signinRedirect());
  await signIn(page, ada);
  await decide(page, 'allow');
  await page.waitForURL((url) => url.href.startsWith(`${settings.redirect_uri}?`));
  await open(page, undefined, settings);
  const outcome = await page.evaluate(async () => {
    const user = await window.manager.signinCallback();
    await window.manager.revokeTokens(['refresh_token']);
    await window.manager.storeUser(user);
    return window.manager.signinSilent().then(
      () => 'renewed',
      (error) => error.error,
    );
  });
  assert.equal(outcome, 'invalid_grant');
});

/** Goes to a page of the application, or stays, and gives it a `UserManager`. */
async function open(page, path, settings) {
  if (path) await page.goto(application.origin + path);
  await page.evaluate((given) => {
    window.manager = new window.oidc.UserManager(given);
  }, settings);
}

async function register() {
  const redirect_uri = `${application.origin}/callback`;
  const post_logout_redirect_uri = `${application.origin}/signed-out`;
  const answer = await fetch(`${portcullis.issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Single-page application',
      redirect_uris: [redirect_uri],
      post_logout_redirect_uris: [post_logout_redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id } = await answer.json();
  return {
    authority: portcullis.issuer,
    client_id,
    redirect_uri,
    post_logout_redirect_uri,
    scope: 'openid profile offline_access',
    loadUserInfo: true,
    automaticSilentRenew: false,
  };
}

/** The same page wherever the browser goes: nothing but the library. */
async function serveApplication() {
  const library = await readFile(LIBRARY);
  const server = createServer((request, response) => {
    if (request.url === '/oidc-client-ts.js') {
      response.setHeader('content-type', 'text/javascript').end(library);
    } else {
      const page = '<!doctype html><title>Application</title><script src="/oidc-client-ts.js"></script>';
      response.setHeader('content-type', 'text/html').end(page);
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://localhost:${server.address().port}`, stop };
}
