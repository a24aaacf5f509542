// An application that people sign in to: it listens where the browser comes back to.

import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import * as client from 'openid-client';

import { selfSigned } from './certificate.mjs';

const PAGE = '<!doctype html><html lang="en"><title>Application</title><h1>Welcome back</h1>';

/**
 * Starts one on a free port and registers it; `secure` is whether by https, with a certificate that
 * browsers must be told to overlook. It is public if it registers `none` as the way to prove who it is.
 * Whoever starts it stops it.
 */
export async function startApplication({ issuer }, metadata = {}, { secure = false } = {}) {
  let application;
  const answer = (_request, response) => {
    if (application?.onward) {
      response.writeHead(302, { location: application.onward }).end();
      return;
    }
    response.setHeader('content-type', 'text/html');
    response.end(PAGE);
  };
  const server = secure
    ? createSecureServer(await selfSigned('Application'), answer)
    : createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${secure ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const isPublic = metadata.token_endpoint_auth_method === 'none';
  const config = await client.dynamicClientRegistration(
    new URL(issuer),
    {
      client_name: 'Field notes',
      redirect_uris: [`${origin}/callback`],
      post_logout_redirect_uris: [`${origin}/signed-out`],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      ...metadata,
    },
    isPublic ? client.None() : client.ClientSecretBasic(),
    { execute: [client.allowInsecureRequests] },
  );
  application = new Application(origin, config, server);
  return application;
}

class Application {
  #server;
  #config;
  #checks = new Map();

  /** Where it sends everybody on to, if anywhere. */
  onward;

  constructor(origin, config, server) {
    this.origin = origin;
    this.callback = `${origin}/callback`;
    this.signedOut = `${origin}/signed-out`;
    this.#config = config;
    this.#server = server;
  }

  get clientId() {
    return this.#config.clientMetadata().client_id;
  }

  /** A new authorization request. */
  async request(parameters = {}) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    this.#checks.set(expectedState, { pkceCodeVerifier, expectedState });
    const url = client.buildAuthorizationUrl(this.#config, {
      redirect_uri: this.callback,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      ...parameters,
    });
    return url.href;
  }

  /** Waits until a page has come back, and takes the answer it brings. */
  async answer(page) {
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    return new URL(page.url());
  }

  /** Waits until a page has come back with a code, and trades it in. */
  async tokens(page) {
    const answer = await this.answer(page);
    const checks = this.#checks.get(answer.searchParams.get('state'));
    return client.authorizationCodeGrant(this.#config, answer, checks);
  }

  refresh(tokens) {
    return client.refreshTokenGrant(this.#config, tokens.refresh_token);
  }

  introspect(token) {
    return client.tokenIntrospection(this.#config, token);
  }

  signOutUrl(parameters) {
    return client.buildEndSessionUrl(this.#config, parameters).href;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
