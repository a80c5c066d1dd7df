/** Key sets that processes store for those that start while the issuer is unavailable. */
import type { KeySetSnapshots } from '@scopegate/access-token';
import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { type Express, forEachExpress } from '../../support/express-versions.js';
import { settle } from '../../support/settle.js';
import { createStubKeySetSnapshots } from '../../support/stub-caches.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

interface NodeOptions {
  readonly issuer: TestIssuer;
  readonly snapshots: KeySetSnapshots;
  /** Whether the issuer is found at run time. */
  readonly isResolved?: boolean;
}

interface Node {
  readonly api: ResourceServer;
  readonly statusFor: (token: string) => Promise<number>;
}

function openNode(express: Express, { issuer, snapshots, isResolved }: NodeOptions): Node {
  const { issuer: identifier, audience, ...options } = issuer.options();
  const resolve = (): { issuer: string } => ({ issuer: identifier });
  const trust = isResolved === true ? { issuers: { resolve } } : { issuer: identifier };
  const api = openApi({ ...options, ...trust, audience, keySet: { snapshots } });
  const app = express();
  app.get('/', api.require({ scope: 'read' }), (_req, res) => res.sendStatus(200));
  const statusFor = async (token: string): Promise<number> => {
    const { status } = await request(app).get('/').set('authorization', `Bearer ${token}`);
    await settle();
    return status;
  };
  return { api, statusFor };
}

async function openToken(): Promise<{ readonly issuer: TestIssuer; readonly token: string }> {
  const issuer = await openIssuer();
  return { issuer, token: await issuer.mint({ scope: 'read', expiresInSeconds: 30 * 86_400 }) };
}

forEachExpress((express) => {
  describe('keySet.snapshots', () => {
    it.each([false, true])(
      'a process that starts during an outage accepts tokens (found at run time: %s)',
      async (isResolved) => {
        const { issuer, token } = await openToken();
        const snapshots = createStubKeySetSnapshots();
        const fleet = { issuer, snapshots, isResolved };
        expect(await openNode(express, fleet).statusFor(token)).toBe(200);
        await issuer.stop();
        const { api, statusFor } = openNode(express, fleet);
        expect(await statusFor(token)).toBe(200);
        expect(api.health().issuers).toEqual([
          expect.objectContaining({ state: 'fresh', fromSnapshot: true, keys: 1 }),
        ]);
        await api.ready();
      },
    );

    it('a process that starts uses what the issuer publishes now, as soon as it has fetched that', async () => {
      const { issuer, token } = await openToken();
      const snapshots = createStubKeySetSnapshots();
      await openNode(express, { issuer, snapshots }).statusFor(token);
      const [published] = await issuer.publicKeys();
      await issuer.rotateKey();
      issuer.withdrawKey(published?.kid ?? '');
      const { api, statusFor } = openNode(express, { issuer, snapshots });
      expect(await statusFor(await issuer.mint({ scope: 'read' }))).toBe(200);
      expect(await statusFor(token)).toBe(401);
      expect(api.health().issuers).toEqual([expect.objectContaining({ fromSnapshot: false })]);
    });

    it('refresh() is not satisfied by a snapshot', async () => {
      const { issuer, token } = await openToken();
      const snapshots = createStubKeySetSnapshots();
      await openNode(express, { issuer, snapshots }).statusFor(token);
      await issuer.stop();
      const { api, statusFor } = openNode(express, { issuer, snapshots });
      expect(await statusFor(token)).toBe(200);
      await expect(api.refresh()).rejects.toThrow(issuer.issuer);
      expect(await statusFor(token)).toBe(200);
    });

    it('a snapshot of another issuer does not replace the keys of this one', async () => {
      const [{ issuer, token }, other] = [await openToken(), await openToken()];
      const snapshots = createStubKeySetSnapshots();
      await openNode(express, { ...other, snapshots }).statusFor(other.token);
      const [stored] = snapshots.snapshots.values();
      if (stored === undefined) throw new Error('nothing was stored');
      snapshots.snapshots.set(issuer.issuer, stored);
      expect(await openNode(express, { issuer, snapshots }).statusFor(token)).toBe(200);
    });

    it.each<[how: string, call: () => never | Promise<never>]>([
      ['throws', () => { throw new Error('down'); }],
      ['rejects', () => Promise.reject(new Error('down'))],
      ['hangs', () => new Promise<never>(() => undefined)],
    ])('a store that %s changes no answer', async (_how, call) => {
      const { issuer, token } = await openToken();
      const { statusFor } = openNode(express, { issuer, snapshots: { read: call, write: call } });
      expect([await statusFor(token), await statusFor('a.b.c')]).toEqual([200, 401]);
    }); // prettier-ignore
  });
});
