// Another program's web server on the same host as the server under test: what it is sent, and what it
// makes browsers keep.

import { createServer } from 'node:http';

const PAGE = '<!doctype html><html lang="en"><title>Neighbour</title><h1>Another program</h1>';

/** Starts one on a free port of localhost. Whoever starts it stops it. */
export async function startNeighbour() {
  const neighbour = {
    /** The `Cookie` header of every request so far, by path. */
    sent: new Map(),
    /** What every answer sets, each a `Set-Cookie` header in bytes as Latin-1. */
    sets: [],
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    neighbour.sent.set(pathname, request.headers.cookie ?? '');
    response.writeHead(200, [
      ['content-type', 'text/html'],
      ...neighbour.sets.map((cookie) => ['set-cookie', cookie]),
    ].flat());
    response.end(PAGE);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  neighbour.origin = `http://localhost:${server.address().port}`;
  neighbour.stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return neighbour;
}
