import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { DpopOptions } from '@scopegate/express';
import {
  type BoundCaller,
  createOauth4webapiCaller,
  createScopegateCaller,
} from './clients/bound-callers.js';
import { createProver } from '../support/proofs.js';
import { AUDIENCE, openSalesApi, READ, type SalesApi, WRITE } from './contract/sales-api.js';
import type { RunningServer } from './contract/server.js';
import { startOidcProvider } from './servers/oidc-provider.js';

const NONCE_SECRET = Buffer.alloc(32, 1);
const API_NONCES: DpopOptions = { nonce: { secret: Buffer.alloc(32, 2) } };

/** One request of a client, and its answer. */
interface Exchange {
  readonly path: string;
  readonly status: number;
  readonly authorization: string;
  readonly proof: string;
  readonly nonce: unknown;
  readonly challenge: string | null;
}

/** What a client sent with a call. */
interface SentProof {
  readonly token: string;
  readonly proof: string;
  readonly htu: string;
}

describe.each([
  ['@scopegate/client', createScopegateCaller],
  ['oauth4webapi', createOauth4webapiCaller],
])('DPoP with oidc-provider and %s', (_client, createCaller) => {
  let server: RunningServer;

  beforeAll(async () => {
    const client = { clientId: 'basic', clientSecret: 'secret', publicJwk: {} };
    server = await startOidcProvider(
      {
        alg: 'ES256',
        audiences: [AUDIENCE],
        scopes: [READ, WRITE],
        clients: [{ ...client, method: 'client_secret_basic' }],
      },
      { nonceSecret: NONCE_SECRET },
    );
  });
  afterAll(() => server.close());

  /** Opens an API that accepts bound tokens, and a client that records what it sends. */
  async function setUp(dpop: DpopOptions = {}) {
    const api = await openSalesApi(server, { dpop });
    onTestFinished(() => api.close());
    const exchanges: Exchange[] = [];
    const call = await createCaller({
      issuer: server.issuer,
      clientId: 'basic',
      clientSecret: 'secret',
      resource: AUDIENCE,
      scope: READ,
      origin: api.origin,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const response = await fetch(input, init);
        exchanges.push(readExchange(request, response));
        return response;
      },
    });
    return { api, call, exchanges };
  }

  function readExchange({ url, headers }: Request, response: Response): Exchange {
    const proof = headers.get('dpop') ?? '';
    return {
      path: new URL(url).pathname,
      status: response.status,
      authorization: headers.get('authorization') ?? '',
      proof,
      nonce: proof === '' ? undefined : decodeJwt(proof)['nonce'],
      challenge: response.headers.get('www-authenticate'),
    };
  }

  function at(exchanges: readonly Exchange[], path: string): readonly Exchange[] {
    return exchanges.filter((exchange) => exchange.path === path);
  }

  async function callTwice(call: BoundCaller, { origin }: SalesApi): Promise<readonly number[]> {
    const first = await call(`${origin}/sales`);
    const second = await call(`${origin}/sales`);
    return [first.status, second.status];
  }

  it('gets a token that is bound to the key of the client, with the nonce of the server', async () => {
    const { api, call, exchanges } = await setUp();
    await call(`${api.origin}/sales`);
    const [first, second, ...more] = at(exchanges, '/token');
    expect([first?.status, second?.status, more]).toEqual([400, 200, []]);
    expect([first?.nonce, second?.nonce]).toEqual([undefined, expect.any(String)]);
    const [, token = ''] = (at(exchanges, '/sales')[0]?.authorization ?? '').split(' ');
    expect(decodeJwt(token)['cnf']).toEqual({
      jkt: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  it('calls the API, which never gets the nonce of the server', async () => {
    const { api, call, exchanges } = await setUp();
    expect(await callTwice(call, api)).toEqual([200, 200]);
    const calls = at(exchanges, '/sales');
    expect(calls.map(({ authorization }) => authorization.split(' ')[0])).toEqual(['DPoP', 'DPoP']);
    expect(calls.map(({ nonce }) => nonce)).toEqual([undefined, undefined]);
  });

  it('repeats the first call with the nonce of the API, and keeps it', async () => {
    const { api, call, exchanges } = await setUp(API_NONCES);
    expect(await callTwice(call, api)).toEqual([200, 200]);
    const calls = at(exchanges, '/sales');
    expect(calls.map(({ status }) => status)).toEqual([401, 200, 200]);
    const nonces = calls.map(({ nonce }) => nonce);
    expect(nonces).toEqual([undefined, expect.any(String), expect.any(String)]);
    expect(at(exchanges, '/token').map(({ nonce }) => nonce)).not.toContain(nonces[1]);
    // One challenge: clients look at the first, or require that it is the only one.
    expect(calls[0]?.challenge).toMatch(/^DPoP (?:(?!Bearer|DPoP).)*error="use_dpop_nonce"/);
    expect(calls[0]?.challenge).not.toContain('Bearer');
  });

  it('uses a newer nonce of the API', async () => {
    const { api, call, exchanges } = await setUp(API_NONCES);
    await call(`${api.origin}/sales`);
    api.advance(300);
    expect((await call(`${api.origin}/sales`)).status).toBe(200);
    expect(at(exchanges, '/sales').map(({ status }) => status)).toEqual([401, 200, 401, 200]);
  });

  it('gets the challenge of a missing scope', async () => {
    const { api, call } = await setUp();
    const response = await call(`${api.origin}/targets`);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/^DPoP .*error="insufficient_scope"/);
  });

  it.each<[string, (sent: SentProof) => Record<string, string>, RegExp]>([
    [
      'as a bearer token',
      ({ token }) => ({ authorization: `Bearer ${token}` }),
      /Bearer .*error="invalid_token"/,
    ],
    [
      'with a proof by another key',
      ({ token, htu }) => ({
        authorization: `DPoP ${token}`,
        dpop: createProver('ES256').prove({ token, htu, iat: Math.floor(Date.now() / 1000) }),
      }),
      /^DPoP .*error="invalid_token"/,
    ],
    [
      'with a proof that was used',
      ({ token, proof }) => ({ authorization: `DPoP ${token}`, dpop: proof }),
      /^DPoP .*error="invalid_dpop_proof"/,
    ],
  ])('has a token that the API refuses %s', async (_case, createHeaders, challenge) => {
    const { api, call, exchanges } = await setUp();
    const htu = `${api.origin}/sales`;
    expect((await call(htu)).status).toBe(200);
    const [sent] = at(exchanges, '/sales');
    const token = sent?.authorization.replace('DPoP ', '') ?? '';
    const headers = createHeaders({ token, proof: sent?.proof ?? '', htu });
    const response = await fetch(htu, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(challenge);
  });
});
