// Starts the real server, with a data folder of its own, and stops exactly that process.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BINARY =
  process.env.PORTCULLIS_BINARY ??
  fileURLToPath(new URL('../../../../target/debug/portcullis', import.meta.url));

/** Making an RSA key takes a debug build some seconds. */
const START_LIMIT_MS = 60_000;

/** The person whom every server that is started here knows. */
export const ada = { username: 'ada', password: 'correct horse battery staple' };

/** Starts a server on a free port. Whoever starts it stops it. */
export async function startPortcullis({ algorithm = 'ES256', environment = {} } = {}) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const data = await mkdtemp(join(tmpdir(), 'portcullis-'));
  const child = spawn(BINARY, ['serve'], {
    cwd: data,
    env: {
      PATH: process.env.PATH,
      PORTCULLIS_SERVER__ADDRESS: `127.0.0.1:${port}`,
      PORTCULLIS_SERVER__ISSUER: issuer,
      PORTCULLIS_DATA_DIR: data,
      PORTCULLIS_SIGNING__ALGORITHM: algorithm,
      PORTCULLIS_BOOTSTRAP__USERNAME: ada.username,
      PORTCULLIS_BOOTSTRAP__PASSWORD: ada.password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = new Portcullis(issuer, data, child);
  await server.untilReady();
  return server;
}

class Portcullis {
  #data;
  #child;
  #said = '';
  #ended;

  constructor(issuer, data, child) {
    this.issuer = issuer;
    this.#data = data;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
      child.once('error', (error) => resolve(error.message));
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        this.#said += chunk;
      });
    }
  }

  async untilReady() {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const ready = fetch(`${this.issuer}/ready`).then((answer) => answer.status === 200, () => false);
      const state = await Promise.race([ready, this.#ended]);
      if (state === true) return;
      if (typeof state === 'string') throw new Error(`the server did not start: ${state}\n${this.#said}`);
      if (Date.now() > deadline) throw new Error(`the server is not ready\n${this.#said}`);
      await pause(20);
    }
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await this.#ended;
    await rm(this.#data, { recursive: true, force: true });
  }
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
