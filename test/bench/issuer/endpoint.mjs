/**
 * A JWKS endpoint on loopback. Each server fetches a separate document with its own keys, state and
 * number of fetches.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';

/** The states of an endpoint. */
const ANSWERS = {
  healthy: (document, response) => sendJwks(document, response),
  slow: (document, response) => setTimeout(() => sendJwks(document, response), 1000),
  down: (_document, response) => response.destroy(),
  hang: () => {},
  'status 500': (_document, response) => response.writeHead(500).end(),
  garbage: (_document, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'),
};

/** One JWKS document. */
class Document {
  /** @type {keyof typeof ANSWERS} */
  state = 'healthy';
  fetches = 0;

  constructor(uri, signers, lifetimeSeconds) {
    this.uri = uri;
    this.signers = signers;
    this.lifetimeSeconds = lifetimeSeconds;
  }
}

/** Starts an endpoint. `close` also ends hanging requests. */
export async function startEndpoint() {
  const documents = new Map();
  const server = createServer((request, response) => {
    const document = documents.get(request.url);
    if (document === undefined) return void response.writeHead(404).end();
    document.fetches += 1;
    return void ANSWERS[document.state](document, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    /** @param {import('./signer.mjs').Signer[]} signers */
    publish(name, signers, lifetimeSeconds = 600) {
      const path = `/${name}/jwks.json`;
      const document = new Document(`${origin}${path}`, signers, lifetimeSeconds);
      documents.set(path, document);
      return document;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sendJwks({ signers, lifetimeSeconds }, response) {
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': `max-age=${lifetimeSeconds}`,
  };
  response.writeHead(200, headers).end(JSON.stringify({ keys: signers.map(({ jwk }) => jwk) }));
}
