import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createScriptedStores, SCRIPTED_KEY } from '../../../../test/support/scripted-stores.js';
import { listenTo } from '../../../../test/support/listen-to.js';
import { SealedBox } from '../sealing/sealed-box.js';
import { STORE_CHANNEL } from '../store-events.js';

const KEY = 'A'.repeat(43);
const PLACE = { purpose: 'introspection', redisKey: `p:i:${KEY}` } as const;
const RECORD = { members: { active: true, sub: 'user-1', aud: ['a', 'b'] }, askedAt: 1_000 };
const box = new SealedBox([{ id: SCRIPTED_KEY.id, key: createSecretKey(SCRIPTED_KEY.key) }]);

describe('createRedisIntrospectionCache', () => {
  it('writes a sealed response by one plain command with its lifetime', async () => {
    const { stores, commands } = createScriptedStores(() => 'OK');
    await stores.introspectionCache.write(KEY, RECORD, 9_000);
    expect(commands).toEqual([['SET', PLACE.redisKey, expect.any(String), 'PX', '9000']]);
    const sealed = commands[0]?.[2] ?? '';
    expect(sealed).toMatch(/^1\.k1\.[\w-]+$/);
    expect(box.open(sealed, PLACE).value).toEqual({ version: 1, ...RECORD });
  });

  it.each(['string', 'octets'])('reads what it has written: %s', async (form) => {
    let sealed = '';
    const { stores, commands } = createScriptedStores(([name, , value = '']) => {
      if (name === 'GET') return form === 'octets' ? Buffer.from(sealed) : sealed;
      sealed = value;
      return 'OK';
    });
    await stores.introspectionCache.write(KEY, RECORD, 9_000);
    expect(await stores.introspectionCache.read(KEY)).toEqual(RECORD);
    expect(commands[1]).toEqual(['GET', PLACE.redisKey]);
  });

  it('reads undefined where there is nothing', async () => {
    const { stores } = createScriptedStores(() => null);
    expect(await stores.introspectionCache.read(KEY)).toBeUndefined();
  });

  it.each([
    ['of another version', { version: 2, ...RECORD }],
    ['without a version', RECORD],
    ['without members', { version: 1, askedAt: 1 }],
    ['with members that are an array', { ...RECORD, version: 1, members: [] }],
    ['without askedAt', { version: 1, members: {} }],
  ])('ignores a sealed value %s', async (_what, value) => {
    const { stores } = createScriptedStores(() => box.seal(value, PLACE));
    expect(await stores.introspectionCache.read(KEY)).toBeUndefined();
  });

  it.each([
    ['of another token', { ...PLACE, redisKey: `p:i:${'B'.repeat(43)}` }],
    ['of another prefix', { ...PLACE, redisKey: `q:i:${KEY}` }],
    ['of another store', { ...PLACE, purpose: 'snapshot' as const }],
  ])('ignores an entry %s, with an event', async (_what, place) => {
    const events = listenTo(STORE_CHANNEL);
    const { stores } = createScriptedStores(() => box.seal({ version: 1, ...RECORD }, place));
    expect(await stores.introspectionCache.read(KEY)).toBeUndefined();
    expect(events).toEqual([{ event: 'tampered', store: 'introspectionCache' }]);
  });

  it('removes a response', async () => {
    for (const reply of [0, 1, 1n, '1']) {
      const { stores, commands } = createScriptedStores(() => reply);
      await stores.introspectionCache.remove(KEY);
      expect(commands).toEqual([['DEL', PLACE.redisKey]]);
    }
  });

  it.each([undefined, true, [], {}, 1.5])(
    'rejects with the failure "reply" for %o',
    async (odd) => {
      const { stores } = createScriptedStores(() => odd);
      const { introspectionCache: cache } = stores;
      const failure = { name: 'StoreUnavailableError', failure: 'reply' };
      await expect(cache.read(KEY)).rejects.toMatchObject(failure);
      await expect(cache.write(KEY, RECORD, 1)).rejects.toMatchObject(failure);
      await expect(cache.remove(KEY)).rejects.toMatchObject(failure);
    },
  );
});
