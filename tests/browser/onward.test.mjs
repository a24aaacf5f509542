// How people come back to the application once they have answered, and wherever it sends them on to.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

/** Where callbacks send browsers on to. */
const SCHEMES = ['com.example.unknown:/done?x=1', 'myide://done', 'claude://oauth/done'];

/** An application that is answered at an https address, and a browser that overlooks its certificate. */
async function hosted(metadata) {
  const application = await here.application(metadata, { secure: true });
  const page = await here.stranger({ ignoreHTTPSErrors: true });
  return { application, page, complaints: complaints(page) };
}

/** What the browser says it has blocked. */
function complaints(page) {
  const heard = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) heard.push(message.text());
  });
  return heard;
}

/** Waits until the browser sets out for an address. */
function leaving(page, start) {
  return page.waitForRequest((request) => request.url().startsWith(start));
}

async function toConsent(page, application, parameters) {
  await page.goto(await application.request(parameters));
  await signIn(page, ada);
  await page.locator('button[name=decision]').first().waitFor();
}

for (const scheme of SCHEMES) {
  test(`after Allow, a callback may send the browser on to ${scheme}`, async () => {
    const { application, page, complaints } = await hosted();
    application.onward = scheme;
    await toConsent(page, application);
    const left = leaving(page, scheme);
    await decide(page, 'allow');
    await left;
    await page.getByRole('heading', { name: 'Taking you back to Field notes' }).waitFor();
    assert.deepEqual(complaints, []);
  });
}

test('after Deny, a callback may send the browser on to an unknown application', async () => {
  const { application, page, complaints } = await hosted();
  application.onward = 'myide://denied';
  await toConsent(page, application);
  const left = leaving(page, application.onward);
  await decide(page, 'deny');
  await left;
  await page.getByText('Nothing was allowed').waitFor();
  assert.deepEqual(complaints, []);
});

test('after Sign in, what was allowed before leads on to an unknown application', async () => {
  const { application, page, complaints } = await hosted();
  await toConsent(page, application);
  await decide(page, 'allow');
  await application.tokens(page);
  application.onward = 'myide://again';
  await page.goto(await application.request({ prompt: 'login' }));
  const left = leaving(page, application.onward);
  await signIn(page, ada);
  await left;
  await page.getByRole('heading', { name: 'Taking you back to Field notes' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('after Continue as, what was allowed before leads on to an unknown application', async () => {
  const { application, page, complaints } = await hosted();
  await toConsent(page, application);
  await decide(page, 'allow');
  await application.tokens(page);
  application.onward = 'myide://again';
  await page.goto(await application.request({ prompt: 'select_account' }));
  const left = leaving(page, application.onward);
  await page.getByRole('button', { name: 'Continue as' }).click();
  await left;
  await page.getByRole('heading', { name: 'Taking you back to Field notes' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a callback may send the browser on to a port of the machine', async () => {
  const { application, page, complaints } = await hosted();
  const program = await here.application();
  application.onward = `${program.origin}/landed`;
  await toConsent(page, application);
  await decide(page, 'allow');
  await page.waitForURL(application.onward);
  await program.answer(page);
  assert.deepEqual(complaints, []);
});

test('a code arrives at https and at loopback, without a trace of us', async () => {
  for (const secure of [true, false]) {
    const application = await here.application({}, { secure });
    const page = await here.stranger({ ignoreHTTPSErrors: true });
    await toConsent(page, application);
    const arrived = leaving(page, application.callback);
    await decide(page, 'allow');
    assert.equal((await (await arrived).allHeaders()).referer, undefined);
    assert.ok((await application.tokens(page)).access_token);
    await page.goBack();
    assert.ok(!page.url().startsWith(application.origin), 'the way back is not a loop');
  }
});

test('a second press gets the same page again', async () => {
  const { application, page, complaints } = await hosted();
  application.onward = 'myide://twice';
  await toConsent(page, application);
  const left = leaving(page, application.onward);
  await page.locator('button[name=decision][value=allow]').dblclick();
  await left;
  await page.getByRole('heading', { name: 'Taking you back to Field notes' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('a form of another site with a remembered consent comes to its callback', async () => {
  const { application, page, complaints } = await hosted();
  await toConsent(page, application);
  await decide(page, 'allow');
  await application.tokens(page);
  const request = new URL(await application.request());
  await page.evaluate(([action, fields]) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action });
    for (const [name, value] of fields) {
      form.append(Object.assign(document.createElement('input'), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }, [request.origin + request.pathname, [...request.searchParams]]);
  await page.waitForURL((url) => url.searchParams.get('state') === request.searchParams.get('state'));
  assert.ok((await application.tokens(page)).access_token);
  assert.deepEqual(complaints, []);
});

test('who signs out is sent back by way of a page, wherever that leads', async () => {
  const { application, page, complaints } = await hosted({ client_name: 'Field notes' });
  await toConsent(page, application);
  await decide(page, 'allow');
  await application.tokens(page);
  application.onward = 'myide://bye';
  await page.goto(application.signOutUrl({ post_logout_redirect_uri: application.signedOut }));
  const left = leaving(page, application.onward);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await left;
  await page.getByText('You are signed out here').waitFor();
  assert.deepEqual(complaints, []);
});

/** Brings somebody to the consent page of an application on their own machine. */
async function installed(callback, client_name) {
  const application = await here.application({ client_name, redirect_uris: [callback] });
  const page = await here.stranger();
  await toConsent(page, application, { redirect_uri: callback });
  return page;
}

test('an application on the machine is opened, and the page says where to go back to', async () => {
  const callback = 'cursor://anysphere.cursor-retrieval/oauth/callback';
  const page = await installed(callback, 'Anything');
  const opened = leaving(page, callback);
  await decide(page, 'allow');
  const address = (await opened).url();
  assert.ok(new URL(address).searchParams.get('code'));
  await page.getByText('You can go back to Cursor on this computer').waitFor();
  const link = page.getByRole('link', { name: 'Open Cursor' });
  // It cannot be pressed here: Chromium asks whether to open the application, and nobody answers.
  assert.equal(await link.getAttribute('href'), address);
});

test('an application without a known name is called what it calls itself', async () => {
  const callback = 'com.example.notes:/callback';
  const page = await installed(callback, 'Field notes');
  const opened = leaving(page, callback);
  await decide(page, 'allow');
  await opened;
  await page.getByText('You can go back to Field notes').waitFor();
  await page.getByRole('link', { name: 'Open Field notes' }).waitFor();
});

test('who allows nothing is told so, and the application on the machine too', async () => {
  const callback = 'com.example.notes:/callback';
  const page = await installed(callback, 'Field notes');
  const opened = leaving(page, callback);
  await decide(page, 'deny');
  assert.equal(new URL((await opened).url()).searchParams.get('error'), 'access_denied');
  await page.getByRole('heading', { name: 'Nothing was allowed' }).waitFor();
  await page.getByText('You can go back to Field notes').waitFor();
});

test('an error for an application on the machine is shown on a page too', async () => {
  const callback = 'com.example.notes:/callback';
  const application = await here.application({ redirect_uris: [callback] });
  const page = await here.stranger();
  const opened = leaving(page, callback);
  const request = await application.request({ redirect_uri: callback, code_challenge_method: 'plain' });
  await page.goto(request);
  assert.equal(new URL((await opened).url()).searchParams.get('error'), 'invalid_request');
  await page.getByText('You can go back to Field notes').waitFor();
});
