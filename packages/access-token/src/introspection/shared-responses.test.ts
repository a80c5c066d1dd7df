import { describe, expect, it } from 'vitest';
import { createTestClock } from '@scopegate/testing';
import { settle } from '../../../../test/support/settle.js';
import type { IntrospectionCache } from './introspection-cache.js';
import { SharedResponses, type SharedResponsesOptions } from './shared-responses.js';

const RECORD = { members: { active: true, sub: 'u1' }, askedAt: 1_000 };

/** A store whose reads are answered by a function. */
function stub(
  read: (key: string) => unknown,
): IntrospectionCache & { readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  return {
    calls,
    // A store of JavaScript may return anything.
    read: (key) => {
      calls.push(['read', key]);
      return read(key) as Promise<undefined>;
    },
    write: (...given) => {
      calls.push(['write', ...given]);
      return Promise.resolve();
    },
    remove: (key) => {
      calls.push(['remove', key]);
      return Promise.resolve();
    },
  };
}

const clock = createTestClock();

function share(
  cache: IntrospectionCache,
  options: Partial<SharedResponsesOptions> = {},
): SharedResponses {
  return new SharedResponses({
    cache,
    issuer: 'https://as.example',
    endpoint: undefined,
    clientId: 'api',
    signed: false,
    cacheSeconds: 10,
    clock,
    ...options,
  });
}

const throwNow = (): never => {
  throw new Error('the store is down');
};
const INHERITING: unknown = Object.create({ active: true });
const POLLUTED: unknown = JSON.parse('{"askedAt":1,"members":{"active":true,"__proto__":{}}}');
const loop: Record<string, unknown> = {};
loop['members'] = loop;

describe('SharedResponses', () => {
  it('finds a response, as a copy', async () => {
    const found = await share(stub(() => Promise.resolve(RECORD))).find('digest');
    const { members, askedAt } = RECORD;
    const bytes = JSON.stringify(RECORD).length;
    expect(found).toEqual({ response: { members, askedAt, bytes }, isAbsent: false });
    expect(found.response?.members).not.toBe(members);
  });

  it('reports that the store has no response', async () => {
    const found = await share(stub(() => Promise.resolve(undefined))).find('digest');
    expect(found).toEqual({ response: undefined, isAbsent: true });
  });

  const odd: [what: string, read: () => unknown][] = [
    ['throws', throwNow],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['returns an object whose then() throws', () => ({ then: throwNow })],
    ['returns null', () => Promise.resolve(null)],
    ['returns true', () => true],
    ['returns text', () => '{"active":true}'],
    ['returns a function', () => () => RECORD],
    ['returns an array', () => [RECORD]],
    ['returns members only', () => RECORD.members],
    ['returns members in an array', () => ({ ...RECORD, members: [RECORD.members] })],
    ['returns an inactive token', () => ({ ...RECORD, members: { active: false } })],
    ['returns an active that is a string', () => ({ ...RECORD, members: { active: 'true' } })],
    ['returns no active', () => ({ ...RECORD, members: { sub: 'u1' } })],
    ['returns an inherited active', () => ({ ...RECORD, members: INHERITING })],
    ['returns a member __proto__', () => POLLUTED],
    ['returns an askedAt that is a string', () => ({ ...RECORD, askedAt: '1000' })],
    ['returns an askedAt that is NaN', () => ({ ...RECORD, askedAt: Number.NaN })],
    ['returns no askedAt', () => ({ members: RECORD.members })],
    ['returns a circle', () => loop],
    ['returns a bigint', () => ({ ...RECORD, members: { active: true, big: 1n } })],
    ['returns a getter that throws', () => ({ ...RECORD, get members() { return throwNow(); } })],
    ['returns toJSON() that throws', () => ({ ...RECORD, toJSON: throwNow })],
    ['returns 200 KB', () => ({ ...RECORD, members: { active: true, pad: 'x'.repeat(200_000) } })],
  ]; // prettier-ignore

  it.each(odd)('finds nothing in a store that %s', async (_what, read) => {
    const found = await share(stub(read)).find('digest');
    expect(found).toEqual({ response: undefined, isAbsent: false });
  });

  it('does not wait for a store that hangs, and reads it at most 64 times at once', async () => {
    const cache = stub(() => new Promise(() => undefined));
    const shared = share(cache);
    const searches = Array.from({ length: 80 }, (_, index) => shared.find(`digest ${index}`));
    const found = await Promise.all(searches);
    expect(found.every(({ response, isAbsent }) => response === undefined && !isAbsent)).toBe(true);
    expect((await shared.find('one more')).response).toBeUndefined();
    expect(cache.calls).toHaveLength(64);
  });

  it('uses keys that differ by issuer, endpoint, client, signature and token', async () => {
    const cache = stub(() => Promise.resolve(undefined));
    const endpoint = new URL('https://as.example/introspect');
    const variants: Partial<SharedResponsesOptions>[] = [
      {},
      { issuer: 'https://other.example' },
      { endpoint },
      { clientId: 'api2' },
      { signed: true },
    ];
    for (const variant of variants) await share(cache, variant).find('digest');
    await share(cache).find('digest 2');
    const keys = cache.calls.map(([, key]) => String(key));
    expect(new Set(keys).size).toBe(variants.length + 1);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
  });

  it('stores a response until it may no longer be used', async () => {
    const cache = stub(() => undefined);
    const shared = share(cache);
    shared.store('digest', RECORD, clock() + 9_000.7);
    shared.store('digest', RECORD, clock() + 0.5);
    await settle();
    expect(cache.calls).toEqual([['write', expect.any(String), RECORD, 9_000]]);
  });

  it('survives a store that throws when it is written', async () => {
    const shared = share({ read: throwNow, write: throwNow, remove: throwNow });
    shared.store('digest', RECORD, clock() + 9_000);
    shared.remove('digest');
    await settle();
    expect(await shared.find('digest')).toEqual({ response: undefined, isAbsent: false });
  });

  it('uses no response of a removed token for as long as an older one could be used', async () => {
    const cache = stub(() => Promise.resolve(RECORD));
    const shared = share(cache);
    shared.remove('digest');
    await settle();
    expect(cache.calls).toEqual([['remove', expect.any(String)]]);
    expect((await shared.find('digest')).response).toBeUndefined();
    clock.advance(9_900);
    expect((await shared.find('digest')).response).toBeUndefined();
    expect(cache.calls).toHaveLength(1);
    clock.advance(100);
    expect((await shared.find('digest')).response).toMatchObject(RECORD);
  });

  it('uses no response that was read while its token was removed', async () => {
    let answer: (record: unknown) => void = () => undefined;
    const shared = share(stub(() => new Promise((resolve) => (answer = resolve))));
    const finding = shared.find('digest');
    await settle();
    shared.remove('digest');
    answer(RECORD);
    expect((await finding).response).toBeUndefined();
  });
});
