import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  demandNonce,
  noncesOf,
  openBoundClient,
  requireNonce,
} from '../../../test/support/bound-client.js';
import { listenTo } from '../../../test/support/listen-to.js';
import {
  grantBoundToken,
  openProofServer,
  type SeenCall,
} from '../../../test/support/proof-server.js';
import { createKeyPair } from '../../../test/support/key-pairs.js';
import { privateKeyJwt } from './credential/client-authentication.js';
import { TOKEN_CHANNEL } from './events.js';

function demandNonceForToken(nonce: string | undefined, status = 400): Response {
  const headers: Record<string, string> = nonce === undefined ? {} : { 'dpop-nonce': nonce };
  return Response.json({ error: 'use_dpop_nonce' }, { status, headers });
}

describe('createTokenClient with dpop, nonces of an API', () => {
  it('rfc9449#8/demanded-nonce-used-once: repeats a request once with the nonce, which it keeps', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = requireNonce('n-1');
    expect((await source.fetch(rows)).status).toBe(200);
    expect((await source.fetch(rows)).status).toBe(200);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'n-1', 'n-1']);
    expect(server.mistakes).toEqual([]);
  });

  it('rfc9449#8/demanded-nonce-used-once: returns the 401 when another nonce is required at once', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = () => demandNonce(`n-${server.apiCalls.length}`);
    expect((await source.fetch(rows)).status).toBe(401);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'n-1']);
  });

  it.each([200, 400, 403])('does not repeat a request after a %i', async (status) => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = () => new Response(null, { status, headers: demandNonce('n').headers });
    expect((await source.fetch(rows)).status).toBe(status);
    expect(server.apiCalls).toHaveLength(1);
  });

  it('does not repeat a request without a nonce in the response', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = () => demandNonce(undefined);
    expect((await source.fetch(rows)).status).toBe(401);
    expect(server.apiCalls).toHaveLength(1);
  });

  it.each<[status: number, headers: Record<string, string>]>([
    [200, {}],
    [204, {}],
    [304, {}],
    [401, { 'www-authenticate': 'Bearer' }],
    [403, { 'www-authenticate': 'DPoP error="insufficient_scope"' }],
    [404, {}],
    [500, {}],
    [503, { 'retry-after': '1' }],
  ])('keeps the nonce of a response with the status %i', async (status, headers) => {
    const { server, source, rows } = await openBoundClient();
    const fields = { ...headers, 'dpop-nonce': 'n' };
    server.onApi = () => new Response(null, { status, headers: fields });
    expect((await source.fetch(rows)).status).toBe(status);
    await source.fetch(rows);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'n']);
  });

  it('keeps nonces for each origin, none of them for the authorization server', async () => {
    const other = await openProofServer();
    const { server, source, clock, rows } = await openBoundClient({
      target: { origins: [other.origin] },
    });
    server.onApi = requireNonce('n-1');
    other.onApi = requireNonce('n-2');
    for (const url of [rows, `${other.origin}/rows`]) {
      expect((await source.fetch(url)).status).toBe(200);
    }
    clock.advance(101_000);
    expect((await source.fetch(rows)).status).toBe(200);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'n-1', 'n-1']);
    expect(noncesOf(other.apiCalls)).toEqual([undefined, 'n-2']);
    expect(noncesOf(server.tokenCalls)).toEqual([undefined, undefined]);
  });

  it.each<[string, () => NonNullable<RequestInit['body']>]>([
    ['a string', () => 'rows'],
    ['a form', () => new URLSearchParams('rows=1')],
    ['bytes', () => new TextEncoder().encode('rows')],
    ['a blob', () => new Blob(['rows'])],
    [
      'a multipart form',
      () => {
        const form = new FormData();
        form.set('a', 'rows');
        return form;
      },
    ],
  ])('sends %s again', async (_case, createBody) => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = requireNonce('n');
    const response = await source.fetch(rows, { method: 'POST', body: createBody() });
    expect(response.status).toBe(200);
    expect(server.apiCalls.map(({ body }) => body.includes('rows'))).toEqual([true, true]);
  });

  it('sends a stream once, and returns the 401; the next request has the nonce', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = requireNonce('n');
    const upload = (): Promise<Response> =>
      source.fetch(rows, { method: 'POST', body: new Blob(['rows']).stream() });
    expect((await upload()).status).toBe(401);
    expect((await upload()).status).toBe(200);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'n']);
  });

  it('has the nonce for a stream after a HEAD request', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = requireNonce('n');
    await source.fetch(rows, { method: 'HEAD' });
    const body = new Blob(['rows']).stream();
    expect((await source.fetch(rows, { method: 'POST', body })).status).toBe(200);
    expect(server.apiCalls.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'POST']);
  });
});

