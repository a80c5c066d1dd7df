import { createSecretKey, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createScriptedStores, SCRIPTED_KEY } from '../../../../test/support/scripted-stores.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { SealedBox } from '../sealing/sealed-box.js';
import { STORE_CHANNEL } from '../store-events.js';

const ISSUER = 'https://as.example';
const placeOf = (issuer: string) => {
  const id = hash('sha256', issuer, 'base64url').slice(0, 22);
  return { purpose: 'snapshot', redisKey: `p:k:${id}` } as const;
};
const PLACE = placeOf(ISSUER);
const SNAPSHOT = {
  jwks: { keys: [{ kty: 'EC', kid: 'k1' }] },
  url: 'https://as.example/jwks',
  fetchedAt: 1_000,
  lifetimeMs: 60_000,
};
const box = new SealedBox([{ id: SCRIPTED_KEY.id, key: createSecretKey(SCRIPTED_KEY.key) }]);
const VALUE = { version: 1, issuer: ISSUER, ...SNAPSHOT };

describe('createRedisKeySetSnapshots', () => {
  it('writes a sealed key set under a digest of its issuer', async () => {
    const { stores, commands } = createScriptedStores(() => 'OK');
    await stores.keySetSnapshots.write(ISSUER, SNAPSHOT, 86_400_000);
    expect(commands).toEqual([['SET', PLACE.redisKey, expect.any(String), 'PX', '86400000']]);
    const sealed = commands[0]?.[2] ?? '';
    expect(box.open(sealed, PLACE).value).toEqual(VALUE);
    expect(commands.join(' ')).not.toContain('as.example');
  });

  it.each([SNAPSHOT, { ...SNAPSHOT, lifetimeMs: undefined }])(
    'reads what it has written: lifetime $lifetimeMs',
    async (snapshot) => {
      let sealed = '';
      const { stores } = createScriptedStores(([name, , value = '']) => {
        if (name === 'GET') return Buffer.from(sealed);
        sealed = value;
        return 'OK';
      });
      await stores.keySetSnapshots.write(ISSUER, snapshot, 1);
      expect(await stores.keySetSnapshots.read(ISSUER)).toEqual(snapshot);
    },
  );

  it('reads undefined where there is nothing', async () => {
    const { stores, commands } = createScriptedStores(() => null);
    expect(await stores.keySetSnapshots.read(ISSUER)).toBeUndefined();
    expect(commands).toEqual([['GET', PLACE.redisKey]]);
  });

  it.each([
    ['of another version', { ...VALUE, version: 2 }],
    ['of another issuer', { ...VALUE, issuer: 'https://other.example' }],
    ['without a URL', { ...VALUE, url: undefined }],
    ['without fetchedAt', { ...VALUE, fetchedAt: undefined }],
    ['with a lifetime that is a string', { ...VALUE, lifetimeMs: '1' }],
  ])('ignores a sealed value %s', async (_what, value) => {
    const { stores } = createScriptedStores(() => box.seal(value, PLACE));
    expect(await stores.keySetSnapshots.read(ISSUER)).toBeUndefined();
  });

  it.each([
    ['another issuer', placeOf('https://other.example')],
    ['another store', { ...PLACE, purpose: 'introspection' as const }],
  ])('ignores an entry of %s, with an event', async (_what, place) => {
    const events = listenTo(STORE_CHANNEL);
    const { stores } = createScriptedStores(() => box.seal(VALUE, place));
    expect(await stores.keySetSnapshots.read(ISSUER)).toBeUndefined();
    expect(events).toEqual([{ event: 'tampered', store: 'keySetSnapshots' }]);
  });

  it.each([undefined, 1, true, [], {}])('rejects with the failure "reply" for %o', async (odd) => {
    const { stores } = createScriptedStores(() => odd);
    const failure = { name: 'StoreUnavailableError', failure: 'reply' };
    await expect(stores.keySetSnapshots.read(ISSUER)).rejects.toMatchObject(failure);
    await expect(stores.keySetSnapshots.write(ISSUER, SNAPSHOT, 1)).rejects.toMatchObject(failure);
  });
});
