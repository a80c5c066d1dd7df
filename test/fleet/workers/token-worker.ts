import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { clientSecretBasic, createTokenClient, TokenClientError } from '@scopegate/client';
import { createRedisStores, readEncryptionKey, STORE_CHANNEL } from '@scopegate/redis';
import { connectClient, type RedisClientName } from '../../support/redis-clients.js';
import { serveWorker } from '../support/serve-worker.js';

/** What a process does in one scene. */
export interface TokenScene {
  readonly port: number;
  readonly client: RedisClientName;
  readonly keys: readonly (readonly [id: string, text: string])[];
  readonly endpoint: number;
  readonly secret?: string;
  /** How long a command may take. */
  readonly timeoutMs: number;
}

async function open(
  index: number,
  { port, client: name, keys, endpoint, timeoutMs, secret = 'secret' }: TokenScene,
) {
  const redis = await connectClient(name, { port });
  const encryptionKeys = keys.map(([id, text]) => ({ id, key: readEncryptionKey(text) }));
  const stores = createRedisStores(redis.connection, {
    prefix: 'test',
    encryptionKeys,
    timeoutMs,
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
  const close = (): void => {
    client.close();
    stores.close();
    redis.close();
  };
  const advance = (ms: number): void => {
    aheadMs += ms;
  };
  return { source, stores, advance, close, failed: 0, events: {} as Record<string, number> };
}

function start(index: number) {
  let scene: Awaited<ReturnType<typeof open>> | undefined;
  const current = (): NonNullable<typeof scene> => {
    if (scene === undefined) throw new Error('no scene is open');
    return scene;
  };
  subscribe(STORE_CHANNEL, (message) => {
    const { event } = message as { readonly event: string };
    if (scene !== undefined) scene.events[event] = (scene.events[event] ?? 0) + 1;
  });
  return Promise.resolve({
    /** Starts again, with a new client. */
    async open(given: TokenScene): Promise<void> {
      scene?.close();
      scene = await open(index, given);
    },
    /**
     * Gets tokens until one is not the given one. Failures are counted, and tried again.
     *
     * @returns The token, and how long it took in milliseconds.
     */
    async untilOther(than?: string): Promise<{ value: string; tookMs: number }> {
      const startedAt = performance.now();
      const own = current();
      for (;;) {
        try {
          const { value } = await own.source.token();
          if (value !== than) return { value, tookMs: performance.now() - startedAt };
        } catch (error) {
          if (!(error instanceof TokenClientError)) throw error;
          own.failed += 1;
        }
        await delay(20);
      }
    },
    /** Gets a token once. @returns The token, or the reason of the failure. */
    async get(): Promise<{ value: string } | { reason: string }> {
      try {
        return { value: (await current().source.token()).value };
      } catch (error) {
        if (!(error instanceof TokenClientError)) throw error;
        return { reason: error.reason };
      }
    },
    /** Lets time pass for the client, but not for Redis. */
    advance(ms: number): void {
      current().advance(ms);
    },
    /** Waits until Redis can be used. */
    async untilReady(): Promise<void> {
      const { stores } = current();
      for (;;) {
        const isReady = await stores.ready().then(
          () => true,
          () => false,
        );
        if (isReady) return;
        await delay(50);
      }
    },
    /** How many calls failed, and how many events of each kind the store published. */
    report(): { failed: number; events: Record<string, number> } {
      const { failed, events } = current();
      return { failed, events };
    },
  });
}

/** A process that gets tokens. */
export type TokenWorker = typeof start;

serveWorker(start);
