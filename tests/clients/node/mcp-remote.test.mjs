// mcp-remote as the program between an MCP host and a protected MCP server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { moveIn } from './support/mcp-remote.mjs';
import { startMcpServer } from './support/mcp-server.mjs';
import { ada, startPortcullis } from './support/portcullis.mjs';

let portcullis;
let mcp;
let home;

before(async () => {
  portcullis = await startPortcullis();
  mcp = await startMcpServer(portcullis.issuer);
  home = await moveIn(ada);
});
after(async () => {
  await home?.moveOut();
  await mcp?.stop();
  await portcullis?.stop();
});

test('mcp-remote signs a person in through their browser, and the next time without it', async () => {
  const first = await home.call(mcp.url.href, { name: 'whoami' });
  assert.match(first, /\S/);
  assert.deepEqual(await home.visits(), [`${portcullis.issuer}/oauth/authorize`]);
  assert.equal(await home.call(mcp.url.href, { name: 'whoami' }), first);
  assert.equal((await home.visits()).length, 1, 'the browser was not needed again');
});
