import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { clientSecretBasic, createTokenClient, TokenClientError } from '@scopegate/client';
import { createRedisStores, readEncryptionKey, STORE_CHANNEL } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

/** How a process of the fleet is prepared. */
interface Setup {
  readonly index: number;
  readonly port: number;
  readonly client: RedisClientName;
  readonly keys: readonly (readonly [id: string, text: string])[];
  readonly endpoint: number;
  readonly secret?: string;
}

async function start({ index, port, client: name, keys, endpoint, secret = 'secret' }: Setup) {
  const redis = await connectClient(name, { port });
  const encryptionKeys = keys.map(([id, text]) => ({ id, key: readEncryptionKey(text) }));
  const stores = createRedisStores(redis.connection, { prefix: 'test', encryptionKeys });
  const events: Record<string, number> = {};
  subscribe(STORE_CHANNEL, (message) => {
    const { event } = message as { readonly event: string };
    events[event] = (events[event] ?? 0) + 1;
  });
  let aheadMs = 0;
  const issuer = `http://127.0.0.1:${endpoint}`;
  const client = createTokenClient({
    issuer,
    tokenEndpoint: `${issuer}/token`,
    clientId: 'nightly-report',
    clientAuthentication: clientSecretBasic(() => secret),
    tokenStore: stores.tokens,
    timeoutMs: 20_000,
    clock: () => Date.now() + aheadMs,
    fetch(input, init) {
      const request = new Request(input, init);
      request.headers.set('x-worker', String(index));
      return fetch(request);
    },
  });
  const source = client.for({ resource: issuer, scope: 'read' });
  let failed = 0;
  /** Gets tokens until one is not the given one. Failures are counted, and tried again. */
  async function untilOther(than?: string): Promise<string> {
    for (;;) {
      try {
        const { value } = await source.token();
        if (value !== than) return value;
      } catch (error) {
        if (!(error instanceof TokenClientError)) throw error;
        failed += 1;
      }
      await delay(20);
    }
  }
  return {
    untilOther,
    /** Gets a token once. @returns The token, or the reason of the failure. */
    async get(): Promise<{ value: string } | { reason: string }> {
      try {
        return { value: (await source.token()).value };
      } catch (error) {
        if (!(error instanceof TokenClientError)) throw error;
        return { reason: error.reason };
      }
    },
    /** Lets time pass for the client, but not for Redis. */
    advance(ms: number): void {
      aheadMs += ms;
    },
    /** Waits until Redis can be used. */
    async untilReady(): Promise<void> {
      for (;;) {
        const isReady = await stores.ready().then(
          () => true,
          () => false,
        );
        if (isReady) return;
        await delay(50);
      }
    },
    report: () => ({ failed, events }),
  };
}

/** A process that gets tokens. */
export type TokenWorker = typeof start;

serveWorker(start);
