import { createRedisStores } from '@scopegate/redis';
import { describe, expect, it } from 'vitest';
import { LIFETIME_SECONDS, bearerFields, openFleetApi } from '../../fleet/support/fleet-api.js';
import { forEachExpress } from '../../support/express-versions.js';
import { eventually, FLEET_KEYS, openNode, openNodes } from '../../support/redis-nodes.js';
import { describeWithRedis, openRedis } from '../../support/redis-server.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';

const { issuer } = SECRET_OPTIONS;
const options = { revocations: { pollMs: 100 } };

describeWithRedis('revocation: stores.revocations', (engine) => {
  forEachExpress((express) => {
    it.each([
      ['token', { issuer, tokenId: 'a' }, { jti: 'a' }],
      ['session', { issuer, sessionId: 'a' }, { sid: 'a' }],
      ['subject', { issuer, subject: 'a' }, { sub: 'a' }],
      ['client', { issuer, clientId: 'a' }, { client_id: 'a' }],
    ] as const)('refuses a withdrawn %s in every process', async (_kind, withdrawal, claims) => {
      const server = await openRedis(engine);
      const nodes = await openNodes(2, server, options);
      await Promise.all(nodes.map(({ stores }) => stores.revocations.ready()));
      const apis = await Promise.all(nodes.map(({ stores }) => openFleetApi(stores, { express })));
      const [revoked, other] = [bearerFields(claims), bearerFields()];
      // Both processes cache the token.
      for (const api of apis) expect(await api.call(revoked)).toBe(200);

      await nodes[0]?.stores.revocations.withdraw(withdrawal);
      const response = await apis[0]?.fetch(revoked);
      expect([response?.status, response?.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('error="invalid_token"'),
      ]);
      await eventually(async () => {
        expect(await apis[1]?.call(revoked)).toBe(401);
      });
      for (const api of apis) expect(await api.call(other)).toBe(200);
    });

    it('responds with 503 before the revocations are loaded, and with 200 afterwards', async () => {
      const server = await openRedis(engine);
      const { stores } = await openNode(server, options);
      await server.kill();
      const api = await openFleetApi(stores, { express });
      const response = await api.fetch(bearerFields());
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect(response.headers.has('www-authenticate')).toBe(false);
      await server.restart();
      await eventually(async () => {
        expect(await api.call(bearerFields())).toBe(200);
      });
    });

    it('responds with 503 while the log contains entries of an unknown key', async () => {
      const server = await openRedis(engine);
      const [known] = FLEET_KEYS;
      const added = { id: 'k2', key: Buffer.alloc(32, 7) };
      const old = await openNode(server, options);
      const both = await openNode(server, { ...options, encryptionKeys: [added, known] });
      await Promise.all([old, both].map(({ stores }) => stores.revocations.ready()));
      const api = await openFleetApi(old.stores, { express });
      expect(await api.call(bearerFields())).toBe(200);
      await both.stores.revocations.withdraw({ issuer, tokenId: 'a' });
      await eventually(async () => {
        expect(await api.call(bearerFields())).toBe(503);
      });
      const next = await openNode(server, { ...options, encryptionKeys: [known, added] });
      await next.stores.revocations.ready();
      const nextApi = await openFleetApi(next.stores, { express });
      expect(await nextApi.call(bearerFields({ jti: 'a' }))).toBe(401);
    });
  });

  it('requires that tokens do not outlive the revocations', async () => {
    const server = await openRedis(engine);
    const revocations = { maxLifetimeSeconds: LIFETIME_SECONDS - 1 };
    const { stores } = await openNode(server, { revocations });
    await expect(openFleetApi(stores)).rejects.toThrow(
      'option "maxLifetimeSeconds" must be set to at most 3599',
    );
  });
});

describe('stores.revocations', () => {
  it('requires encryption keys', () => {
    const stores = createRedisStores({ send: () => Promise.resolve(null) }, { prefix: 'test' });
    expect(() => stores.revocations).toThrow('option "encryptionKeys" is required');
    stores.close();
  });
});
