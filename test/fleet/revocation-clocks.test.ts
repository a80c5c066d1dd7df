import { expect, it } from 'vitest';
import { eventually, openNode, tokenOf } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { proofIdOf } from './support/fleet-api.js';

const issuer = 'https://auth.example.com';
const HOUR_MS = 3_600_000;
const revocations = { pollMs: 50, maxLifetimeSeconds: 3_600 };

describeWithRedis('a process whose clock was hours ahead, once it is set right', (engine) => {
  it('knows the revocations that had expired by the wrong time', async () => {
    const server = await openRedis(engine);
    const { stores } = await openNode(server, { revocations });
    await stores.revocations.withdraw({ issuer, tokenId: 'token-1' });
    let aheadMs = 3 * HOUR_MS;
    const clock = (): number => Date.now() + aheadMs;
    const { revocations: log } = (await openNode(server, { clock, revocations })).stores;
    await log.ready();
    aheadMs = 0;
    const states = new Set<string>();
    await eventually(() => {
      const isCurrent = log.isCurrent(clock());
      const isRevoked = log.isRevoked(tokenOf({ tokenId: 'token-1' }));
      states.add(`current: ${isCurrent}, revoked: ${isRevoked}`);
      expect([...states]).toContain('current: true, revoked: true');
    });
    expect([...states]).not.toContain('current: true, revoked: false');
  });

  it('does not refuse proofs until the wrong time', async () => {
    const server = await openRedis(engine);
    let aheadMs = 3 * HOUR_MS;
    const clock = (): number => Date.now() + aheadMs;
    const { replay } = (await openNode(server, { clock, revocations })).stores;
    await replay.register(proofIdOf(1), 60_000);
    await server.command('FLUSHALL');
    await eventually(() => {
      expect(replay.notBefore).toBeDefined();
    });
    aheadMs = 0;
    expect(replay.notBefore).toBeLessThanOrEqual(Date.now());
    await replay.register(proofIdOf(2), 60_000);
    expect(replay.notBefore).toBeLessThanOrEqual(Date.now());
  });
});