const key = createKeyPair('P-256').privateKey;

describe('createTokenClient with dpop, nonces of the authorization server', () => {
  const requireTokenNonce =
    (nonce: string, status?: number) =>
    ({ proof }: SeenCall): Response =>
      proof?.claims.nonce === nonce ? grantBoundToken() : demandNonceForToken(nonce, status);

  it.each([400, 401])(
    'rfc9449#8/demanded-nonce-used-once: repeats a token request once after a %i',
    async (status) => {
      const { server, source, clock, rows } = await openBoundClient();
      server.onToken = requireTokenNonce('as-1', status);
      expect((await source.fetch(rows)).status).toBe(200);
      clock.advance(101_000);
      expect((await source.fetch(rows)).status).toBe(200);
      expect(noncesOf(server.tokenCalls)).toEqual([undefined, 'as-1', 'as-1']);
      expect(server.mistakes).toEqual([]);
    },
  );

  it('sends its nonce to no API, not even at the same origin', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onToken = requireTokenNonce('as-1');
    await source.fetch(rows);
    await source.fetch(rows);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, undefined]);
  });

  it('makes a new client assertion for a repeated token request', async () => {
    const clientAuthentication = privateKeyJwt(() => key);
    const { server, source, rows } = await openBoundClient({ clientAuthentication });
    server.onToken = requireTokenNonce('as-1');
    await source.fetch(rows);
    const assertions = server.tokenCalls.map(({ body }) =>
      new URLSearchParams(body).get('client_assertion'),
    );
    expect(assertions).toEqual([expect.any(String), expect.any(String)]);
    expect(assertions[1]).not.toBe(assertions[0]);
  });

  it('keeps the nonce of a token response', async () => {
    const { server, source, clock, rows } = await openBoundClient();
    server.onToken = () => grantBoundToken({}, { 'dpop-nonce': 'as-1' });
    await source.fetch(rows);
    clock.advance(101_000);
    await source.fetch(rows);
    expect(noncesOf(server.tokenCalls)).toEqual([undefined, 'as-1']);
  });

  it.each([
    ['another nonce is required at once', 'as', 2],
    ['the response has no nonce', undefined, 1],
  ])('rfc9449#8/demanded-nonce-used-once: rejects when %s', async (_case, prefix, calls) => {
    const { server, source, rows } = await openBoundClient();
    server.onToken = () => demandNonceForToken(prefix && `${prefix}-${server.tokenCalls.length}`);
    await expect(source.fetch(rows)).rejects.toMatchObject({
      name: 'TokenEndpointError',
      error: 'use_dpop_nonce',
    });
    expect(server.tokenCalls).toHaveLength(calls);
  });

  it('publishes an event for each repeated request, without nonce, proof or token', async () => {
    const events = listenTo(TOKEN_CHANNEL);
    const { server, source, rows } = await openBoundClient();
    server.onToken = requireTokenNonce('canary-nonce');
    server.onApi = requireNonce('canary-nonce');
    await source.fetch(rows);
    expect(events).toMatchObject([
      { event: 'retried', reason: 'use_dpop_nonce' },
      { event: 'requested' },
      { event: 'retried', reason: 'use_dpop_nonce' },
    ]);
    const shown = inspect(events, { depth: 9 });
    expect(shown).not.toContain('canary');
    for (const { headers } of server.apiCalls) expect(shown).not.toContain(headers.get('dpop'));
  });
});
