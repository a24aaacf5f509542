// Starts the real server, with a data folder of its own, and stops exactly that process.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What is tested. */
export const BINARY =
  process.env.TEST_SERVER_BINARY ??
  fileURLToPath(new URL('../../../../target/debug/portcullis', import.meta.url));

/** A machine that builds at the same time is slow. */
const START_LIMIT_MS = 60_000;

/** The person whom every server that is started here knows. */
export const ada = { username: 'ada', password: 'correct horse battery staple' };

/** Starts a server on a free port. Whoever starts it stops it. */
export async function startPortcullis({
  algorithm = 'ES256',
  host = '127.0.0.1',
  environment = {},
} = {}) {
  const port = await freePort();
  const issuer = `http://${host}:${port}`;
  return launch(issuer, {
    PORTCULLIS_SERVER__ADDRESS: `${host}:${port}`,
    PORTCULLIS_SERVER__ISSUER: issuer,
    PORTCULLIS_SIGNING__ALGORITHM: algorithm,
    PORTCULLIS_BOOTSTRAP__USERNAME: ada.username,
    PORTCULLIS_BOOTSTRAP__PASSWORD: ada.password,
    ...environment,
  });
}

/** Starts a server with no configuration at all, which has its own idea of where to listen. */
export function startUnconfigured() {
  return launch('http://localhost:9000', {});
}

async function launch(issuer, environment) {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-'));
  const child = spawn(BINARY, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever becomes of the tests, the server does not outlive them.
  process.once('exit', () => child.kill('SIGKILL'));
  const server = new Portcullis(issuer, folder, child);
  await server.untilReady();
  return server;
}

class Portcullis {
  #folder;
  #child;
  said = '';
  #ended;

  constructor(issuer, folder, child) {
    this.issuer = issuer;
    this.#folder = folder;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
      child.once('error', (error) => resolve(error.message));
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        this.said += chunk;
      });
    }
  }

  async untilReady() {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const ready = fetch(`${this.issuer}/ready`).then(
        ({ status }) => status === 200,
        () => false,
      );
      const state = await Promise.race([ready, this.#ended]);
      if (state === true) return;
      if (typeof state === 'string') throw new Error(`the server did not start: ${state}\n${this.said}`);
      if (Date.now() > deadline) throw new Error(`the server is not ready\n${this.said}`);
      await pause(20);
    }
  }

  /** What the first start printed for the first account, if it was given no password. */
  oneTimePassword() {
    return this.said.match(/one-time password +(\S+)/)[1];
  }

  /** Runs another command of the program beside it, in its folder, and returns what it printed. */
  async run(...command) {
    const settings = { cwd: this.#folder, env: { PATH: process.env.PATH } };
    const { stdout } = await promisify(execFile)(BINARY, command, settings);
    return stdout;
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
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
