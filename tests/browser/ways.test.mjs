// The ways in which people and browsers differ: no mouse, no scripts, nothing from elsewhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

test('a keyboard is enough, and shows where it is', async () => {
  const application = await here.application();
  const page = await here.stranger();
  await page.goto(await application.request({ scope: 'openid email keys' }));
  await page.locator('input[name=username]:focus').waitFor();
  await page.keyboard.type(ada.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ada.password);
  await page.keyboard.press('Enter');
  await page.locator('button[name=decision]').first().waitFor();
  await tabTo(page, 'input[value=email]');
  await page.keyboard.press('Space');
  await tabTo(page, 'button[value=allow]');
  await page.keyboard.press('Enter');
  assert.deepEqual((await application.tokens(page)).scope.split(' ').sort(), ['keys', 'openid']);
});

test('everything works without scripts', async () => {
  const application = await here.application();
  const page = await here.stranger({ javaScriptEnabled: false });
  await page.goto(await application.request({ scope: 'openid plain' }));
  await signIn(page, ada);
  await decide(page, 'allow');
  assert.match((await application.tokens(page)).scope, /plain/);

  const posted = page.waitForRequest((request) => request.url() === application.callback);
  await page.goto(await application.request({ scope: 'openid plain', response_mode: 'form_post' }));
  await page.getByRole('button').click();
  assert.ok(new URLSearchParams((await posted).postData()).get('code'));

  await page.goto(`${here.portcullis.issuer}/account`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
});

test('an answer that is posted goes off by itself where scripts run', async () => {
  const application = await here.application();
  const page = await here.stranger();
  const posted = page.waitForRequest((request) => request.url() === application.callback);
  await page.goto(await application.request({ scope: 'openid posted', response_mode: 'form_post' }));
  await signIn(page, ada);
  await decide(page, 'allow');
  const form = new URLSearchParams((await posted).postData());
  assert.ok(form.get('code'));
  assert.equal(form.get('iss'), here.portcullis.issuer);
});

test('no page loads anything from elsewhere, or breaks its own policy', async () => {
  const application = await here.application();
  const page = await here.stranger();
  const [origins, complaints] = [new Set(), []];
  page.on('request', (request) => origins.add(new URL(request.url()).origin));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(await application.request({ scope: 'openid quiet' }));
  await signIn(page, ada);
  await decide(page, 'allow');
  await application.answer(page);
  await page.goto(`${here.portcullis.issuer}/account`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('signed out').first().waitFor();
  assert.deepEqual(origins, new Set([here.portcullis.issuer, application.origin]));
  const ofOurs = complaints.filter((text) => !text.includes('favicon'));
  assert.deepEqual(ofOurs, []);
});

/** Presses Tab until the focus is there, and sees to it that a person could tell at every stop. */
async function tabTo(page, selector) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      return {
        name: focused.outerHTML.slice(0, 80),
        isThere: focused.matches(wanted),
        isMarked: outlineStyle !== 'none' && outlineWidth !== '0px',
      };
    }, selector);
    assert.ok(stop.isMarked, `nothing shows that the focus is at ${stop.name}`);
    if (stop.isThere) return;
  }
  assert.fail(`the keyboard does not reach ${selector}`);
}
