// Somebody else's web server, with a certificate of its own making, and one picture on it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** A red dot: a GIF of one pixel. */
const DOT = Buffer.from('R0lGODlhAQABAIABAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');

/** Starts one on a free port of loopback. Whoever starts it stops it. */
export async function startLogoHost() {
  const names = [{ type: 7, ip: '127.0.0.1' }];
  const pems = await generate([{ name: 'commonName', value: 'Logo host' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-logo-'));
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, pems.cert);
  const requests = [];
  const server = createServer({ key: pems.private, cert: pems.cert }, (request, response) => {
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
