import { webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  demandNonce,
  noncesOf,
  openBoundClient,
  requireNonce,
  START_MS,
} from '../../../test/support/bound-client.js';
import {
  grantBoundToken,
  openProofServer,
  type ProofServer,
} from '../../../test/support/proof-server.js';

const { subtle } = webcrypto;

function idsOf({ tokenCalls, apiCalls }: ProofServer): readonly (string | undefined)[] {
  return [...tokenCalls, ...apiCalls].map(({ proof }) => proof?.claims.jti);
}

describe('createTokenClient with dpop', () => {
  it('gets a bound token, and sends it with the scheme DPoP and a proof', async () => {
    const { server, source, rows } = await openBoundClient();
    const response = await source.fetch(`${rows}?day=1#top`, { headers: { accept: 'text/csv' } });
    const [tokenCall] = server.tokenCalls;
    const [apiCall] = server.apiCalls;
    expect(await response.text()).toBe('rows');
    expect(tokenCall?.proof?.claims).toEqual({
      jti: expect.any(String) as string,
      htm: 'POST',
      htu: server.tokenEndpoint,
      iat: START_MS / 1000,
    });
    expect(apiCall?.headers.get('authorization')).toBe('DPoP token-1');
    expect(apiCall?.headers.get('accept')).toBe('text/csv');
    expect(apiCall?.headers.get('user-agent')).not.toContain('oauth4webapi');
    expect(apiCall?.proof?.claims).toMatchObject({ htm: 'GET', htu: rows, iat: START_MS / 1000 });
    expect(apiCall?.proof?.header.jwk).toEqual(tokenCall?.proof?.header.jwk);
    expect(server.mistakes).toEqual([]);
  });

  it('sends no proof without the option', async () => {
    const { server, source, rows } = await openBoundClient({ dpop: undefined });
    server.onToken = () => grantBoundToken({ token_type: 'Bearer' });
    await source.fetch(rows);
    const calls = [...server.tokenCalls, ...server.apiCalls];
    expect(calls.map(({ headers }) => headers.has('dpop'))).toEqual([false, false]);
    expect(calls[1]?.headers.get('authorization')).toBe('Bearer token');
  });

  it('dates proofs by the given clock', async () => {
    const { server, source, clock, rows } = await openBoundClient();
    await source.fetch(rows);
    clock.advance(61_000);
    await source.fetch(rows);
    const times = server.apiCalls.map(({ proof }) => proof?.claims.iat);
    expect(times).toEqual([START_MS / 1000, START_MS / 1000 + 61]);
  });

  it.each(['patch', 'Patch', 'get', 'query'])(
    'sends the method %s in upper case, in the request and in the proof',
    async (method) => {
      const { server, source, rows } = await openBoundClient();
      await source.fetch(rows, { method });
      const [call] = server.apiCalls;
      const upper = method.toUpperCase();
      expect([call?.method, call?.proof?.claims.htm]).toEqual([upper, upper]);
      expect(server.mistakes).toEqual([]);
    },
  );

  it('requests one token for concurrent callers, and renews it with a new proof', async () => {
    const { server, source, clock, rows } = await openBoundClient();
    await Promise.all(Array.from({ length: 20 }, () => source.fetch(rows)));
    expect([server.tokenCalls.length, server.apiCalls.length]).toEqual([1, 20]);
    clock.advance(101_000);
    await source.fetch(rows);
    expect(server.apiCalls.at(-1)?.headers.get('authorization')).toBe('DPoP token-2');
    expect(new Set(idsOf(server)).size).toBe(23);
    expect(server.mistakes).toEqual([]);
  });

  it.each([
    ['a bearer token', true, 'Bearer', 'DPoP'],
    ['a bearer token in another case', true, 'bearer', 'DPoP'],
    ['a MAC token', true, 'mac', 'DPoP'],
    ['a bound token without the option', undefined, 'DPoP', 'Bearer'],
  ] as const)(
    'rfc9449#5/unbound-token-discarded: rejects %s, and sends it nowhere',
    async (_case, dpop, token_type, expected) => {
      const { server, source, rows } = await openBoundClient({ dpop });
      server.onToken = () => grantBoundToken({ token_type });
      await expect(source.fetch(rows)).rejects.toMatchObject({
        name: 'TokenRequestError',
        reason: 'token_type',
        message: expect.stringContaining(`it must be "${expected}"`) as string,
      });
      expect(server.apiCalls).toEqual([]);
    },
  );

  it.each(['DPoP', 'dpop', 'DPOP'])('accepts the token_type %s', async (token_type) => {
    const { server, source, rows } = await openBoundClient();
    server.onToken = () => grantBoundToken({ token_type });
    expect((await source.fetch(rows)).status).toBe(200);
  });
});

