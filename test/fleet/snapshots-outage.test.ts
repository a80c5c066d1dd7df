import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  KeySetUnavailableError,
} from '@scopegate/access-token';
import { STORE_CHANNEL } from '@scopegate/redis';
import type { TestIssuer } from '@scopegate/testing';
import { expect, it, onTestFinished } from 'vitest';
import { listenTo } from '../support/listen-to.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import type { RedisClientName } from '../support/redis-clients.js';
import { type NetworkFaults, openProxy } from '../support/tcp-proxy.js';
import { openIssuer } from '../support/test-issuers.js';
import { repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { createFleetKey, openStores } from './support/open-stores.js';

const CLIENTS = ['redis 6', 'ioredis 6'] as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A slow machine must not fail a test; the limits of the design are reported. */
const SOON_MS = 5_000;

interface NodeOptions {
  readonly issuer: TestIssuer;
  readonly port: number;
  readonly client: RedisClientName;
  /** By how much its clock differs. */
  readonly aheadMs?: number;
  readonly fetch?: typeof fetch;
  /** The number of its encryption key. */
  readonly keyNumber?: number;
}

/** Starts what a new process starts: a client, stores and a verifier. */
async function openNode(options: NodeOptions): Promise<AccessTokenVerifier> {
  const { issuer, port, client, aheadMs = 0, keyNumber = 1, ...given } = options;
  const encryptionKeys = [createFleetKey(keyNumber)];
  const { keySetSnapshots: snapshots } = await openStores(client, { port }, { encryptionKeys });
  const clock = (): number => issuer.clock() + aheadMs;
  const keySet = { snapshots };
  const verifier = createAccessTokenVerifier({ ...issuer.options(), ...given, clock, keySet });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

interface Outcome {
  readonly outcome: string;
  readonly durationMs: number;
}

async function verify(verifier: AccessTokenVerifier, token: string): Promise<Outcome> {
  const start = performance.now();
  const outcome = await verifier.verify(token).then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof KeySetUnavailableError) return '503';
      throw error;
    },
  );
  return { outcome, durationMs: performance.now() - start };
}

/** Waits until the server has a number of entries. */
async function waitForEntries(redis: RedisServer, entries: number): Promise<string[]> {
  const keys = await repeatUntil(
    () => redis.command('KEYS', '*'),
    (found) => Array.isArray(found) && found.length === entries,
  );
  return keys as string[]; // the reply of KEYS
}

const hang: typeof fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });

