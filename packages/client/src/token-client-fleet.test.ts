import { webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openBoundClient } from '../../../test/support/bound-client.js';
import { createKeyPair } from '../../../test/support/key-pairs.js';
import { listenTo } from '../../../test/support/listen-to.js';
import {
  createStubClock,
  createStubTokenServer,
  grantToken,
  ISSUER,
  RESOURCE,
  refuseToken,
} from '../../../test/support/stub-token-server.js';
import { createMemoryTokenStore } from '../../../test/support/token-stores.js';
import { clientSecretBasic, clientSecretPost } from './credential/client-authentication.js';
import { TOKEN_CHANNEL } from './events.js';
import type { TokenClientOptions } from './options.js';
import { createTokenClient } from './token-client.js';
import type { TokenSourceOptions } from './token/token-target.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const ROWS = `${RESOURCE}/rows`;
const ANALYTICS = { resource: RESOURCE, scope: 'read:analytics' };

/** Creates processes with one store and one authorization server. */
function setUp() {
  const server = createStubTokenServer();
  const clock = createStubClock();
  const tokenStore = createMemoryTokenStore();
  const createClient = (options: Partial<TokenClientOptions> = {}) =>
    createTokenClient({
      issuer: ISSUER,
      clientId: 'nightly-report',
      clientAuthentication: clientSecretBasic(() => 'secret'),
      fetch: server.fetch,
      clock,
      tokenStore,
      ...options,
    });
  const openSource = (options?: Partial<TokenClientOptions>) =>
    createClient(options).for(ANALYTICS);
  return { server, clock, tokenStore, createClient, openSource };
}

const unauthorized = (): Response =>
  new Response(null, {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });

