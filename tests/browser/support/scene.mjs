// A server and a browser for the tests of one file, and the people and applications that meet there.

import { after, before } from 'node:test';

import { freshContext, launchChromium } from '../../clients/node/support/chromium.mjs';
import { startPortcullis } from '../../clients/node/support/portcullis.mjs';
import { startApplication } from './application.mjs';

/** Sets the scene before the first test and clears it after the last. */
export function scene() {
  const set = new Scene();
  before(async () => {
    set.portcullis = await startPortcullis();
    set.browser = await launchChromium();
  });
  after(async () => {
    await set.browser?.close();
    await Promise.all(set.applications.map((application) => application.stop()));
    await set.portcullis?.stop();
  });
  return set;
}

class Scene {
  applications = [];

  /** An application that nobody has allowed anything yet. */
  async application(metadata, options) {
    const application = await startApplication(this.portcullis, metadata, options);
    this.applications.push(application);
    return application;
  }

  /** A page of somebody whom the server has never seen. */
  async stranger(options) {
    return (await freshContext(this.browser, options)).newPage();
  }
}
