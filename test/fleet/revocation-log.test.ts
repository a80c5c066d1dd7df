import { describe, expect, it } from 'vitest';
import { REDIS_CLIENTS, skipWithoutClient } from '../support/redis-clients.js';
import {
  eventually,
  listenToStores,
  openNode,
  openNodes,
  tokenOf,
} from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';

const issuer = 'https://auth.example.com';

const fast = { revocations: { pollMs: 50 } };

describeWithRedis('RevocationLog', (engine) => {
  describe.each(REDIS_CLIENTS)('with %s', (client) => {
    it('withdraws tokens in all processes', skipWithoutClient(client), async () => {
      const server = await openRedis(engine);
      const [first, second] = await openNodes(2, server, { client, ...fast });
      const [log, other] = [first?.stores.revocations, second?.stores.revocations];
      await Promise.all([log?.ready(), other?.ready()]);
      let changes = 0;
      other?.onChange(() => (changes += 1));
      await log?.withdraw({ issuer, sessionId: 'session-1' });
      const token = tokenOf({ sessionId: 'session-1' });
      expect(log?.isRevoked(token)).toBe(true);
      await eventually(() => {
        expect(other?.isRevoked(token)).toBe(true);
      });
      expect([other?.version, changes, other?.isRevoked(tokenOf({ sessionId: 'x' }))]).toEqual([
        1,
        1,
        false,
      ]);
    });
  });

  it('is loaded by a process that starts later', async () => {
    const server = await openRedis(engine);
    const first = await openNode(server);
    const { revocations } = first.stores;
    for (let start = 0; start < 2_500; start += 500) {
      const ids = Array.from({ length: 500 }, (_, index) => `token-${start + index}`);
      await Promise.all(ids.map((tokenId) => revocations.withdraw({ issuer, tokenId })));
    }
    const { stores } = await openNode(server);
    await stores.ready();
    await stores.revocations.ready();
    expect(stores.revocations.health()).toMatchObject({ entries: 2_500, isCurrent: true });
  });

  it('is healed by the processes after a flush', async () => {
    const server = await openRedis(engine);
    const events = listenToStores();
    const nodes = await openNodes(4, server, fast);
    await Promise.all(nodes.map(({ stores }) => stores.revocations.ready()));
    await Promise.all(
      nodes.map(({ stores }, index) =>
        stores.revocations.withdraw({ issuer, subject: `user-${index}` }),
      ),
    );
    const flushedAt = Date.now();
    await server.command('FLUSHALL');
    await eventually(() => {
      expect(nodes.map(({ stores }) => Number(stores.replay.notBefore) >= flushedAt)).not.toContain(
        false,
      );
    });
    await eventually(async () => {
      expect(await server.command('EXISTS', 'test:fleet:{v}:log')).toBe(1);
      expect(events.filter(({ event }) => event === 'healed')).not.toEqual([]);
    });
    const late = await openNode(server, fast);
    await late.stores.revocations.ready();
    expect(late.stores.revocations.health().entries).toBe(4);
    expect(events.filter(({ event }) => event === 'discontinuity')).toHaveLength(4);
  });

  it('is not relied on by a process that started after a loss, once it knows of it', async () => {
    const server = await openRedis(engine);
    const { stores } = await openNode(server, { revocations: { pollMs: 1_000 } });
    await stores.revocations.ready();
    await stores.revocations.withdraw({ issuer, tokenId: 'token-1' });
    // The log is not repaired before the late process has seen that data was lost.
    await server.command('FLUSHALL');
    await server.command('SET', 'test:fleet:{v}:seed', 'another process', 'PX', '3000');
    const late = (await openNode(server, fast)).stores;
    await late.revocations.ready();
    const states = new Set<string>();
    await eventually(() => {
      const isRevoked = late.revocations.isRevoked(tokenOf({ tokenId: 'token-1' }));
      const isCurrent = late.revocations.isCurrent(Date.now());
      if (late.replay.notBefore !== undefined) states.add(`${isCurrent}, ${isRevoked}`);
      expect([...states]).toContain('true, true');
    });
    expect([...states]).not.toContain('true, false');
  });
});
