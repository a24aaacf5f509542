// mcp-remote, run as its users run it: a program that opens a browser and speaks MCP on its own
// standard input and output.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { freePort } from './portcullis.mjs';

const MCP_REMOTE = fileURLToPath(new URL('../../../node_modules/.bin/mcp-remote', import.meta.url));
const BROWSER = fileURLToPath(new URL('browser.mjs', import.meta.url));

/** Somebody's home, in which mcp-remote remembers what it was given. */
export async function moveIn(person) {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-remote-'));
  await writeFile(join(folder, 'visits'), '');
  return new Home(folder, person, await freePort());
}

class Home {
  #folder;
  #person;
  #port;

  constructor(folder, person, port) {
    this.#folder = folder;
    this.#person = person;
    this.#port = port;
  }

  /** Runs mcp-remote for one tool call. */
  async call(url, tool) {
    const transport = new StdioClientTransport({
      command: MCP_REMOTE,
      args: [url, String(this.#port)],
      env: {
        PATH: process.env.PATH,
        HOME: this.#folder,
        MCP_REMOTE_CONFIG_DIR: join(this.#folder, 'config'),
        BROWSER,
        VISITOR: JSON.stringify(this.#person),
        VISITOR_LOG: join(this.#folder, 'visits'),
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
    const { content } = await client.callTool(tool);
    await client.close();
    return content[0].text;
  }

  /** Where the browser was opened. */
  async visits() {
    const text = await readFile(join(this.#folder, 'visits'), 'utf8');
    return text.split('\n').filter(Boolean);
  }

  moveOut() {
    return rm(this.#folder, { recursive: true });
  }
}
