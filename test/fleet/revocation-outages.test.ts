import { describe, expect, it } from 'vitest';
import {
  eventually,
  listenToStores,
  openNode,
  openNodes,
  tokenOf,
} from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { openProxy } from '../support/tcp-proxy.js';
import { bearerFields, openFleetApi, ProofCaller, proofIdOf } from './support/fleet-api.js';
import { repeatUntil } from './support/load.js';
import { reportMeasured } from './support/measurements.js';
import { scaleOnce } from './support/scale.js';

const issuer = 'https://auth.example.com';
const clients = ['redis 6', 'ioredis 6'] as const;

/** How long the server is full. */
const FULL_MS = { full: 60_000, brief: 2_500 };

/** After which time a process that is cut off is not current: the default. */
const STALE_MS = { full: 30_000, brief: 3_000 };

describeWithRedis('revocations while the server is full', (engine) => {
  it.each(clients)(
    'stay current, and none is withdrawn: %s',
    async (client) => {
      const server = await openRedis(engine, ['maxmemory-policy noeviction']);
      // Past `maxStaleMs`, the log is current only if polls succeed.
      const revocations = { pollMs: 100, maxStaleMs: 2_000 };
      const [node, other] = [
        await openNode(server, { client, revocations }),
        await openNode(server, { client, revocations }),
      ];
      const log = node.stores.revocations;
      await Promise.all([log.ready(), other.stores.revocations.ready()]);
      const api = await openFleetApi(node.stores);
      const caller = new ProofCaller();
      const used = caller.prove();
      expect(await api.call(used)).toBe(200);
      const bearer = bearerFields();

      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      const fullAt = Date.now();
      const fullMs = scaleOnce(FULL_MS, { engine, client });
      const statuses = new Set<number>();
      await repeatUntil(
        async () => {
          statuses.add(await api.call(bearer));
          expect(await api.call(caller.prove())).toBe(503);
          expect(await api.call(used)).not.toBe(200);
        },
        () => Date.now() > fullAt + fullMs,
      );
      expect(statuses).toEqual(new Set([200]));
      await expect(log.withdraw({ issuer, tokenId: 'token-1' })).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
        failure: 'full',
      });
      expect(log.isRevoked(tokenOf({ tokenId: 'token-1' }))).toBe(false);

      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      await log.withdraw({ issuer, tokenId: 'token-1' });
      await eventually(() => {
        expect(other.stores.revocations.isRevoked(tokenOf({ tokenId: 'token-1' }))).toBe(true);
      });
      await eventually(async () => {
        expect(await api.call(caller.prove())).toBe(200);
      });
      expect(await api.call(used)).toBe(401);
      expect(node.stores.replay.notBefore).toBeUndefined();
    },
    120_000,
  );
});

describeWithRedis('a process that is cut off', (engine) => {
  it.each(clients)(
    'enforces what it knows, and gets 503 from maxStaleMs: %s',
    async (client) => {
      const maxStaleMs = scaleOnce(STALE_MS, { engine, client });
      const server = await openRedis(engine);
      const proxy = await openProxy(server.port);
      const events = listenToStores();
      const options = { client, timeoutMs: 1_000, revocations: { pollMs: 100, maxStaleMs } };
      const node = await openNode(proxy, options);
      const other = await openNode(server, options);
      const log = node.stores.revocations;
      await Promise.all([log.ready(), other.stores.revocations.ready()]);
      const api = await openFleetApi(node.stores);
      await log.withdraw({ issuer, tokenId: 'known' });
      const [known, missed, fine] = ['known', 'missed', 'fine'].map((jti) => bearerFields({ jti }));
      const call = async (fields = fine): Promise<number> => await api.call(fields ?? {});

      proxy.set({ blackHole: true });
      const cutAt = Date.now() - (log.health().ageMs ?? 0);
      await other.stores.revocations.withdraw({ issuer, tokenId: 'missed' });
      expect([await call(known), await call(fine)]).toEqual([401, 200]);
      await repeatUntil(call, (status) => {
        expect([200, 503]).toContain(status);
        return status === 503;
      });
      const refusedAfterMs = Date.now() - cutAt;
      expect(refusedAfterMs).toBeGreaterThanOrEqual(maxStaleMs);
      const response = await api.fetch(fine ?? {});
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await call(known)).toBe(401);
      expect(log.health()).toMatchObject({ entries: 1, isCurrent: false });
      await eventually(() => {
        expect(events.filter(({ event }) => event === 'stale')).toHaveLength(1);
      });

      proxy.set({});
      const backAt = Date.now();
      await repeatUntil(call, (status) => status === 200);
      expect([await call(missed), await call(known)]).toEqual([401, 401]);
      reportMeasured({
        '503 after the last poll': `${refusedAfterMs} ms`,
        'current again after': `${Date.now() - backAt} ms`,
      });
    },
    120_000,
  );

  it('accepts tokens for longer with dangerouslyAcceptStale', async () => {
    const server = await openRedis(engine);
    const revocations = { pollMs: 100, maxStaleMs: 1_000, dangerouslyAcceptStale: true };
    const [cut] = await openNodes(1, server, { timeoutMs: 250, revocations });
    const log = cut?.stores.revocations;
    expect(log?.isCurrent(Date.now())).toBe(false);
    await log?.ready();
    await server.kill();
    await eventually(() => {
      expect(log?.health().ageMs).toBeGreaterThan(1_100);
    });
    expect(log?.isCurrent(Date.now())).toBe(true);
  });
});

