import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createGate,
  createStubClock,
  createStubTokenServer,
  grantToken,
  ISSUER,
  RESOURCE,
} from '../../../test/support/stub-token-server.js';
import { clientSecretBasic } from './credential/client-authentication.js';
import { TOKEN_CHANNEL } from './events.js';
import { createTokenClient } from './token-client.js';

const caller = new AsyncLocalStorage<string>();
const CALLERS = ['alice', 'bob'];

/** What ran, and in whose context. */
let ran: [string, string | undefined][] = [];
const note = (what: string): void => {
  ran.push([what, caller.getStore()]);
};
const listen = (message: unknown): void => {
  note((message as { readonly event: string }).event);
};

beforeEach(() => {
  ran = [];
  subscribe(TOKEN_CHANNEL, listen);
});

afterEach(() => {
  unsubscribe(TOKEN_CHANNEL, listen);
});

/** Creates a client in one async context, to be used in others. */
function setUp(timeoutMs = 5_000) {
  const server = createStubTokenServer();
  const clock = createStubClock();
  const fetch: typeof globalThis.fetch = (input, init) => {
    note(new URL(input instanceof Request ? input.url : input).pathname);
    init?.signal?.addEventListener('abort', () => {
      if (init.signal?.reason instanceof Error && init.signal.reason.name !== 'AbortError') {
        note('timeout');
      }
    });
    return server.fetch(input, init);
  };
  const readSecret = (): string => {
    note('secret');
    return 'secret';
  };
  const clientAuthentication = clientSecretBasic(readSecret);
  const client = caller.run('application', () =>
    createTokenClient({
      issuer: ISSUER,
      clientId: 'report',
      clientAuthentication,
      fetch,
      clock,
      timeoutMs,
    }),
  );
  return { server, clock, source: client.for({ resource: RESOURCE }) };
}

const inTheContextOf = (context: string, ...what: string[]): typeof ran =>
  what.map((each) => [each, context]);
const TOKEN_REQUEST = ['/.well-known/oauth-authorization-server', 'secret', '/token'];

describe('createTokenClient, async context of token requests', () => {
  it('is that of the client, not that of the first caller', async () => {
    const { source } = setUp();
    await Promise.all(CALLERS.map((name) => caller.run(name, () => source.token())));
    expect(ran).toEqual(inTheContextOf('application', ...TOKEN_REQUEST, 'requested'));
  });

  it('is that of the client for a renewal in the background', async () => {
    const { source, clock, server } = setUp();
    await source.token();
    clock.advance(90_000);
    ran = [];
    await caller.run('alice', () => source.token());
    while (server.tokenRequests.length < 2) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(ran).toEqual(inTheContextOf('application', 'secret', '/token', 'renewed'));
  });

  it('is that of the client when a refused token is replaced', async () => {
    const { source, server } = setUp();
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    server.onApi = ({ headers: sent }) =>
      sent.get('authorization') === 'Bearer token-1'
        ? new Response(null, { status: 401, headers })
        : new Response('rows');
    await source.token();
    ran = [];
    await caller.run('alice', () => source.fetch(`${RESOURCE}/rows`));
    expect(ran).toEqual([
      ...inTheContextOf('alice', '/rows'),
      ...inTheContextOf('application', 'secret', '/token', 'renewed'),
      ...inTheContextOf('alice', 'retried', '/rows'),
    ]);
  });

  it('is that of the client for a timeout', async () => {
    const { source, server } = setUp(1);
    server.onMetadata = () => new Promise(() => undefined);
    await caller.run('alice', () => source.token()).catch(() => undefined);
    expect(ran).toEqual(inTheContextOf('application', TOKEN_REQUEST[0] ?? '', 'timeout', 'failed'));
  });

  it('leaves each caller its context', async () => {
    const { source, server } = setUp();
    const gate = createGate<Response>();
    server.onToken = () => gate.promise;
    const calls = CALLERS.map((name) =>
      caller.run(name, async () => {
        await source.fetch(`${RESOURCE}/${name}`);
        return caller.getStore();
      }),
    );
    gate.open(grantToken());
    expect(await Promise.all(calls)).toEqual(CALLERS);
    expect(ran.slice(-2)).toEqual(CALLERS.map((name) => [`/${name}`, name]));
  });
});
