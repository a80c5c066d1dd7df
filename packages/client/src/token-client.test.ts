import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createGate,
  createStubClock,
  createStubTokenServer,
  grantToken,
  ISSUER,
  RESOURCE,
  refuseToken,
} from '../../../test/support/stub-token-server.js';
import { clientSecretBasic, tlsClientAuth } from './credential/client-authentication.js';
import { TOKEN_CHANNEL } from './events.js';
import type { TokenClientOptions } from './options.js';
import { createTokenClient } from './token-client.js';
import type { TokenSource } from './token-source.js';

const ROWS = `${RESOURCE}/rows`;
const ANALYTICS = { resource: RESOURCE, scope: 'read:analytics' };

function setUp(options: Partial<TokenClientOptions> = {}) {
  const server = createStubTokenServer();
  const clock = createStubClock();
  const client = createTokenClient({
    issuer: ISSUER,
    clientId: 'nightly-report',
    clientAuthentication: clientSecretBasic(() => 'secret'),
    fetch: server.fetch,
    clock,
    ...options,
  });
  return { server, clock, client, analytics: client.for(ANALYTICS) };
}

async function callOften(source: TokenSource, times: number): Promise<Set<number>> {
  const responses = await Promise.all(Array.from({ length: times }, () => source.fetch(ROWS)));
  return new Set(responses.map(({ status }) => status));
}

let events: unknown[] = [];
const record = (event: unknown): void => {
  events.push(event);
};

beforeEach(() => {
  events = [];
  subscribe(TOKEN_CHANNEL, record);
});

afterEach(() => {
  unsubscribe(TOKEN_CHANNEL, record);
});

