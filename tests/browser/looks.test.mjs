// Every page, on a desk and on a phone, in light and in dark: pictures of it, its contrast and its
// structure.

import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada, startPortcullis } from '../clients/node/support/portcullis.mjs';
import { startApplication } from './support/application.mjs';
import { inspect } from './support/looks.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

const WIDTHS = { desk: 1280, phone: 390 };

/** What a client may call itself, and must not break a page. */
const LONG_NAME = 'The quarterly reporting assistant of the department of weights and measures';

for (const [place, width] of Object.entries(WIDTHS)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`every page looks right ${place === 'desk' ? 'on a desk' : 'on a phone'}, in ${colorScheme}`, async (t) => {
      const viewport = { width, height: 844 };
      const page = await here.stranger({ viewport, colorScheme, ignoreHTTPSErrors: true });
      const look = (name, at = page) => t.test(name, () => inspect(at, `${name}-${width}-${colorScheme}`));
      await signingIn(page, look);
      await asking(page, look);
      await goingBack(page, look);
      await account(page, look);
      await goingWrong(page, look);
      await gettingLost(page, look);
      await posting(page, look);
      await signingOut(page, look);
      await choosingAPassword(page, look);
    });
  }
}

async function signingIn(page, look) {
  const application = await here.application();
  await page.goto(await application.request());
  await look('sign-in');
  await signIn(page, { ...ada, password: 'wrong' });
  await page.getByRole('alert').waitFor();
  await look('sign-in-refused');
  await signIn(page, ada);
  await page.locator('button[name=decision]').first().waitFor();
  await look('consent');
  for (const box of await page.locator('input[name^=scope]').all()) await box.uncheck();
  await decide(page, 'allow');
  await page.getByRole('alert').waitFor();
  await look('consent-to-nothing');
  for (const box of await page.locator('input[name^=scope]').all()) await box.check();
  await decide(page, 'allow');
  await application.tokens(page);

  await page.goto(await application.request({ scope: 'openid more', resource: 'https://api.example/v1' }));
  await page.locator('button[name=decision]').first().waitFor();
  await look('consent-at-a-resource');
  await page.goto(await application.request({ scope: 'openid more' }));
  await page.locator('details').click();
  await look('consent-to-more');
  await page.goto(await application.request({ prompt: 'select_account' }));
  await look('sign-in-again');
}

/** What the consent page says of an application on this computer, of a host, and of a whole resource. */
async function asking(page, look) {
  const cursor = 'cursor://anysphere.cursor-retrieval/oauth/callback';
  const links = { client_uri: 'https://x.example/', tos_uri: 'https://x.example/terms' };
  const installed = await here.application({ client_name: 'Cursor', redirect_uris: [cursor], ...links });
  await page.goto(await installed.request({ redirect_uri: cursor, scope: '', resource: 'https://api.example/v1' }));
  await page.locator('button[name=decision]').first().waitFor();
  await look('consent-to-everything-for-an-application');
  const callback = 'https://notes.example/callback';
  const hosted = await here.application({ redirect_uris: [callback], ...links });
  await page.goto(await hosted.request({ redirect_uri: callback }));
  await page.locator('button[name=decision]').first().waitFor();
  await look('consent-for-a-host');
}

/** The page from which people go back: to an application on this computer, and to a host. */
async function goingBack(page, look) {
  const cursor = 'cursor://anysphere.cursor-retrieval/oauth/callback';
  const installed = await here.application({ client_name: 'Cursor', redirect_uris: [cursor] });
  const hosted = await here.application({ client_name: LONG_NAME }, { secure: true });
  hosted.onward = 'myide://done';
  const ways = [
    [installed, { redirect_uri: cursor }, 'Open Cursor', 'an-application'],
    [hosted, {}, 'go on to 127.0.0.1', 'a-host'],
  ];
  for (const [application, parameters, link, name] of ways) {
    for (const decision of ['allow', 'deny']) {
      // Chromium asks whether to open an application, and until somebody says so the tab is deaf.
      const tab = await page.context().newPage();
      await tab.goto(await application.request({ scope: 'openid', prompt: 'consent', ...parameters }));
      await decide(tab, decision);
      await tab.getByRole('link', { name: link }).waitFor();
      await look(`back-to-${name}-${decision}`, tab);
      await tab.close();
    }
  }
}

async function account(page, look) {
  const long = await here.application({ client_name: LONG_NAME });
  await page.goto(await long.request({ scope: `openid ${'a-very-long-scope:'.repeat(6)}read` }));
  await page.locator('button[name=decision]').first().waitFor();
  await look('consent-with-long-names');
  await decide(page, 'allow');
  await long.tokens(page);
  await page.goto(`${here.portcullis.issuer}/account`);
  await look('account');
}

async function goingWrong(page, look) {
  const application = await here.application();
  await page.goto(await application.request({ redirect_uri: 'https://elsewhere.example/callback' }));
  await look('unknown-address');
  await page.goto(`${here.portcullis.issuer}/oauth/authorize`);
  await look('error');
  await page.goto(`${here.portcullis.issuer}/no-such-page`);
  await look('not-found');
}

/** Pages where a way ends. */
async function gettingLost(page, look) {
  const foreign = (client, redirect) =>
    `/oauth/authorize?${new URLSearchParams({ client_id: client, redirect_uri: redirect })}`;
  const { issuer } = here.portcullis;
  await page.goto(issuer + foreign('V1StGXR8_Z5jdHi6B-myT', 'https://claude.ai/api/mcp/auth_callback'));
  await look('unknown-client');
  await page.goto(issuer + foreign('https://'.repeat(40), `https://${'long.'.repeat(30)}example/callback`));
  await look('unknown-client-with-long-names');
  await page.goto(`${issuer}/oauth/authorize/consent?interaction=forgotten`);
  await look('too-late');
  const application = await here.application();
  await page.goto(await application.request({ scope: 'openid over' }));
  const consent = page.url();
  await decide(page, 'allow');
  await application.tokens(page);
  await page.goto(consent);
  await look('finished');
}

async function posting(page, look) {
  const application = await here.application();
  await page.route('**/*.js', (route) => route.abort());
  await page.goto(await application.request({ response_mode: 'form_post', prompt: 'none' }));
  await look('form-post');
  await page.unroute('**/*.js');
}

async function signingOut(page, look) {
  const application = await here.application();
  await page.goto(application.signOutUrl({}));
  await look('sign-out');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
  await look('signed-out');
}

/** The first account, on a server of its own. */
async function choosingAPassword(page, look) {
  const portcullis = await startPortcullis({ environment: { PORTCULLIS_BOOTSTRAP__PASSWORD: undefined } });
  const application = await startApplication(portcullis);
  try {
    await page.goto(await application.request());
    await signIn(page, { ...ada, password: portcullis.oneTimePassword() });
    await page.locator('input[name=new-password]').fill('a new password of my own');
    await look('choose-a-password');
    await page.locator('input[name=confirm-password]').fill('another');
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    await look('choose-a-password-refused');
  } finally {
    await application.stop();
    await portcullis.stop();
  }
}
