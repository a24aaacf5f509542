// mcp-remote, run as its users run it: a program that opens a browser and speaks MCP on its own
// standard input and output.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { startMcpServer } from './support/mcp-server.mjs';
import { ada, freePort, startPortcullis } from './support/portcullis.mjs';

const MCP_REMOTE = fileURLToPath(new URL('../../node_modules/.bin/mcp-remote', import.meta.url));
const BROWSER = fileURLToPath(new URL('support/browser.mjs', import.meta.url));

let portcullis;
let mcp;
let home;
let port;

before(async () => {
  portcullis = await startPortcullis();
  mcp = await startMcpServer(portcullis.issuer);
  home = await mkdtemp(join(tmpdir(), 'mcp-remote-'));
  await writeFile(join(home, 'visits'), '');
  port = await freePort();
});
after(async () => {
  await mcp?.stop();
  await portcullis?.stop();
  if (home) await rm(home, { recursive: true });
});

test('mcp-remote signs a person in through their browser, and the next time without it', async () => {
  const first = await whoami();
  assert.match(first, /\S/);
  assert.deepEqual(await visits(), [`${portcullis.issuer}/oauth/authorize`]);
  assert.equal(await whoami(), first);
  assert.equal((await visits()).length, 1, 'the browser was not needed again');
});

/** Runs mcp-remote for one tool call. */
async function whoami() {
  const transport = new StdioClientTransport({
    command: MCP_REMOTE,
    args: [mcp.url.href, String(port)],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MCP_REMOTE_CONFIG_DIR: join(home, 'config'),
      BROWSER,
      VISITOR_USERNAME: ada.username,
      VISITOR_PASSWORD: ada.password,
      VISITOR_LOG: join(home, 'visits'),
    },
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const client = new Client({ name: 'stock', version: '1.0.0' });
  await client.connect(transport).catch((error) => {
    throw new Error(`mcp-remote did not connect; it said:\n${said}`, { cause: error });
  });
  const { content } = await client.callTool({ name: 'whoami' });
  await client.close();
  return content[0].text;
}

async function visits() {
  const text = await readFile(join(home, 'visits'), 'utf8');
  return text.split('\n').filter(Boolean);
}
