// The README, done as it says: the server with no configuration, the MCP server from `docs`, and
// mcp-remote. It needs the ports that the README names.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { moveIn } from '../clients/node/support/mcp-remote.mjs';
import { startUnconfigured } from '../clients/node/support/portcullis.mjs';
import { Visitor } from '../clients/node/support/visitor.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON = process.env.TEST_PYTHON ?? `${ROOT}/target/test-venv/bin/python`;
const NOTES = { host: 'localhost', port: 3000 };

let portcullis;
let notes;
let home;

before(async () => {
  portcullis = await startUnconfigured();
  notes = spawn(PYTHON, ['docs/notes_server.py'], { cwd: ROOT, stdio: 'ignore' });
  await untilListening(notes, NOTES);
  const password = portcullis.oneTimePassword();
  home = await moveIn({ username: 'admin', password, newPassword: 'a password of my own' });
});
after(async () => {
  await home?.moveOut();
  if (notes?.kill()) await once(notes, 'exit');
  await portcullis?.stop();
});

test('the first start says what the README says', async () => {
  const readme = await readFile(`${ROOT}/README.md`, 'utf8');
  const block = readme.match(/```text\n(Portcullis is ready[^`]*)```/)[1];
  for (const line of block.split('\n')) {
    const [start] = line.split('…');
    assert.ok(portcullis.said.includes(start), `it did not say: ${line}`);
  }
});

test('a client signs in at the MCP server of the README, with the password that was printed', async () => {
  const url = `http://${NOTES.host}:${NOTES.port}/mcp`;
  const said = await home.call(url, { name: 'note', arguments: { text: 'buy milk' } });
  assert.equal(said, 'Noted: buy milk');
});

test('the account page shows what was allowed, to whoever has the new password', async () => {
  const page = await accountPage({ username: 'admin', password: 'a password of my own' });
  assert.match(page, /What you have allowed[\s\S]*http:\/\/localhost:3000\/mcp/);
});

test('a password that is lost is replaced by the command of the README', async () => {
  const readme = await readFile(`${ROOT}/README.md`, 'utf8');
  const [, command] = readme.match(/^cargo run -- (user .*)$/m);
  const printed = await portcullis.run(...command.split(' '));
  const [, password] = printed.match(/One-time password: (\S+)/);
  const page = await accountPage({ username: 'admin', password, newPassword: 'another password of my own' });
  assert.match(page, /What you have allowed/);
});

/** The account page, as somebody sees it who has just signed in. */
async function accountPage(person) {
  const visitor = new Visitor(person);
  const until = `${portcullis.issuer}/oauth/authorize/account`;
  const url = await visitor.visit(`${portcullis.issuer}/login`, { until });
  return (await visitor.open(url)).text();
}

async function untilListening(child, address) {
  for (;;) {
    assert.equal(child.exitCode, null, 'the MCP server has ended');
    const socket = createConnection(address);
    const connected = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    const open = await connected;
    socket.destroy();
    if (open) return;
    await pause(20);
  }
}
