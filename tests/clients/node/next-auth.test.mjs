// next-auth 4, its handler behind Express instead of Next.js, which it does not need.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import express from 'express';

import { ada, startPortcullis } from './support/portcullis.mjs';
import { registerClient } from './support/registered.mjs';
import { Visitor } from './support/visitor.mjs';
import { startWebApplication } from './support/web-application.mjs';

const { default: NextAuth } = createRequire(import.meta.url)('next-auth/next');

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

async function build(origin) {
  process.env.NEXTAUTH_URL = origin;
  const client = await registerClient(portcullis, {
    redirect_uris: [`${origin}/api/auth/callback/portcullis`],
  });
  const options = {
    secret: 'what the session cookie of the application is sealed with',
    providers: [
      {
        id: 'portcullis',
        name: 'Portcullis',
        type: 'oauth',
        wellKnown: `${portcullis.issuer}/.well-known/openid-configuration`,
        clientId: client.id,
        clientSecret: client.secret,
        authorization: { params: { scope: 'openid profile' } },
        checks: ['pkce', 'state', 'nonce'],
        idToken: true,
        profile: ({ sub, preferred_username: name }) => ({ id: sub, name }),
      },
    ],
  };
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.all('/api/auth/{*rest}', (request, response) => {
    const { rest } = request.params;
    // What Next.js puts there.
    Object.defineProperty(request, 'query', { value: { ...request.query, nextauth: rest } });
    request.cookies = readCookies(request.headers.cookie);
    return NextAuth(request, response, options);
  });
  return app;
}

function readCookies(header = '') {
  const pairs = header.split('; ').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
    }),
  );
}

test('a person signs in, and the session says who they are', async () => {
  const visitor = new Visitor(ada);
  const { csrfToken } = await (await visitor.open(`${application.origin}/api/auth/csrf`)).json();
  const begun = await visitor.post(`${application.origin}/api/auth/signin/portcullis`, {
    csrfToken,
    callbackUrl: application.origin,
  });
  const callback = await visitor.visit(begun.headers.get('location'), {
    until: `${application.origin}/api/auth/callback`,
  });
  const answer = await visitor.open(callback);
  assert.equal(answer.headers.get('location'), application.origin);
  const session = await (await visitor.open(`${application.origin}/api/auth/session`)).json();
  assert.equal(session.user.name, ada.username);
});
