// Passwords that work once, and the way out for who has lost one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { freshContext, signIn } from '../clients/node/support/chromium.mjs';
import { ada, startPortcullis } from '../clients/node/support/portcullis.mjs';
import { inspect } from './support/looks.mjs';
import { scene } from './support/scene.mjs';

const here = scene();
const HELP = 'Come to the service desk in room 12, and bring your badge.';

let helpful;
before(async () => {
  const environment = {
    PORTCULLIS_BRANDING__PASSWORD_HELP: HELP,
    PORTCULLIS_BRANDING__PASSWORD_HELP_URI: 'mailto:help@example.com',
  };
  helpful = await startPortcullis({ environment });
});
after(() => helpful?.stop());

/** The one-time password that the command line has just made for a new account. */
async function account(username) {
  const printed = await here.portcullis.run('user', 'add', username);
  return { username, password: printed.match(/One-time password: (\S+)/)[1] };
}

async function signInPage(options) {
  const page = await here.stranger(options);
  await page.goto(`${here.portcullis.issuer}/login`);
  return page;
}

test('a one-time password opens one page, and says plainly when it was used', async () => {
  const grace = await account('grace');
  const page = await signInPage();
  const request = await page.locator('input[name=request]').first().inputValue();
  await signIn(page, grace);
  await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  const again = await page.request.post(`${here.portcullis.issuer}/oauth/authorize/login`, {
    form: { request, ...grace },
    headers: { origin: here.portcullis.issuer },
    maxRedirects: 0,
  });
  assert.equal(again.status(), 303, 'the same form sent twice is answered alike');
  assert.equal(new URL(again.headers().location, page.url()).href, page.url());

  const other = await signInPage();
  await signIn(other, grace);
  const said = await other.getByRole('alert').innerText();
  assert.equal(said, 'This one-time password was used already. Ask whoever runs this server for a new one.');
  await signIn(other, { ...grace, password: 'a guess' });
  await other.getByText('The user name or the password is wrong.').waitFor();
});

for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark'], [390, 'light'], [1280, 'dark']]) {
  test(`who has forgotten a password is told what to do, at ${width} pixels in ${colorScheme}`, async () => {
    const look = { viewport: { width, height: 844 }, colorScheme };
    const page = await signInPage(look);
    assert.equal(await page.getByText('for a one-time password').isVisible(), false, 'until asked');
    await inspect(page, `forgot-closed-${width}-${colorScheme}`);
    await page.getByText('Forgot your password?').click();
    await page.getByText('for a one-time password').waitFor();
    await inspect(page, `forgot-${width}-${colorScheme}`);
  });
}

test('an operator says it in their own words', async () => {
  const page = await (await freshContext(here.browser, { viewport: { width: 390, height: 844 } })).newPage();
  await page.goto(`${helpful.issuer}/login`);
  await page.getByText('Forgot your password?').click();
  await page.getByText(HELP).waitFor();
  const link = page.getByRole('link', { name: 'Get help with your password' });
  assert.equal(await link.getAttribute('href'), 'mailto:help@example.com');
  await inspect(page, 'forgot-in-their-words-390');
  await signIn(page, ada);
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
});
