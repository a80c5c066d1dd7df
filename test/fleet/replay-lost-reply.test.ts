import { describe, expect, it } from 'vitest';
import { REDIS_CLIENTS, skipWithoutClient } from '../support/redis-clients.js';
import { eventually, openNode } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { nth, openProxy } from '../support/tcp-proxy.js';
import { proofIdOf } from './support/fleet-api.js';

describeWithRedis('a reply about a proof that is lost', (engine) => {
  describe.each(REDIS_CLIENTS)('%s', (client) => {
    it('is a first use or a failure, but never a replay', skipWithoutClient(client), async () => {
      const server = await openRedis(engine);
      const proxy = await openProxy(server.port);
      const { replay } = (await openNode(proxy, { client })).stores;
      await expect(replay.register(proofIdOf(1), 60_000)).resolves.toBe(true);

      proxy.set({ losesReply: nth(1, 'SET') });
      const outcome = await replay.register(proofIdOf(2), 60_000).catch(() => 'unavailable');
      expect(outcome).toBe(client.startsWith('io') ? true : 'unavailable');

      // The command was executed.
      await eventually(async () => {
        await expect(replay.register(proofIdOf(2), 60_000)).resolves.toBe(false);
      });
      expect(replay.notBefore).toBeUndefined();
    });
  });
});
