import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createRedisStores } from '@scopegate/redis';
import { expect, it, vi } from 'vitest';
import {
  eventually,
  FLEET_PREFIX,
  listenToStores,
  openNode,
  openNodes,
  tokenOf,
} from '../support/redis-nodes.js';
import { openClient } from '../support/open-client.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { proofIdOf } from './support/fleet-api.js';

const issuer = 'https://auth.example.com';
const LOG = `${FLEET_PREFIX}:{v}:log`;
const fast = { revocations: { pollMs: 50 } };

describeWithRedis('entries of the revocation log', (engine) => {
  it('that this fleet has not written for this place are ignored', async () => {
    const server = await openRedis(engine);
    const events = listenToStores();
    const { stores } = await openNode(server, fast);
    const other = await openNode(server, { ...fast, prefix: 'test:other' });
    const log = stores.revocations;
    await log.ready();
    await other.stores.revocations.withdraw({ issuer, tokenId: 'moved' });
    const [[, [, moved]]] = (await server.command('XRANGE', 'test:other:{v}:log', '-', '+')) as [
      [string, [string, string]],
    ];
    await server.command('XADD', LOG, '*', 'e', moved);
    await server.command('XADD', LOG, '*', 'e', 'nothing that was sealed');
    await server.command('XADD', LOG, '*', 'another', 'field');
    await log.withdraw({ issuer, tokenId: 'own' });
    const [[, [, own]]] = (await server.command('XREVRANGE', LOG, '+', '-', 'COUNT', '1')) as [
      [string, [string, string]],
    ];
    // An entry that is repeated has no effect.
    await server.command('XADD', LOG, '*', 'e', own);
    const late = (await openNode(server, fast)).stores.revocations;
    await late.ready();
    await eventually(() => {
      expect(events.filter(({ event }) => event === 'tampered')).toHaveLength(6);
    });
    for (const each of [log, late]) {
      expect(each.health()).toMatchObject({ entries: 1, isCurrent: true });
      expect(each.isRevoked(tokenOf({ tokenId: 'moved' }))).toBe(false);
    }
    expect(log.version).toBe(1);
  });

  it('of which there are more than maxEntries make the log not current', async () => {
    const server = await openRedis(engine);
    let aheadMs = 0;
    const clock = (): number => Date.now() + aheadMs;
    const revocations = { pollMs: 50, maxEntries: 2, maxLifetimeSeconds: 60 };
    const [small, large] = [
      (await openNode(server, { revocations, clock })).stores.revocations,
      (await openNode(server, { ...fast, clock })).stores.revocations,
    ];
    await Promise.all([small.ready(), large.ready()]);
    for (const tokenId of ['a', 'b']) await small.withdraw({ issuer, tokenId });
    await expect(small.withdraw({ issuer, tokenId: 'c' })).rejects.toMatchObject({
      failure: 'full',
    });
    expect(small.isCurrent(clock())).toBe(true);
    await large.withdraw({ issuer, tokenId: 'c' });
    await eventually(() => {
      expect(small.health()).toMatchObject({ entries: 2, isCurrent: false });
    });
    const third = (await openNode(server, { revocations, clock })).stores.revocations;
    await expect(third.ready()).rejects.toMatchObject({
      failure: 'full',
      cause: { message: expect.stringContaining('"revocations.maxEntries"') as unknown },
    });
    // The entries of a shorter lifetime expire.
    aheadMs = 1_000_000;
    await eventually(() => {
      expect(small.health()).toMatchObject({ entries: 1, isCurrent: true });
    });
    expect(small.isRevoked(tokenOf({ tokenId: 'c' }))).toBe(true);
  });

  it('that cannot be read stay missing when the server loses them', async () => {
    const server = await openRedis(engine);
    const events = listenToStores();
    const encryptionKeys = [{ id: 'k2', key: randomBytes(32) }];
    // This one notices the loss later, and writes the entry again.
    const writer = await openNode(server, { encryptionKeys, revocations: { pollMs: 2_000 } });
    const log = (await openNode(server, fast)).stores.revocations;
    await Promise.all([writer.stores.revocations.ready(), log.ready()]);
    await writer.stores.revocations.withdraw({ issuer, tokenId: 'a' });
    await eventually(() => {
      expect(log.isCurrent(Date.now())).toBe(false);
    });
    await server.command('FLUSHALL');
    const states = new Set<boolean>();
    await eventually(() => {
      states.add(log.isCurrent(Date.now()));
      expect(events.filter(({ event }) => event === 'healed')).toHaveLength(1);
    });
    expect([...states]).toEqual([false]);
  });

  it('are kept for as long as tokens live, and trimmed by the time of the server', async () => {
    const server = await openRedis(engine);
    const revocations = { pollMs: 50, maxLifetimeSeconds: 60 };
    // A process whose clock is a year ahead must not trim what others need.
    const clock = (): number => Date.now() + 31_536_000_000;
    const ahead = (await openNode(server, { revocations, clock })).stores.revocations;
    const { stores } = await openNode(server, { revocations });
    await Promise.all([ahead.ready(), stores.revocations.ready()]);
    // From 1970; whole blocks of 100 are trimmed.
    const old = "for i = 1, 250 do redis.call('XADD', KEYS[1], i .. '-0', 'x', 'y') end";
    await server.command('EVAL', old, '1', LOG);
    for (const tokenId of ['a', 'b']) await stores.revocations.withdraw({ issuer, tokenId });
    await eventually(() => {
      expect(ahead.isRevoked(tokenOf({ tokenId: 'b' }))).toBe(false);
    });
    for (let index = 0; index < 150; index += 1) await ahead.withdraw({ issuer, tokenId: 'c' });
    const ids = ((await server.command('XRANGE', LOG, '-', '+')) as [string][]).map(([id]) => id);
    expect(ids.filter((id) => id.length > 10)).toHaveLength(152);
    expect(ids.length).toBeLessThan(250);
    // The lifetime, and three times the largest clock tolerance.
    const ttl = Number(await server.command('PTTL', LOG));
    expect([ttl > 900_000, ttl <= 960_000]).toEqual([true, true]);
  });
});

