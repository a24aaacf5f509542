// Times are in the reader's own time zone; without scripts they are in UTC.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, signIn } from '../clients/node/support/chromium.mjs';
import { ada } from '../clients/node/support/portcullis.mjs';
import { inspect } from './support/looks.mjs';
import { scene } from './support/scene.mjs';

const here = scene();

/** The account page of somebody who has allowed an application something and has another session. */
async function account(options) {
  const other = await here.stranger({ userAgent: 'Mozilla/5.0 (Windows NT 10.0) Firefox/145.0' });
  await other.goto(`${here.portcullis.issuer}/account`);
  await signIn(other, ada);
  await other.getByText('this browser').waitFor();
  const [application, page] = [await here.application(), await here.stranger(options)];
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(await application.request({ scope: 'openid' }));
  await signIn(page, ada);
  await decide(page, 'allow');
  await application.tokens(page);
  await page.goto(`${here.portcullis.issuer}/account`);
  await page.getByText('this browser').waitFor();
  assert.deepEqual(faults.filter((fault) => fault.includes('Content Security Policy')), []);
  return page;
}

const times = (page) =>
  page.locator('time').evaluateAll((all) => all.map((time) => ({ at: time.dateTime, text: time.textContent, title: time.title })));

/** `22 November 2026`, and `17:02`, where the clock is so many hours before that of UTC. */
function expected(at, hours) {
  const local = new Date(Date.parse(at) + hours * 3_600_000);
  const day = local.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return { day, time: local.toISOString().slice(11, 16) };
}

test('a reader in Tokyo reads the times of Tokyo, and can still find those of UTC', async () => {
  const page = await account({ timezoneId: 'Asia/Tokyo' });
  const all = await times(page);
  assert.ok(all.length >= 5, `${all.length} times: since and last use of each, and in the labels`);
  for (const { at, text, title } of all) {
    const { day, time } = expected(at, 9);
    assert.ok(text.startsWith(day) && text.includes(time) && !text.includes('UTC'), `${text} for ${at}`);
    assert.match(text, /GMT\+9|JST/);
    assert.match(title, /UTC$/);
  }
});

test('without scripts the times are in UTC and say so', async () => {
  const page = await account({ timezoneId: 'Asia/Tokyo', javaScriptEnabled: false });
  for (const { at, text } of await times(page)) {
    const { day, time } = expected(at, 0);
    assert.equal(text, `${day}, ${time} UTC`);
  }
});

test('sessions are told apart by browser, address and last use, and namesakes by their identifier', async () => {
  const twins = [await here.application(), await here.application()];
  const page = await account({ timezoneId: 'Europe/Berlin' });
  for (const twin of twins) {
    await page.goto(await twin.request({ scope: 'openid' }));
    await decide(page, 'allow');
    await twin.tokens(page);
  }
  await page.goto(`${here.portcullis.issuer}/account`);
  const other = page.getByRole('listitem').filter({ hasText: 'Firefox on Windows' }).first();
  assert.match(await other.innerText(), /from 127\.0\.0\.1, since .+\s+last used /);
  const names = await page.getByRole('button', { name: /^Withdraw/ }).evaluateAll((all) => all.map((one) => one.textContent));
  assert.ok(names.length >= 2);
  assert.equal(new Set(names).size, names.length, 'each button says which');
  assert.match(await page.locator('main').innerText(), /It registered itself, and nobody here has checked its name\./);
});

for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark'], [390, 'light'], [1280, 'dark']]) {
  test(`the account page looks right with times, at ${width} pixels in ${colorScheme}`, async () => {
    const page = await account({ timezoneId: 'America/New_York', viewport: { width, height: 844 }, colorScheme });
    await inspect(page, `account-times-${width}-${colorScheme}`);
  });
}
