import { describe, expect, it } from 'vitest';
import { eventually, openNode } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../support/redis-server.js';
import { SECRET_OPTIONS } from '../support/tokens.js';
import { bearerFields, openFleetApi, ProofCaller } from './support/fleet-api.js';

const SKEWS = [0, 30_000, -30_000] as const;

describeWithRedis('processes whose clocks differ by 30 s', (engine) => {
  const openApis = async (port: number) =>
    await Promise.all(
      SKEWS.map(async (skewMs) => {
        const clock = (): number => Date.now() + skewMs;
        const { stores } = await openNode({ port }, { clock, revocations: { pollMs: 100 } });
        await stores.revocations.ready();
        return { stores, api: await openFleetApi(stores, { clock, clockToleranceSeconds: 30 }) };
      }),
    );

  describe.each(SKEWS.map((skew, index) => [skew / 1_000, index] as const))(
    'first use where the clock is %i s ahead',
    (_skew, firstIndex) => {
      it('accept a proof once', async () => {
        const nodes = await openApis((await openRedis(engine)).port);
        const caller = new ProofCaller();
        const fields = caller.prove();
        expect(await nodes[firstIndex]?.api.call(fields)).toBe(200);
        for (const { api } of nodes) expect(await api.call(fields)).toBe(401);
      });

      it('do not accept it again after a loss that all have noticed', async () => {
        const server = await openRedis(engine);
        const nodes = await openApis(server.port);
        const fields = new ProofCaller().prove();
        expect(await nodes[firstIndex]?.api.call(fields)).toBe(200);
        await server.command('FLUSHALL');
        await eventually(() => {
          expect(nodes.map(({ stores }) => stores.replay.notBefore)).not.toContain(undefined);
        });
        for (const { api } of nodes) expect(await api.call(fields)).not.toBe(200);
      });
    },
  );

  it('refuse a token that any of them has withdrawn', async () => {
    const nodes = await openApis((await openRedis(engine)).port);
    for (const [index, { stores }] of nodes.entries()) {
      const { issuer } = SECRET_OPTIONS;
      await stores.revocations.withdraw({ issuer, tokenId: `token-${index}` });
      const fields = bearerFields({ jti: `token-${index}` });
      await eventually(async () => {
        const statuses = await Promise.all(nodes.map(({ api }) => api.call(fields)));
        expect(statuses).toEqual([401, 401, 401]);
      });
    }
  });
});
