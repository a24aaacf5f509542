// The README's table of settings: the server knows each of them, and means the same by its default.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';

import { BINARY } from '../clients/node/support/portcullis.mjs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What to set where the README says in words what happens without. */
const INSTEAD_OF_WORDS = {
  PORTCULLIS_SERVER__TRUSTED_PROXIES: '["10.0.0.0/8"]',
  PORTCULLIS_MASTER_KEY: randomBytes(32).toString('base64url'),
  PORTCULLIS_STORAGE__URL: 'sqlite:elsewhere.db',
  PORTCULLIS_BOOTSTRAP__PASSWORD: 'a password of my own',
  PORTCULLIS_SERVER__TRUSTED_PROXIES: '["10.0.0.0/8"]',
  PORTCULLIS_BRANDING__NAME: 'Example Ltd',
};

const rows = [...README.matchAll(/^\| `([\w.]+)` \| `(PORTCULLIS_\w+)` \| ([^|]*) \|/gm)];

test('the README names settings', () => assert.ok(rows.length > 5));

for (const [, key, variable, meaning] of rows) {
  test(`\`${key}\` can be set as the README says`, () => {
    assert.equal(variable, `PORTCULLIS_${key.toUpperCase().replaceAll('.', '__')}`);
    const value = INSTEAD_OF_WORDS[variable] ?? meaning.match(/^`([^`]+)`/)[1];
    const ended = spawnSync(BINARY, ['check-config'], {
      cwd: tmpdir(),
      env: { [variable]: value },
      encoding: 'utf8',
    });
    assert.equal(ended.status, 0, ended.stderr);
  });
}