describeWithRedis('RevocationLog', (engine) => {
  it('refuses what it cannot keep, or is not a withdrawal', async () => {
    const { stores } = await openNode(await openRedis(engine));
    const log = stores.revocations;
    const inTenMinutes = Date.now() / 1000 + 600;
    await expect(
      log.withdraw({ issuer, subject: 'user-1', issuedBefore: inTenMinutes }),
    ).rejects.toThrow('"issuedBefore" of withdraw() must be at most 300 seconds in the future');
    await expect(log.withdraw({ issuer } as never)).rejects.toThrow(TypeError);
    // All the tokens have expired.
    await log.withdraw({ issuer, subject: 'user-1', issuedBefore: 1 });
    expect([log.version, log.health().entries]).toEqual([0, 0]);
  });

  it('has methods that do not use this, and a version that cannot be copied', async () => {
    const { stores } = await openNode(await openRedis(engine));
    const log = { ...stores.revocations };
    await log.ready();
    const listener = vi.fn<() => void>();
    const stop = log.onChange(listener);
    await log.withdraw({ issuer, clientId: 'a' });
    await eventually(() => {
      expect(listener).toHaveBeenCalledOnce();
    });
    stop();
    await log.withdraw({ issuer, clientId: 'b' });
    expect(log.isRevoked(tokenOf({ clientId: 'b', issuedAt: 1 }))).toBe(true);
    expect([log.isCurrent(Date.now()), log.health().entries, listener.mock.calls.length]).toEqual([
      true,
      2,
      1,
    ]);
    expect(Object.keys(log)).not.toContain('version');
  });

  it('is not loaded while the server is down: ready() rejects with the reason', async () => {
    const server = await openRedis(engine);
    const revocations = { pollMs: 50, maxStaleMs: 1_000 };
    const { stores } = await openNode(server, { revocations });
    await server.kill();
    await expect(stores.revocations.ready()).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    await server.restart();
    await stores.revocations.ready();
    expect(stores.revocations.isCurrent(Date.now())).toBe(true);
  });

  it('ends with close(): nothing is current, and nothing is sent', async () => {
    const server = await openRedis(engine);
    const { stores } = await openNode(server, fast);
    const log = stores.revocations;
    await log.ready();
    const pending = log.withdraw({ issuer, tokenId: 'a' });
    stores.close();
    await expect(pending).rejects.toMatchObject({ failure: 'closed' });
    await expect(log.ready()).rejects.toMatchObject({ failure: 'closed' });
    expect(log.isCurrent(Date.now())).toBe(false);
    const [key = ''] = (await server.command('KEYS', `${FLEET_PREFIX}:{v}:n:*`)) as string[];
    const number = await server.command('GET', key);
    // Four polls.
    await wait(200);
    expect(await server.command('GET', key)).toBe(number);
  });

  it('rejects ready() when it is closed while loading', async () => {
    const server = await openRedis(engine);
    const { stores } = await openNode(server, fast);
    await server.kill();
    const ready = stores.revocations.ready();
    stores.close();
    await expect(ready).rejects.toMatchObject({ failure: 'closed' });
  });
});

describeWithRedis('stores without encryption keys', (engine) => {
  it('notice a loss of data, and read no revocation', async () => {
    const server = await openRedis(engine);
    await (await openNode(server)).stores.revocations.withdraw({ issuer, tokenId: 'a' });
    const events = listenToStores();
    const client = await openClient('redis 6', server);
    const options = { prefix: FLEET_PREFIX, timeoutMs: 2_000, ...fast };
    const stores = createRedisStores(client.connection, options);
    await expect(stores.replay.register(proofIdOf(1), 60_000)).resolves.toBe(true);
    expect(stores.replay.notBefore).toBeUndefined();
    const usedAt = Date.now();
    await server.command('FLUSHALL');
    await eventually(() => {
      expect(stores.replay.notBefore).toBeGreaterThanOrEqual(usedAt);
      // Published after the other processes were informed.
      expect(events.map(({ event }) => event)).toContain('discontinuity');
    });
    expect(events.map(({ event }) => event)).not.toContain('tampered');
    stores.close();
  });

  it('leave nothing but the numbers of their polls', async () => {
    const server = await openRedis(engine);
    const nodes = await openNodes(2, server);
    for (const { stores } of nodes) await stores.replay.register(proofIdOf(1), 60_000);
    expect(await server.command('KEYS', `${FLEET_PREFIX}:{v}:*`)).toHaveLength(2);
  });
});