describe('createTokenClient', () => {
  it('sends no request before it is used', () => {
    expect(setUp().server.seen).toEqual([]);
  });

  it('gets a token, and calls an API with it', async () => {
    const { server, analytics } = setUp();
    const { value, expiresAt, scopes } = await analytics.token();
    expect([value, expiresAt, [...scopes]]).toEqual(['token-1', 1_700_000_100, ['read:analytics']]);
    const response = await analytics.fetch(ROWS);
    expect(await response.text()).toBe('rows');
    expect(server.apiRequests[0]?.headers.get('authorization')).toBe('Bearer token-1');
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('returns sources whose members do not use this', async () => {
    const { fetch, token } = setUp().analytics;
    expect((await fetch(ROWS)).status).toBe(200);
    expect((await token()).value).toBe('token-1');
  });

  it.each([
    ['resource', { ...ANALYTICS, resource: 'https://api.example.org' }],
    ['scope', { ...ANALYTICS, scope: 'write:analytics' }],
    ['parameters', { ...ANALYTICS, parameters: { audience: 'a' } }],
  ])(
    'rfc6749#4.4/one-token-renewed-in-advance: uses a separate token for another %s',
    async (_case, target) => {
      const { server, client, analytics } = setUp();
      await Promise.all([analytics.token(), client.for(target).token()]);
      expect(server.tokenRequests).toHaveLength(2);
    },
  );

  it('rfc6749#4.4/one-token-renewed-in-advance: shares the token of sources with equal targets', async () => {
    const { server, client } = setUp();
    const [one, other] = await Promise.all([
      client.for({ ...ANALYTICS, scope: 'a b' }).token(),
      client.for({ ...ANALYTICS, scope: 'b a', requireGranted: true }).token(),
    ]);
    expect(other).toBe(one);
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('does not share a token with another client', async () => {
    const { server, analytics } = setUp();
    const other = setUp({ fetch: server.fetch, clientId: 'other' });
    await Promise.all([analytics.token(), other.analytics.token()]);
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('evicts the least recently used token above maxTokens', async () => {
    const { server, client } = setUp({ maxTokens: 2 });
    for (const scope of ['a', 'b', 'a', 'c', 'a', 'b']) await client.for({ scope }).token();
    expect(server.tokenRequests.map(({ body }) => new URLSearchParams(body).get('scope'))).toEqual([
      'a',
      'b',
      'c',
      'b',
    ]);
  });

  it('rfc8705#2/client-id-with-mutual-tls: uses the given fetch at the endpoint of mtls_endpoint_aliases', async () => {
    const { server, analytics } = setUp({ clientAuthentication: tlsClientAuth() });
    const token_endpoint = `${ISSUER}/mtls/token`;
    server.onMetadata = () =>
      Response.json({
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/token`,
        mtls_endpoint_aliases: { token_endpoint },
      });
    await analytics.token();
    const [sent] = server.tokenRequests;
    expect([sent?.url, new URLSearchParams(sent?.body).get('client_id')]).toEqual([
      token_endpoint,
      'nightly-report',
    ]);
  });

  it('refuses invalid options of a source when it is created', () => {
    const { client } = setUp();
    expect(() => client.for({ resource: 'api.example.com' })).toThrow(TypeError);
  });

  it('exposes neither secret nor token to inspect and JSON', async () => {
    const { client, analytics } = setUp({
      clientAuthentication: clientSecretBasic(() => 'canary-secret'),
      fetch: Object.assign(() => Promise.resolve(grantToken({ access_token: 'canary-token' }))),
      tokenEndpoint: `${ISSUER}/token`,
    });
    const token = await analytics.token();
    const shown = [client, analytics, token, Promise.resolve(token)].map((value) => [
      inspect(value, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value as unknown),
    ]);
    expect(token.value).toBe('canary-token');
    expect(shown.flat().join()).not.toContain('canary');
  });
});

describe('TokenSource, a thousand callers', () => {
  it('rfc6749#4.4/one-token-renewed-in-advance: share one token request when there is no token (single flight)', async () => {
    const { server, analytics } = setUp();
    expect(await callOften(analytics, 1_000)).toEqual(new Set([200]));
    expect([server.tokenRequests.length, server.apiRequests.length]).toEqual([1, 1_000]);
  });

  it('rfc6749#4.4/one-token-renewed-in-advance: share one renewal in the background, and none of them waits', async () => {
    const { server, clock, analytics } = setUp();
    await analytics.token();
    clock.advance(90_000);
    const gate = createGate<Response>();
    server.onToken = () => gate.promise;
    expect(await callOften(analytics, 1_000)).toEqual(new Set([200]));
    gate.open(grantToken({ access_token: 'renewed' }));
    await vi.waitFor(async () => {
      expect((await analytics.token()).value).toBe('renewed');
    });
    await analytics.fetch(ROWS);
    expect(server.tokenRequests).toHaveLength(2);
    const used = server.apiRequests.map(({ headers }) => headers.get('authorization'));
    expect([new Set(used.slice(0, 1_000)), used.at(-1)]).toEqual([
      new Set(['Bearer token-1']),
      'Bearer renewed',
    ]);
  });

  it('rfc6749#4.4/one-token-renewed-in-advance: succeed during an outage of the token endpoint while the token is valid', async () => {
    const { server, clock, analytics } = setUp();
    await analytics.token();
    server.onToken = () => Promise.reject(new TypeError('fetch failed'));
    for (let second = 0; second < 100; second += 1) {
      expect(await callOften(analytics, 10)).toEqual(new Set([200]));
      clock.advance(1_000);
    }
    expect(server.apiRequests).toHaveLength(1_000);
    await expect(analytics.fetch(ROWS)).rejects.toMatchObject({ reason: 'network' });
    expect(server.apiRequests).toHaveLength(1_000);
  });

  it('succeed again after an outage, with one token request', async () => {
    const { server, clock, analytics } = setUp();
    server.onToken = () => new Response(null, { status: 500 });
    await expect(analytics.fetch(ROWS)).rejects.toMatchObject({ reason: 'status', status: 500 });
    server.onToken = () => grantToken();
    clock.advance(5_000);
    expect(await callOften(analytics, 1_000)).toEqual(new Set([200]));
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('share one token request when the API refuses the token', async () => {
    const { server, analytics } = setUp();
    await analytics.token();
    server.onApi = ({ headers }) =>
      headers.get('authorization') === 'Bearer token-2'
        ? new Response('rows')
        : new Response(null, {
            status: 401,
            headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
          });
    expect(await callOften(analytics, 1_000)).toEqual(new Set([200]));
    expect(server.tokenRequests).toHaveLength(2);
  });

  it('cause no warning about listeners of a signal', async () => {
    const warn = vi.fn();
    process.on('warning', warn);
    const { client } = setUp();
    const { signal } = new AbortController();
    const sources = Array.from({ length: 50 }, (_, index) => client.for({ scope: `s${index}` }));
    await Promise.all(sources.flatMap(({ token }) => [token({ signal }), token({ signal })]));
    await new Promise(setImmediate);
    process.off('warning', warn);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('TokenSource, requireGranted', () => {
  const target = { resource: RESOURCE, scope: 'read write', requireGranted: true };

  it('rejects when scopes are missing, without further token requests', async () => {
    const { server, client } = setUp();
    server.onToken = () => grantToken({ scope: 'read' });
    const source = client.for(target);
    for (const use of [() => source.token(), () => source.fetch(ROWS)]) {
      await expect(use()).rejects.toMatchObject({
        code: 'ERR_TOKEN_CLIENT_REQUEST',
        reason: 'scope',
        missingScopes: ['write'],
      });
    }
    expect([server.tokenRequests.length, server.apiRequests.length]).toEqual([1, 0]);
  });

  it('accepts more scopes than requested', async () => {
    const { server, client } = setUp();
    server.onToken = () => grantToken({ scope: 'write read admin' });
    expect([...(await client.for(target).token()).scopes]).toEqual(['write', 'read', 'admin']);
  });

  it('rfc6749#3.3/granted-scope-is-reported: when omitted, missing scopes are on the token and in an event', async () => {
    const { server, client } = setUp();
    server.onToken = () => grantToken({ scope: 'read' });
    const { scopes } = await client.for({ ...target, requireGranted: false }).token();
    expect([...scopes]).toEqual(['read']);
    expect(events).toMatchObject([{ event: 'requested', missingScopes: ['write'] }]);
  });

  it('does not use a fresh token that lacks scopes', async () => {
    const { server, client } = setUp();
    const source = client.for(target);
    await source.token();
    server.onToken = () => grantToken({ access_token: 'smaller', scope: 'read' });
    server.onApi = () =>
      new Response(null, {
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    expect((await source.fetch(ROWS)).status).toBe(401);
    expect(server.apiRequests).toHaveLength(1);
  });
});

describe('TokenSource.token, signal', () => {
  it('ends the wait of one caller, not the token request that others wait for', async () => {
    const { server, analytics } = setUp();
    const gate = createGate<Response>();
    server.onToken = () => gate.promise;
    const controller = new AbortController();
    const enough = new Error('enough');
    const impatient = analytics.token({ signal: controller.signal });
    const patient = analytics.token();
    controller.abort(enough);
    await expect(impatient).rejects.toBe(enough);
    gate.open(grantToken());
    expect((await patient).value).toBe('token');
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('sends no request when it has aborted before', async () => {
    const { server, analytics } = setUp();
    const enough = new Error('enough');
    await expect(analytics.fetch(ROWS, { signal: AbortSignal.abort(enough) })).rejects.toBe(enough);
    expect(server.seen).toEqual([]);
  });
});

describe('createTokenClient, clock', () => {
  const NO_TIME = 'option "clock" must return a finite number of milliseconds';

  it.each([NaN, undefined, null, 'x', Infinity, -Infinity, {}, 1n])(
    'requests no token while it returns %s, because each call would request one',
    async (time) => {
      const { server, analytics } = setUp({ clock: () => time as number });
      for (let call = 0; call < 20; call += 1) {
        await expect(analytics.token()).rejects.toThrow(new TypeError(NO_TIME));
      }
      expect(server.seen).toEqual([]);
    },
  );

  it('works again once it returns a time', async () => {
    let time = NaN;
    const { server, analytics } = setUp({ clock: () => time });
    await expect(analytics.token()).rejects.toThrow(NO_TIME);
    time = 1_700_000_000_000;
    expect((await analytics.token()).value).toBe('token-1');
    expect(server.tokenRequests).toHaveLength(1);
  });
});

describe('TokenClient.close', () => {
  it('rejects pending calls and every later use', async () => {
    const { server, client, analytics } = setUp();
    server.onToken = () => createGate<Response>().promise;
    const waiting = analytics.token();
    client.close();
    client.close();
    const closed = { code: 'ERR_TOKEN_CLIENT_REQUEST', reason: 'closed' };
    await expect(waiting).rejects.toMatchObject(closed);
    await expect(analytics.token()).rejects.toMatchObject(closed);
    await expect(analytics.fetch(ROWS)).rejects.toMatchObject(closed);
    await expect(client.for(ANALYTICS).token()).rejects.toMatchObject(closed);
    expect(events).toEqual([]);
  });

  it('does not abort a call that has its token', async () => {
    const { server, client, analytics } = setUp();
    server.onApi = () => {
      client.close();
      return new Response('rows');
    };
    expect((await analytics.fetch(ROWS)).status).toBe(200);
  });

  it('deletes cached tokens', async () => {
    const { client, analytics } = setUp();
    await analytics.token();
    client.close();
    await expect(analytics.token()).rejects.toMatchObject({ reason: 'closed' });
  });
});

describe('TokenEvent', () => {
  const subject = { issuer: ISSUER, clientId: 'nightly-report', ...ANALYTICS };

  it('reports repeated requests', async () => {
    let secret = 'old';
    const { server, analytics } = setUp({ clientAuthentication: clientSecretBasic(() => secret) });
    server.onToken = () => {
      if (secret === 'new') return grantToken({ access_token: `t${server.tokenRequests.length}` });
      secret = 'new';
      return refuseToken('invalid_client');
    };
    server.onApi = ({ headers }) =>
      headers.get('authorization') === 'Bearer t2'
        ? new Response(null, {
            status: 401,
            headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
          })
        : new Response('rows');
    await analytics.fetch(ROWS);
    expect(events).toMatchObject([
      { ...subject, event: 'retried', reason: 'invalid_client' },
      { ...subject, event: 'requested' },
      { ...subject, event: 'renewed' },
      { ...subject, event: 'retried', reason: 'invalid_token' },
    ]);
  });
});
