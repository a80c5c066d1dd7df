/**
 * The metadata document: every front serves it with the same status, header fields and body.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { everyFront, useFronts, type WholeAnswer } from './all-fronts.js';
import { json } from './sales-api.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const DOCUMENT = JSON.stringify({
  resource: 'https://api.example.com/v1',
  authorization_servers: [SECRET_OPTIONS.issuer],
  scopes_supported: ['read', 'write'],
  bearer_methods_supported: ['header'],
  resource_name: 'Sales',
});

const GET: WholeAnswer = {
  status: 200,
  headers: {
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=3600',
    connection: 'close',
    'content-length': String(Buffer.byteLength(DOCUMENT)),
    'content-type': 'application/json',
  },
  body: DOCUMENT,
};
const PREFLIGHT: WholeAnswer = {
  status: 204,
  headers: {
    'access-control-allow-headers': '*, Authorization',
    'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    'access-control-allow-origin': '*',
    'access-control-max-age': '86400',
    allow: 'GET, HEAD, OPTIONS',
    connection: 'close',
  },
  body: '',
};
const NOT_ALLOWED: WholeAnswer = {
  status: 405,
  headers: {
    'access-control-allow-origin': '*',
    allow: 'GET, HEAD, OPTIONS',
    connection: 'close',
    'content-length': '0',
  },
  body: '',
};

describe('metadata document on every front', () => {
  const server = {
    ...SECRET_OPTIONS,
    resource: 'https://api.example.com/v1',
    scopes: ['read', 'write'],
  };
  const fronts = useFronts(
    (app, api) => {
      app.publish(api.metadata({ resource_name: 'Sales' }));
      app.guard('/', api.requireAccessToken());
      app.all('/v1/sales', () => json({}));
    },
    { server },
  );
  const path = `${WELL_KNOWN}/v1`;

  it.each<[title: string, lines: readonly string[], answer: WholeAnswer]>([
    ['GET', [`GET ${path} HTTP/1.1`], GET],
    ['GET in another host', [`GET ${path} HTTP/1.1`, 'X-Forwarded-Host: evil.example'], GET],
    ['GET with invalid credentials', [`GET ${path} HTTP/1.1`, 'Authorization: Bearer x'], GET],
    ['HEAD', [`HEAD ${path} HTTP/1.1`], { ...GET, body: '' }],
    ['OPTIONS', [`OPTIONS ${path} HTTP/1.1`], PREFLIGHT],
    [
      'a preflight',
      [
        `OPTIONS ${path} HTTP/1.1`,
        'Origin: https://app.example',
        'Access-Control-Request-Method: GET',
        'Access-Control-Request-Headers: authorization, mcp-protocol-version',
      ],
      PREFLIGHT,
    ],
    ['POST', [`POST ${path} HTTP/1.1`], NOT_ALLOWED],
    ['PUT', [`PUT ${path} HTTP/1.1`], NOT_ALLOWED],
    ['DELETE', [`DELETE ${path} HTTP/1.1`], NOT_ALLOWED],
    ['PATCH', [`PATCH ${path} HTTP/1.1`], NOT_ALLOWED],
  ])('gets the same response: %s', async (_title, lines, answer) => {
    expect(await fronts.ask(lines)).toEqual(everyFront(answer));
  });

  it('is named by the challenges of every front', async () => {
    const answers = await fronts.ask(['GET /v1/sales HTTP/1.1']);
    const challenges = Object.entries(answers).map(([name, { headers }]) => [
      name,
      headers['www-authenticate'],
    ]);
    expect(Object.fromEntries(challenges)).toEqual(
      everyFront(
        'Bearer realm="https://api.example.com", ' +
          `resource_metadata="https://api.example.com${path}"`,
      ),
    );
  });
});
