// Certificates of nobody's authority, for servers of the tests' own on loopback.

import { generate } from 'selfsigned';

/** A fresh key and certificate for 127.0.0.1, as `node:https` takes them. */
export async function selfSigned(commonName) {
  const names = [{ type: 7, ip: '127.0.0.1' }];
  const pems = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: names },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
