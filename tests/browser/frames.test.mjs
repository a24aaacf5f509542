// A client that asks in a hidden frame whether somebody is signed in.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scene } from './support/scene.mjs';

const here = scene();

/** Opens `url` in a hidden frame of a page of the application. */
async function hiddenFrame(page, application, url) {
  await page.goto(application.origin);
  await page.evaluate((src) => {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.src = src;
    document.body.append(frame);
  }, url);
}

test('an answer that is posted arrives from a hidden frame', async () => {
  const application = await here.application();
  const page = await here.stranger();
  const posted = page.waitForRequest((request) => request.url() === application.callback);
  const asked = { response_mode: 'form_post', prompt: 'none' };
  await hiddenFrame(page, application, await application.request(asked));
  const form = new URLSearchParams((await posted).postData());
  assert.equal(form.get('error'), 'login_required');
  assert.equal(form.get('iss'), here.portcullis.issuer);
});

test('a page with something to decide shows in no frame', async () => {
  const application = await here.application();
  const page = await here.stranger();
  const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()));
  await hiddenFrame(page, application, await application.request());
  await refused;
  assert.ok(page.frames().slice(1).every((frame) => !frame.url().startsWith(here.portcullis.issuer)));
});
