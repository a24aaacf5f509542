// What most libraries are configured with: a client that somebody has registered for them, and one
// line, the issuer.

import assert from 'node:assert/strict';

/** Registers a confidential client, and returns its id and secret. */
export async function registerClient({ issuer }, metadata) {
  const answer = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Stock client', ...metadata }),
  });
  const registered = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(registered));
  return { id: registered.client_id, secret: registered.client_secret };
}