describe('createTokenClient with tokenStore', () => {
  it('uses the token of another process', async () => {
    const { server, openSource } = setUp();
    const events = listenTo(TOKEN_CHANNEL);
    const [first, second] = [openSource(), openSource()];
    const tokens = [await first.token(), await second.token()];
    expect(server.tokenRequests).toHaveLength(1);
    expect(tokens.map(({ value }) => value)).toEqual(['token-1', 'token-1']);
    expect(tokens.map(({ type }) => type)).toEqual(['Bearer', 'Bearer']);
    expect([...(tokens[1]?.scopes ?? [])]).toEqual(['read:analytics']);
    expect(events).toMatchObject([
      { event: 'requested', shared: 'won' },
      { event: 'requested', shared: 'adopted' },
    ]);
  });

  it('sends one request for each renewal', async () => {
    const { server, clock, openSource } = setUp();
    const fleet = [openSource(), openSource(), openSource()];
    for (let generation = 1; generation <= 3; generation += 1) {
      for (const source of fleet) await source.token();
      // A renewal in the background has no promise to wait for.
      await new Promise(setImmediate);
      expect(server.tokenRequests).toHaveLength(generation);
      clock.advance(90_000);
    }
  });

  it('has one id for tokens that are interchangeable', async () => {
    const { tokenStore, createClient } = setUp();
    const scope = 'read write';
    await createClient().for({ resource: RESOURCE, scope }).token();
    await createClient().for({ resource: RESOURCE, scope: 'write read write' }).token();
    await createClient({ clientAuthentication: clientSecretBasic(() => 'rotated') })
      .for({ resource: RESOURCE, scope, origins: ['https://eu.example.com'] })
      .token();
    expect(new Set(tokenStore.turns.map(({ id }) => id)).size).toBe(1);
    expect(tokenStore.turns[0]?.id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each<[string, Partial<TokenClientOptions>, TokenSourceOptions]>([
    ['client id', { clientId: 'other' }, ANALYTICS],
    ['method', { clientAuthentication: clientSecretPost(() => 'secret') }, ANALYTICS],
    ['resource', {}, { ...ANALYTICS, resource: 'https://other.example.com' }],
    ['scope', {}, { ...ANALYTICS, scope: 'write:analytics' }],
    ['parameters', {}, { ...ANALYTICS, parameters: { audience: 'a' } }],
  ])('has another id for another %s', async (_case, options, source) => {
    const { server, tokenStore, createClient } = setUp();
    await createClient().for(ANALYTICS).token();
    await createClient(options).for(source).token();
    expect(new Set(tokenStore.turns.map(({ id }) => id)).size).toBe(2);
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('has another id for another token endpoint, which may be that of another tenant', async () => {
    const { server, tokenStore, createClient } = setUp();
    for (const tenant of ['a', 'b']) {
      const tokenEndpoint = `${ISSUER}/${tenant}/token`;
      await createClient({ tokenEndpoint }).for(ANALYTICS).token();
    }
    expect(new Set(tokenStore.turns.map(({ id }) => id)).size).toBe(2);
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('has another id for another issuer', async () => {
    const { tokenStore, createClient } = setUp();
    await createClient().for(ANALYTICS).token();
    const other = { issuer: `${ISSUER}/other`, tokenEndpoint: `${ISSUER}/token` };
    await createClient(other).for(ANALYTICS).token();
    expect(new Set(tokenStore.turns.map(({ id }) => id)).size).toBe(2);
  });

  it('shares bound tokens between processes with one key only', async () => {
    const tokenStore = createMemoryTokenStore();
    const [shared, other] = await Promise.all([importKeyPair(), importKeyPair()]);
    const first = await openBoundClient({ tokenStore, dpop: { keyPair: shared } });
    const { origin, tokenEndpoint } = first.server;
    const openProcess = (keyPair: webcrypto.CryptoKeyPair) =>
      openBoundClient({
        tokenStore,
        tokenEndpoint,
        dpop: { keyPair },
        target: { resource: origin, scope: 'read' },
      });
    const second = await openProcess(shared);
    const tokens = [await first.source.token(), await second.source.token()];
    expect(tokens.map(({ type, value }) => [type, value])).toEqual([
      ['DPoP', 'token-1'],
      ['DPoP', 'token-1'],
    ]);
    expect(first.server.tokenCalls).toHaveLength(1);
    const third = await openProcess(other);
    expect((await third.source.token()).value).toBe('token-2');
  });

  it('keeps a token that is younger than 10 seconds when the API refuses it', async () => {
    const { server, clock, openSource } = setUp();
    server.onApi = unauthorized;
    const [first, second] = [openSource(), openSource()];
    const statuses = [await first.fetch(ROWS), await second.fetch(ROWS), await first.fetch(ROWS)];
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(server.tokenRequests).toHaveLength(1);
    clock.advance(10_000);
    await first.fetch(ROWS);
    await second.fetch(ROWS);
    expect(server.tokenRequests).toHaveLength(2);
  });

  it.each([
    ['requested', 0],
    ['adopted', 1],
  ])('replaces a token that it %s after the clock was set back', async (_how, index) => {
    const { server, clock, openSource } = setUp();
    const sources = [openSource(), openSource()];
    for (const source of sources) await source.token();
    clock.advance(-3_600_000);
    server.onApi = ({ headers }) =>
      headers.get('authorization') === 'Bearer token-1' ? unauthorized() : new Response('rows');
    expect((await sources[index]?.fetch(ROWS))?.status).toBe(200);
  });

  it('repeats a call with the token that another process has requested since', async () => {
    const { server, clock, openSource } = setUp();
    const events = listenTo(TOKEN_CHANNEL);
    const [first, second] = [openSource(), openSource()];
    await first.fetch(ROWS);
    await second.fetch(ROWS);
    clock.advance(20_000);
    server.onApi = ({ headers }) =>
      headers.get('authorization') === 'Bearer token-1' ? unauthorized() : new Response('rows');
    expect((await first.fetch(ROWS)).status).toBe(200);
    expect((await second.fetch(ROWS)).status).toBe(200);
    expect(server.tokenRequests).toHaveLength(2);
    expect(events).toContainEqual(expect.objectContaining({ event: 'renewed', shared: 'adopted' }));
  });

  it('reports that the fleet backs off, and for how long', async () => {
    const { server, clock, openSource } = setUp();
    const events = listenTo(TOKEN_CHANNEL);
    const [first, second] = [openSource(), openSource()];
    server.onToken = () => new Response(null, { status: 503, headers: { 'retry-after': '7' } });
    await expect(first.token()).rejects.toMatchObject({ reason: 'status', status: 503 });
    await expect(second.token()).rejects.toMatchObject({ reason: 'back_off' });
    expect(server.tokenRequests).toHaveLength(1);
    expect(events[1]).toMatchObject({ event: 'failed', reason: 'back_off', held: false });
    // Without asking the store again.
    clock.advance(5_000);
    await expect(second.token()).rejects.toThrow(
      'token requests are paused, because one of another process failed',
    );
  });

  it('never shares invalid_client', async () => {
    const { server, openSource } = setUp();
    server.onToken = ({ headers }) =>
      headers.get('authorization') === basic('old')
        ? refuseToken('invalid_client')
        : grantToken({ access_token: 'good' });
    const stale = openSource({ clientAuthentication: clientSecretBasic(() => 'old') });
    await expect(stale.token()).rejects.toMatchObject({ error: 'invalid_client' });
    expect((await openSource().token()).value).toBe('good');
  });

  it('lets another process request a token when it is closed during its request', async () => {
    const { server, createClient, openSource } = setUp();
    const client = createClient();
    server.onToken = () => new Promise(() => undefined);
    const pending = client.for(ANALYTICS).token();
    pending.catch(() => undefined);
    while (server.tokenRequests.length === 0) await new Promise(setImmediate);
    server.onToken = () => grantToken({ access_token: 'good' });
    client.close();
    await expect(pending).rejects.toMatchObject({ reason: 'closed' });
    expect((await openSource().token()).value).toBe('good');
  });

  it('reports nothing about sharing without the option', async () => {
    const { openSource } = setUp();
    const events = listenTo(TOKEN_CHANNEL);
    await openSource({ tokenStore: undefined }).token();
    expect(events).toEqual([
      expect.objectContaining({ event: 'requested', shared: undefined }) as unknown,
    ]);
  });

  it('exposes no token when an event or an error is inspected', async () => {
    const { server, openSource } = setUp();
    const events = listenTo(TOKEN_CHANNEL);
    await openSource().token();
    const source = openSource();
    await source.token();
    server.onApi = unauthorized;
    await source.fetch(ROWS);
    expect(inspect([events, source], { depth: 10, showHidden: true })).not.toContain('token-1');
  });
});

async function importKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  const { privateJwk, publicJwk } = createKeyPair('P-256');
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('jwk', privateJwk, P256, false, ['sign']),
    webcrypto.subtle.importKey('jwk', publicJwk, P256, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

function basic(secret: string): string {
  return `Basic ${Buffer.from(`nightly-report:${secret}`).toString('base64')}`;
}
