// A web application on a free port.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** Starts one. `build` is given its origin, and makes the function that answers requests. */
export async function startWebApplication(build) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  server.on('request', await build(origin));
  return {
    origin,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
