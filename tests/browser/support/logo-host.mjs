// Somebody else's web server, with a certificate of its own making, and one picture on it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { selfSigned } from './certificate.mjs';

/** A red dot: a GIF of one pixel. */
const DOT = Buffer.from('R0lGODlhAQABAIABAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

/** Starts one on a free port of loopback. Whoever starts it stops it. */
export async function startLogoHost() {
  const pair = await selfSigned('Logo host');
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-logo-'));
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, pair.cert);
  const requests = [];
  const server = createServer(pair, (request, response) => {
    requests.push(request.headers);
    response.end(DOT);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    logo: `https://127.0.0.1:${server.address().port}/logo.gif`,
    /** What a server is started with that may ask here. */
    environment: {
      PORTCULLIS_FETCH__ALLOWED_NETWORKS: '["127.0.0.1/32"]',
      PORTCULLIS_FETCH__TRUSTED_CERTIFICATES: certificate,
    },
    /** The headers of every request so far. */
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