describeWithRedis('a process that starts while the issuer is down', (engine) => {
  /** A fleet that has stored the keys of an issuer, which is then stopped. */
  async function openOutage(client: RedisClientName, aheadMs = 0) {
    const redis = await openRedis(engine);
    const issuer = await openIssuer();
    const token = await issuer.mint({ expiresInSeconds: 30 * 86_400 });
    const { port } = redis;
    await (await openNode({ issuer, port, client, aheadMs })).ready();
    const [key = ''] = await waitForEntries(redis, 1);
    await issuer.stop();
    return { redis, token, key, process: { issuer, port, client } };
  }

  for (const client of CLIENTS) {
    it(`verifies with a fresh snapshot, and fetches the keys later: ${client}`, async () => {
      const { token, process } = await openOutage(client);
      const node = await openNode(process);
      const { outcome, durationMs } = await verify(node, token);
      expect(outcome).toBe('accepted');
      expect(durationMs).toBeLessThan(SOON_MS);
      expect(node.health().issuers[0]).toMatchObject({ state: 'fresh', fromSnapshot: true });
      await node.ready();
      await process.issuer.start();
      await node.refresh();
      expect(node.health().issuers[0]).toMatchObject({ state: 'fresh', fromSnapshot: false });
      reportMeasured({ 'first token': `${durationMs.toFixed(0)} ms` });
    });

    it.each<[how: string, fetch: typeof globalThis.fetch | undefined]>([
      ['refuses connections', undefined],
      ['does not answer', hang],
    ])(
      `verifies with a snapshot of an hour ago if the issuer %s: ${client}`,
      async (_how, fetch) => {
        const { token, process } = await openOutage(client);
        process.issuer.clock.advance(HOUR_MS);
        const node = await openNode({ ...process, ...(fetch && { fetch }) });
        const { outcome, durationMs } = await verify(node, token);
        expect(outcome).toBe('accepted');
        expect(durationMs).toBeLessThan(SOON_MS);
        expect(node.health().issuers[0]).toMatchObject({ state: 'stale', fromSnapshot: true });
        reportMeasured({ 'first token': `${durationMs.toFixed(0)} ms` });
      },
    );

    it(`responds 503 when the snapshot is as old as maxStaleMs: ${client}`, async () => {
      const { token, process } = await openOutage(client);
      process.issuer.clock.advance(DAY_MS);
      expect((await verify(await openNode(process), token)).outcome).toBe('503');
    });

    it(`responds 503 when the snapshot is from the future: ${client}`, async () => {
      const { token, process } = await openOutage(client, 61_000);
      expect((await verify(await openNode(process), token)).outcome).toBe('503');
    });

    it(`responds 503 when any octet of the snapshot was changed: ${client}`, async () => {
      const { redis, token, key, process } = await openOutage(client);
      const sealed = String(await redis.command('GET', key));
      const events = listenTo(STORE_CHANNEL);
      const positions = [0, sealed.indexOf('.', 2) + 1, sealed.length >> 1, sealed.length - 2];
      for (const position of positions) {
        const other = sealed[position] === 'A' ? 'B' : 'A';
        const forged = sealed.slice(0, position) + other + sealed.slice(position + 1);
        await redis.command('SET', key, forged);
        expect((await verify(await openNode(process), token)).outcome).toBe('503');
      }
      const tampered = { event: 'tampered', store: 'keySetSnapshots' };
      expect(events).toEqual(positions.map(() => tampered));
    });

    it(`responds 503 when the snapshot was copied from another issuer: ${client}`, async () => {
      const { redis, token, key, process } = await openOutage(client);
      const other = await openIssuer();
      await (await openNode({ ...process, issuer: other })).ready();
      const keys = await waitForEntries(redis, 2);
      const events = listenTo(STORE_CHANNEL);
      await redis.command('COPY', keys.find((each) => each !== key) ?? '', key, 'REPLACE');
      expect((await verify(await openNode(process), token)).outcome).toBe('503');
      expect(events).toEqual([{ event: 'tampered', store: 'keySetSnapshots' }]);
    });

    it(`responds 503 when the snapshot was sealed with an unknown key: ${client}`, async () => {
      const { token, process } = await openOutage(client);
      const events = listenTo(STORE_CHANNEL);
      const node = await openNode({ ...process, keyNumber: 2 });
      expect((await verify(node, token)).outcome).toBe('503');
      expect(events).toEqual([{ event: 'unreadable', store: 'keySetSnapshots', keyId: 'k1' }]);
    });
  }
});

describeWithRedis('a process that starts while Redis is slow or broken', (engine) => {
  const faults: readonly [string, NetworkFaults][] = [
    ['a delay each way', { delayMs: 100 }],
    ['2 octets a second', { repliesPerSecond: 2 }],
    ['a black hole', { blackHole: true }],
    ['resets', { resets: () => true }],
  ];

  for (const client of CLIENTS) {
    it.each(faults)(`verifies all the same: %s, with ${client}`, async (_what, fault) => {
      const redis = await openRedis(engine);
      const proxy = await openProxy(redis.port);
      const { port } = proxy;
      const issuer = await openIssuer();
      const node = await openNode({ issuer, port, client });
      proxy.set(fault);
      const { outcome, durationMs } = await verify(node, await issuer.mint());
      expect([outcome, issuer.requests.jwks]).toEqual(['accepted', 1]);
      expect(durationMs).toBeLessThan(SOON_MS);
      expect(node.health().issuers[0]).toMatchObject({ state: 'fresh', fromSnapshot: false });
      reportMeasured({ 'first token': `${durationMs.toFixed(0)} ms` });
    });
  }
});
