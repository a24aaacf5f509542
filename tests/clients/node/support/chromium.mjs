// The system's own Chromium, with nobody's profile and nothing to tell anybody.

import { chromium } from 'playwright-core';

/** How long a page may take for one step. Hashing a password takes a debug build its time. */
const STEP_LIMIT_MS = 20_000;

/** Starts it, with these arguments besides. Whoever starts it closes it. */
export function launchChromium(...args) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Root has no sandbox, and containers run as root.
    chromiumSandbox: process.getuid() !== 0,
    args: ['--disable-gpu', '--disable-quic', ...args],
  });
}

/** A browser of its own as far as the server can tell: no cookie is shared. */
export async function freshContext(browser, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(STEP_LIMIT_MS);
  return context;
}

/** Types a name and a password, and sends them. */
export async function signIn(page, { username, password }) {
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
}

/** Presses "allow" or "deny". */
export async function decide(page, decision) {
  await page.locator(`button[name=decision][value=${decision}]`).click();
}