describe('createTokenClient with dpop, attempts', () => {
  const once = (server: ProofServer, first: Response): void => {
    server.onApi = () => (server.apiCalls.length === 1 ? first : new Response('rows'));
  };
  const refuse = (challenge: string): Response =>
    new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });

  it.each([
    ['a token that the API refused', () => refuse('DPoP error="invalid_token"'), 'DPoP token-2'],
    ['a required nonce', () => demandNonce('n'), 'DPoP token-1'],
    ['Retry-After', () => new Response(null, { status: 503, headers: { 'retry-after': '0' } })],
    ['a redirect', () => new Response(null, { status: 307, headers: { location: '/r?a' } })],
  ])(
    'rfc9449#7.3/new-proof-per-attempt: makes a new proof after %s',
    async (_case, first, authorization = 'DPoP token-1') => {
      const { server, source, rows } = await openBoundClient({
        target: { maxRetryAfterSeconds: 1 },
      });
      once(server, first());
      const response = await source.fetch(rows, { method: 'PUT', body: 'rows' });
      expect([response.status, server.apiCalls.length]).toEqual([200, 2]);
      expect(server.apiCalls.map(({ body }) => body)).toEqual(['rows', 'rows']);
      expect(server.apiCalls[1]?.headers.get('authorization')).toBe(authorization);
      const ids = idsOf(server);
      expect(new Set(ids).size).toBe(ids.length);
      expect(server.mistakes).toEqual([]);
    },
  );

  it.each([
    ['a bearer challenge', 'Bearer error="invalid_token"'],
    ['a refused proof', 'DPoP error="invalid_dpop_proof"'],
    ['a bare challenge', 'DPoP algs="ES256"'],
    ['another scheme', 'Basic realm="use_dpop_nonce"'],
  ])('returns the 401 with %s', async (_case, challenge) => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = () => refuse(challenge);
    const response = await source.fetch(rows);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(server.apiCalls).toHaveLength(1);
  });

  it('handles a required nonce, then a refused token, then a newer nonce', async () => {
    const { server, source, rows } = await openBoundClient();
    server.onApi = (call) => {
      const isOld = call.headers.get('authorization') === 'DPoP token-1';
      const answer = requireNonce(isOld ? 'first' : 'second')(call);
      return isOld && answer.ok ? refuse('DPoP error="invalid_token"') : answer;
    };
    expect((await source.fetch(rows)).status).toBe(200);
    expect(noncesOf(server.apiCalls)).toEqual([undefined, 'first', 'first', 'second']);
    expect(server.mistakes).toEqual([]);
  });

  it.each(['307', '302'])(
    'sends neither token nor proof after a %s to another origin',
    async (status) => {
      const other = await openProofServer();
      const { server, source, rows } = await openBoundClient({
        target: { origins: [other.origin] },
      });
      const headers = { location: `${other.origin}/rows`, 'dpop-nonce': 'n' };
      server.onApi = () => new Response(null, { status: Number(status), headers });
      expect((await source.fetch(rows)).status).toBe(200);
      const [call] = other.apiCalls;
      expect([call?.headers.has('authorization'), call?.headers.has('dpop')]).toEqual([
        false,
        false,
      ]);
    },
  );

  it('does not repeat a request whose caller aborts', async () => {
    const { server, source, rows } = await openBoundClient();
    const caller = new AbortController();
    const gone = new Error('gone');
    server.onApi = () => {
      caller.abort(gone);
      return demandNonce('n');
    };
    await expect(source.fetch(rows, { signal: caller.signal })).rejects.toBe(gone);
    expect(server.apiCalls).toHaveLength(1);
  });
});

describe('createTokenClient with dpop, its key', () => {
  it.each(['RS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const)(
    'makes proofs with a generated key for %s',
    async (alg) => {
      const { server, source, rows } = await openBoundClient({ dpop: { alg } });
      await source.fetch(rows);
      const calls = [...server.tokenCalls, ...server.apiCalls];
      expect(calls.map(({ proof }) => proof?.header.alg)).toEqual([alg, alg]);
      expect(server.mistakes).toEqual([]);
    },
  );

  it('has another key than other clients', async () => {
    const keys = new Set<unknown>();
    for (let count = 0; count < 2; count += 1) {
      const { server, source, rows } = await openBoundClient();
      await source.fetch(rows);
      keys.add(server.apiCalls[0]?.proof?.header.jwk.x);
    }
    expect(keys.size).toBe(2);
  });

  it('uses a key pair of the application, whose tokens have the type DPoP', async () => {
    const keyPair = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const { server, source, rows } = await openBoundClient({ dpop: { keyPair: pairOf(keyPair) } });
    const { type, value } = await source.token();
    await source.fetch(rows);
    const spki = await subtle.exportKey('spki', pairOf(keyPair).publicKey);
    expect([type, value]).toEqual(['DPoP', 'token-1']);
    expect(server.apiCalls[0]?.proof?.header.jwk.x).toBe(
      Buffer.from(spki.slice(-32)).toString('base64url'),
    );
    expect(server.mistakes).toEqual([]);
  });

  it.each([true, { alg: 'ES256' }] as const)(
    'refuses token() for a key that only the client holds: %j',
    async (dpop) => {
      const { server, source } = await openBoundClient({ dpop });
      await expect(source.token()).rejects.toThrow(
        new TypeError(
          'token() is not available because only fetch can make proofs with the key of this client; use fetch, or set "dpop": { keyPair }',
        ),
      );
      expect(server.tokenCalls).toEqual([]);
    },
  );

  it('exposes no private key to inspect and JSON', async () => {
    const keyPair = pairOf(
      await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']),
    );
    const der = Buffer.from(await subtle.exportKey('pkcs8', keyPair.privateKey));
    // RFC 5915 §3: the private key of P-256 is 32 octets after its header.
    const secret = der.subarray(36, 68);
    const { server, client, source, rows } = await openBoundClient({ dpop: { keyPair } });
    server.onToken = () => grantBoundToken({ token_type: 'Bearer' });
    const error: unknown = await source.fetch(rows).catch((thrown: unknown) => thrown);
    const shown = [client, source, error].flatMap((value) => [
      inspect(value, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify(value),
    ]);
    const wire = server.tokenCalls.map(({ headers, body }) => inspect([headers, body]));
    for (const text of [...shown, ...wire]) {
      expect(text).not.toContain('CryptoKey');
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(text).not.toContain(secret.toString(encoding).slice(0, 40));
      }
    }
  });

  function pairOf(generated: webcrypto.CryptoKey | webcrypto.CryptoKeyPair) {
    if ('privateKey' in generated) return generated;
    throw new TypeError('not a key pair');
  }
});
