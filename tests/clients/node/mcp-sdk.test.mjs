// The MCP SDK's client finds the server through an MCP server, signs a person in and calls a tool.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { auth, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { decodeJwt } from 'jose';

import { startMcpServer, SCOPE } from './support/mcp-server.mjs';
import { ada, startPortcullis } from './support/portcullis.mjs';
import { Visitor } from './support/visitor.mjs';

const REDIRECT_URI = 'http://localhost:7003/callback';

let portcullis;
let mcp;

before(async () => {
  portcullis = await startPortcullis();
  mcp = await startMcpServer(portcullis.issuer);
});
after(async () => {
  await mcp?.stop();
  await portcullis?.stop();
});

test('auth() registers, signs a person in, and refreshes', async () => {
  const memory = new Memory();
  const serverUrl = mcp.url;
  assert.equal(await auth(memory, { serverUrl }), 'REDIRECT');
  assert.equal(await auth(memory, { serverUrl, authorizationCode: await memory.signIn() }), 'AUTHORIZED');
  const first = memory.tokens();
  assert.deepEqual([decodeJwt(first.access_token).aud].flat(), [mcp.url.href]);
  assert.ok(first.scope.split(' ').includes(SCOPE));
  assert.equal(await auth(memory, { serverUrl }), 'AUTHORIZED');
  assert.notEqual(memory.tokens().access_token, first.access_token);
  assert.notEqual(memory.tokens().refresh_token, first.refresh_token);
});

test('a client that is turned away signs in and calls a tool', async () => {
  const memory = new Memory();
  const { transport, client } = connection(memory);
  await assert.rejects(client.connect(transport), UnauthorizedError);
  await transport.finishAuth(await memory.signIn());
  assert.equal(await whoami(memory), decodeJwt(memory.tokens().access_token).sub);
});

test('a client whose access token is no good refreshes by itself', async () => {
  const memory = new Memory();
  const { transport, client } = connection(memory);
  await assert.rejects(client.connect(transport), UnauthorizedError);
  await transport.finishAuth(await memory.signIn());
  const { access_token: good } = memory.tokens();
  memory.saveTokens({ ...memory.tokens(), access_token: `${good.slice(0, -4)}AAAA` });
  assert.equal(await whoami(memory), decodeJwt(good).sub);
  assert.equal(memory.authorizations.length, 1, 'nobody was asked to sign in again');
});

test('a token for one MCP server is refused by another', async () => {
  const other = await startMcpServer(portcullis.issuer);
  const memory = new Memory();
  await auth(memory, { serverUrl: mcp.url });
  await auth(memory, { serverUrl: mcp.url, authorizationCode: await memory.signIn() });
  const answer = await fetch(other.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${memory.tokens().access_token}` },
  });
  await other.stop();
  assert.equal(answer.status, 401);
});

function connection(memory) {
  const client = new Client({ name: 'stock', version: '1.0.0' });
  return { client, transport: new StreamableHTTPClientTransport(mcp.url, { authProvider: memory }) };
}

async function whoami(memory) {
  const { transport, client } = connection(memory);
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'whoami' });
  await client.close();
  return content[0].text;
}

/** What the SDK asks its host to remember, kept in memory. */
class Memory {
  redirectUrl = REDIRECT_URI;
  clientMetadata = {
    client_name: 'MCP client',
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'none',
  };
  authorizations = [];
  #kept = {};

  clientInformation() {
    return this.#kept.client;
  }
  saveClientInformation(client) {
    this.#kept.client = client;
  }
  tokens() {
    return this.#kept.tokens;
  }
  saveTokens(tokens) {
    this.#kept.tokens = tokens;
  }
  codeVerifier() {
    return this.#kept.verifier;
  }
  saveCodeVerifier(verifier) {
    this.#kept.verifier = verifier;
  }
  redirectToAuthorization(url) {
    this.authorizations.push(url);
  }

  async signIn() {
    const answer = await new Visitor(ada).visit(this.authorizations.at(-1), { until: REDIRECT_URI });
    return answer.searchParams.get('code');
  }
}
