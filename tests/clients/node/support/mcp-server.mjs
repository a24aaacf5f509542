// An MCP server that only people with a token for it may use. It knows nothing of the server under
// test but its issuer. Run as a program it prints its URL and serves until its input ends.

import { pathToFileURL } from 'node:url';

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What its tools need. */
export const SCOPE = 'notes:read';

/** Starts one on a free port. */
export async function startMcpServer(issuer) {
  const answer = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
  const oauthMetadata = await answer.json();
  const app = createMcpExpressApp();
  const listener = await new Promise((resolve) => {
    const started = app.listen(0, '127.0.0.1', () => resolve(started));
  });
  const url = new URL(`http://127.0.0.1:${listener.address().port}/mcp`);
  app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl: url, scopesSupported: [SCOPE] }));
  app.use(
    requireBearerAuth({
      verifier: verifier(oauthMetadata, url),
      requiredScopes: [SCOPE],
      resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(url),
      expectedResource: url,
    }),
  );
  app.post('/mcp', serveOnce);
  app.all('/mcp', (_request, response) => response.status(405).end());
  const stop = () => {
    listener.closeAllConnections();
    return new Promise((resolve) => listener.close(resolve));
  };
  return { url, stop };
}

/** Believes what the issuer's published keys have signed for this resource, and nothing else. */
function verifier({ issuer, jwks_uri }, resource) {
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return {
    async verifyAccessToken(token) {
      const options = { issuer, audience: resource.href, typ: 'at+jwt' };
      const { payload } = await jwtVerify(token, keys, options).catch((error) => {
        throw new InvalidTokenError(error.message);
      });
      return {
        token,
        clientId: payload.client_id,
        scopes: payload.scope.split(' '),
        expiresAt: payload.exp,
        resource,
        extra: { subject: payload.sub },
      };
    },
  };
}

async function serveOnce(request, response) {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Says whose token this is.' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: authInfo.extra.subject }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = await startMcpServer(process.argv[2]);
  console.log(url.href);
  process.stdin.resume().on('end', () => process.exit(0));
}
