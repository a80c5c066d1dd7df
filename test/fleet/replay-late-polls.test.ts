import { createRedisStores } from '@scopegate/redis';
import { expect, it, onTestFinished } from 'vitest';
import { openClient } from '../support/open-client.js';
import { eventually, FLEET_KEYS, FLEET_PREFIX, listenToStores } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';

describeWithRedis('a poll that the server executes after a later one', (engine) => {
  it('as a pool or a connection that was replaced may have it, does not count as a loss of data', async () => {
    const server = await openRedis(engine);
    const events = listenToStores();
    const client = await openClient('redis 6', server);
    let held: readonly string[] | undefined;
    let isHolding = false;
    let polls = 0;
    const stores = createRedisStores(
      {
        send: async (args) => {
          if (isHolding && args[0] === 'EVALSHA') {
            isHolding = false;
            held = args;
            return await new Promise(() => undefined);
          }
          if (args[0] === 'EVALSHA') polls += 1;
          return await client.send(...args);
        },
      },
      { prefix: FLEET_PREFIX, encryptionKeys: FLEET_KEYS, revocations: { pollMs: 50 } },
    );
    onTestFinished(() => {
      stores.close();
    });
    await stores.revocations.ready();
    isHolding = true;
    await eventually(() => {
      expect(held).toBeDefined();
    });
    const before = polls;
    await eventually(() => {
      expect(polls).toBeGreaterThan(before + 2);
    });
    await client.send(...(held ?? []));
    const after = polls;
    await eventually(() => {
      expect(polls).toBeGreaterThan(after + 2);
    });
    expect(events.filter(({ event }) => event === 'discontinuity')).toEqual([]);
    expect(stores.replay.notBefore).toBeUndefined();
  });
});
