import { type AccessTokenVerifier, createAccessTokenVerifier } from '@scopegate/access-token';
import { STORE_CHANNEL } from '@scopegate/redis';
import type { TestIssuer } from '@scopegate/testing';
import { expect, it, onTestFinished } from 'vitest';
import { outcomeOf } from '../support/introspection.js';
import { listenTo } from '../support/listen-to.js';
import type { RedisClientName } from '../support/redis-clients.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { every, type NetworkFaults, openProxy } from '../support/tcp-proxy.js';
import { openIssuer } from '../support/test-issuers.js';
import { repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { createFleetKey, openStores } from './support/open-stores.js';
import { scale } from './support/scale.js';

const CLIENTS = ['redis 6', 'ioredis 6'] as const;
const ROUNDS = scale({ full: 10, brief: 4 });
/** A slow machine must not fail a test. */
const SOON_MS = 5_000;

interface NodeOptions {
  readonly issuer: TestIssuer;
  readonly port: number;
  readonly client: RedisClientName;
  /** The number of its encryption key. */
  readonly keyNumber?: number;
}

/** Starts what a new process starts. Without a cache in the process, each token needs the shared one. */
async function openNode(options: NodeOptions): Promise<AccessTokenVerifier> {
  const { issuer, port, client, keyNumber = 1 } = options;
  const encryptionKeys = [createFleetKey(keyNumber)];
  const { introspectionCache: cache } = await openStores(client, { port }, { encryptionKeys });
  const introspection = { tokens: 'opaque', ...issuer.introspectionClient, cache } as const;
  const verifier = createAccessTokenVerifier({
    ...issuer.options(),
    introspection,
    tokenCache: false,
  });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

/** Verifies a token that is active and one that is not. */
async function verifyBoth(node: AccessTokenVerifier, issuer: TestIssuer) {
  const start = performance.now();
  const token = await issuer.opaque();
  const outcomes = [await outcomeOf(node.verify(token)), await outcomeOf(node.verify('made-up'))];
  return { token, outcomes, durationMs: performance.now() - start };
}

const CORRECT = ['accepted', 'inactive'];

describeWithRedis('introspection while Redis is slow or broken', (engine) => {
  const faults: readonly [string, NetworkFaults][] = [
    ['a delay each way', { delayMs: 50 }],
    ['2 octets a second', { repliesPerSecond: 2 }],
    ['a black hole', { blackHole: true }],
    ['a reset at every fifth command', { resets: every(5, 'get') }],
  ];

  for (const client of CLIENTS) {
    it.each(faults)(`asks the authorization server: %s, with ${client}`, async (_what, fault) => {
      const redis = await openRedis(engine);
      const proxy = await openProxy(redis.port);
      const { port } = proxy;
      const issuer = await openIssuer();
      const node = await openNode({ issuer, port, client });
      expect((await verifyBoth(node, issuer)).outcomes).toEqual(CORRECT);
      proxy.set(fault);
      const durations: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        issuer.clock.advance(5_000);
        const { outcomes, durationMs } = await verifyBoth(node, issuer);
        expect(outcomes).toEqual(CORRECT);
        durations.push(durationMs);
      }
      expect(Math.max(...durations)).toBeLessThan(SOON_MS);
      reportMeasured({
        'two tokens, slowest': `${Math.max(...durations).toFixed(0)} ms`,
        'two tokens, last': `${(durations.at(-1) ?? NaN).toFixed(0)} ms`,
      });
    });

    it(`goes on while Redis is frozen, killed and started again: ${client}`, async () => {
      const redis = await openRedis(engine);
      const { port } = redis;
      const issuer = await openIssuer();
      const [a, b] = [
        await openNode({ issuer, port, client }),
        await openNode({ issuer, port, client }),
      ];
      redis.freeze();
      expect((await verifyBoth(a, issuer)).outcomes).toEqual(CORRECT);
      redis.thaw();
      await redis.kill();
      issuer.clock.advance(5_000);
      expect((await verifyBoth(a, issuer)).outcomes).toEqual(CORRECT);
      await redis.restart();
      // A token is shared again when the other process finds it without a request.
      await repeatUntil(
        async () => {
          issuer.clock.advance(5_000);
          const { token, outcomes } = await verifyBoth(a, issuer);
          expect(outcomes).toEqual(CORRECT);
          const asked = issuer.requests.introspection;
          expect(await outcomeOf(b.verify(token))).toBe('accepted');
          return issuer.requests.introspection - asked;
        },
        (requests) => requests === 0,
      );
    });

    it(`survives a server that is full: ${client}`, async () => {
      const redis = await openRedis(engine, ['maxmemory 1kb', 'maxmemory-policy noeviction']);
      const issuer = await openIssuer();
      const node = await openNode({ issuer, port: redis.port, client });
      expect((await verifyBoth(node, issuer)).outcomes).toEqual(CORRECT);
      expect(await redis.command('DBSIZE')).toBe(0);
    });
  }
});

describeWithRedis('introspection with entries that this fleet has not written', (engine) => {
  const forgeries: readonly [string, (sealed: string, other: string) => string][] = [
    ['a response in clear', () => '{"members":{"active":true},"askedAt":1}'],
    ['the entry of another token', (_sealed, other) => other],
    ['a truncated entry', (sealed) => sealed.slice(0, -4)],
    ['an empty string', () => ''],
  ];

  for (const client of CLIENTS) {
    it.each(forgeries)(`believes none: %s, with ${client}`, async (_what, change) => {
      const redis = await openRedis(engine);
      const issuer = await openIssuer();
      const node = await openNode({ issuer, port: redis.port, client });
      const [token, other] = [await issuer.opaque(), await issuer.opaque()];
      const findKeys = async (entries: number): Promise<string[]> => {
        const found = (): Promise<unknown> => redis.command('KEYS', 'test:i:*');
        const isDone = (keys: unknown): boolean => Array.isArray(keys) && keys.length === entries;
        return (await repeatUntil(found, isDone)) as string[]; // the reply of KEYS
      };
      await node.verify(token);
      const [key = ''] = await findKeys(1);
      await node.verify(other);
      const otherKey = (await findKeys(2)).find((each) => each !== key) ?? '';
      const sealed = String(await redis.command('GET', key));
      await redis.command('SET', key, change(sealed, String(await redis.command('GET', otherKey))));
      const events = listenTo(STORE_CHANNEL);
      issuer.revoke(token);
      expect(await outcomeOf(node.verify(token))).toBe('inactive');
      expect(events).toEqual([{ event: 'tampered', store: 'introspectionCache' }]);
      expect(issuer.requests.introspection).toBe(3);
    });

    it(`removes the entry of a token that turns out to be inactive: ${client}`, async () => {
      const redis = await openRedis(engine);
      const issuer = await openIssuer();
      const node = await openNode({ issuer, port: redis.port, client });
      const token = await issuer.opaque();
      const countTo = (entries: number): Promise<unknown> =>
        repeatUntil(
          () => redis.command('DBSIZE'),
          (found) => found === entries,
        );
      await node.verify(token);
      await countTo(1);
      issuer.revoke(token);
      issuer.clock.advance(10_000);
      expect(await outcomeOf(node.verify(token))).toBe('inactive');
      await countTo(0);
    });
  }
});
