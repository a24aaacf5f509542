// The consent page lists scopes as the operator has ordered them, and says what is for whom.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { freshContext, launchChromium, signIn } from '../clients/node/support/chromium.mjs';
import { ada, startPortcullis } from '../clients/node/support/portcullis.mjs';
import { startApplication } from './support/application.mjs';
import { inspect } from './support/looks.mjs';

const CONFIGURATION = `
[[resources]]
uri = "https://notes.example/mcp"
name = "Notes"
scopes = { "notes:read" = "Read your notes", "notes:write" = "Write notes", "notes:delete" = "Delete notes" }

[[resources]]
uri = "https://work.example/mcp"
name = "Notes"

[resources.scopes]
send = "Send notes to colleagues"
archive = "Archive notes"
`;

const SCOPE = 'archive email notes:delete notes:read notes:write openid profile send';

let folder;
let portcullis;
let application;
let browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-scopes-'));
  const file = join(folder, 'portcullis.toml');
  await writeFile(file, CONFIGURATION);
  portcullis = await startPortcullis({ environment: { PORTCULLIS_CONFIG: file } });
  application = await startApplication(portcullis);
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await application?.stop();
  await portcullis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The consent page for both resources. */
async function consent(options) {
  const page = await (await freshContext(browser, options)).newPage();
  const url = new URL(await application.request({ scope: SCOPE, resource: 'https://notes.example/mcp' }));
  url.searchParams.append('resource', 'https://work.example/mcp');
  await page.goto(url.href);
  await signIn(page, ada);
  await page.getByRole('button', { name: 'Allow' }).waitFor();
  return page;
}

test('scopes are in the order of the configuration, each at its own resource', async () => {
  const page = await consent();
  const groups = await page.locator('fieldset').evaluateAll((all) =>
    all.map((one) => [
      one.querySelector('legend').textContent,
      [...one.querySelectorAll('input')].map((input) => input.value),
    ]),
  );
  assert.deepEqual(groups, [
    ['Who you are', ['openid', 'profile', 'email']],
    ['At Notes (https://notes.example/mcp)', ['notes:read', 'notes:write', 'notes:delete']],
    ['At Notes (https://work.example/mcp)', ['send', 'archive']],
  ]);
});

test('the metadata of a resource lists them alike', async () => {
  const metadata = await fetch(`${portcullis.issuer}/.well-known/oauth-authorization-server`);
  const { scopes_supported: scopes } = await metadata.json();
  const ours = scopes.filter((scope) => !['openid', 'profile', 'email', 'offline_access'].includes(scope));
  assert.deepEqual(ours, ['notes:read', 'notes:write', 'notes:delete', 'send', 'archive']);
});

for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark']]) {
  test(`two resources look right at ${width} pixels in ${colorScheme}`, async () => {
    const page = await consent({ viewport: { width, height: 844 }, colorScheme });
    await inspect(page, `two-resources-${width}-${colorScheme}`);
  });
}