describeWithRedis('a withdrawal', (engine) => {
  describe.each(clients)('%s', (client) => {
    it('rejects while the server is down, and does not take effect', async () => {
      const server = await openRedis(engine);
      const node = await openNode(server, { client, timeoutMs: 250 });
      const log = node.stores.revocations;
      await log.ready();
      await server.kill();
      await expect(log.withdraw({ issuer, subject: 'user-1' })).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
      });
      expect([log.version, log.isRevoked(tokenOf({ subject: 'user-1', issuedAt: 0 }))]).toEqual([
        0,
        false,
      ]);
    });
  });

  it('rejects when its reply is lost, and takes effect with the next poll', async () => {
    const server = await openRedis(engine);
    const proxy = await openProxy(server.port);
    const { stores } = await openNode(proxy, { revocations: { pollMs: 100 } });
    await stores.revocations.withdraw({ issuer, tokenId: 'first' });
    // The record has no other command.
    const isRecord = (args: readonly string[]): boolean =>
      args.some((arg) => arg.startsWith('1.k1.'));
    proxy.set({ losesReply: isRecord });
    await expect(stores.revocations.withdraw({ issuer, tokenId: 'a' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    proxy.set({});
    await eventually(() => {
      expect(stores.revocations.isRevoked(tokenOf({ tokenId: 'a' }))).toBe(true);
    });
    expect(stores.replay.notBefore).toBeUndefined();
  });

  it('that the server loses before any poll is written again', async () => {
    const server = await openRedis(engine);
    const proxy = await openProxy(server.port);
    const { stores } = await openNode(proxy, { revocations: { pollMs: 1_000 } });
    await stores.revocations.ready();
    await stores.revocations.withdraw({ issuer, tokenId: 'a' });
    // As a replica that has the polls but not the last write.
    const [[id]] = (await server.command('XRANGE', 'test:fleet:{v}:log', '-', '+')) as [[string]];
    await server.command('XDEL', 'test:fleet:{v}:log', id);
    const late = await openNode(server, { revocations: { pollMs: 100 } });
    await late.stores.revocations.ready();
    await eventually(() => {
      expect(late.stores.revocations.isRevoked(tokenOf({ tokenId: 'a' }))).toBe(true);
    });
  });

  it('works through proofs that are registered at once', async () => {
    const server = await openRedis(engine);
    const { stores } = await openNode(server);
    const proofs = Array.from({ length: 200 }, (_, index) => proofIdOf(index));
    const [outcomes] = await Promise.all([
      Promise.all(proofs.map((proof) => stores.replay.register(proof, 60_000))),
      stores.revocations.withdraw({ issuer, tokenId: 'a' }),
    ]);
    expect(new Set(outcomes)).toEqual(new Set([true]));
  });
});
