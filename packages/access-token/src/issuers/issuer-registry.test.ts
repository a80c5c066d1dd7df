import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { IssuerResolver } from '../options/issuer-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { settle } from '../../../../test/support/settle.js';
import { ODD_VALUES, ODD_WAYS } from '../../../../test/support/odd-hooks.js';
import {
  A,
  B,
  C,
  clock,
  DAY,
  failureOf,
  hold,
  lookups,
  MINUTE,
  openRegistry,
  reasonOf,
  secret,
  useFakeTime,
} from '../../../../test/support/issuer-registry.js';

useFakeTime();

describe('IssuerRegistry › find()', () => {
  it('returns a held issuer synchronously, and completes its options', async () => {
    const registry = openRegistry();
    const found = await hold(registry, A);
    expect(found).toMatchObject({ issuer: A, audience: ['api'], algorithms: ['HS256'] });
    expect(registry.find(A)).toBe(found);
    expect(lookups).toEqual([A]);
  });

  it('calls resolve once for all concurrent callers', async () => {
    const registry = openRegistry();
    const found = await Promise.all([registry.find(A), registry.find(A), registry.find(B)]);
    expect(found.map((issuer) => issuer?.issuer)).toEqual([A, A, B]);
    expect(lookups).toEqual([A, B]);
  });

  it.each([undefined, null])('caches that an issuer is unknown: %s', async (answer) => {
    const registry = openRegistry(() => answer);
    expect(await registry.find(A)).toBeUndefined();
    expect(registry.find(A)).toBeUndefined();
    clock.now += 29_999;
    expect(registry.find(A)).toBeUndefined();
    expect(lookups).toEqual([A]);
    clock.now += 1;
    expect(await registry.find(A)).toBeUndefined();
    expect(lookups).toEqual([A, A]);
  });

  it('looks an unknown issuer up again when the clock was set back', async () => {
    const registry = openRegistry(() => undefined);
    await registry.find(A);
    clock.now -= DAY;
    await registry.find(A);
    expect(lookups).toEqual([A, A]);
  });

  it('never looks up an issuer that is empty or longer than 2,048 characters', async () => {
    const registry = openRegistry();
    expect(registry.find('')).toBeUndefined();
    expect(registry.find(`https://${'a'.repeat(2_041)}`)).toBeUndefined();
    expect(await registry.find(`https://${'a'.repeat(2_040)}`)).toBeDefined();
    expect(lookups).toHaveLength(1);
  });

  it.each([
    ['has a line break', `${A}\nforged line of a log`],
    ['has an escape sequence', `${A}/\u{1b}[2K`],
    ['has a space at its end', `${A} `],
    ['has a colon and is not a URI', `${A} x`],
  ])('never looks up an issuer that %s', (_case, issuer) => {
    expect(openRegistry().find(issuer)).toBeUndefined();
    expect(lookups).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'treats %s as an unknown issuer',
    async (name) => {
      const registry = openRegistry(() => undefined);
      expect(await registry.find(name)).toBeUndefined();
      expect(lookups).toEqual([name]);
    },
  );

  it('uses the member of a group that has the issuer', async () => {
    const group = { audience: 'group', issuers: [A, B].map((issuer) => ({ issuer, secret })) };
    const registry = openRegistry(() => group);
    expect(await registry.find(B)).toMatchObject({ issuer: B, audience: ['group'] });
    expect(registry.list().map(({ issuer }) => issuer)).toEqual([B]);
    expect(await registry.find(C)).toBeUndefined();
  });

  it('calls resolve in the async context in which it was created', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const registry = storage.run('start-up', () =>
      openRegistry((issuer) => {
        seen.push(storage.getStore());
        return { issuer, secret };
      }),
    );
    await storage.run('request', async () => registry.find(A));
    clock.now += 10 * MINUTE;
    void storage.run('request', () => registry.find(A));
    await settle();
    expect(seen).toEqual(['start-up', 'start-up']);
  });

  it('calls resolve as a method of the given object', async () => {
    const directory = {
      entries: new Map([[A, { issuer: A, secret }]]),
      resolve(issuer: string) {
        return this.entries.get(issuer);
      },
    };
    const issuers = Object.create(directory, {}) as IssuerResolver;
    const options = resolveOptions({ audience: 'api', issuers });
    expect(await options.resolver?.resolve(A)).toMatchObject({ issuer: A });
  });

  it('passes the error of a clock on, and recovers', async () => {
    let isBroken = false;
    const brokenClock = (): number => {
      if (isBroken) throw new RangeError('no clock');
      return clock.now;
    };
    const registry = openRegistry(undefined, { clock: brokenClock });
    isBroken = true;
    expect(() => registry.find(A)).toThrow('no clock');
    isBroken = false;
    expect((await hold(registry, A)).issuer).toBe(A);
  });
});

describe('IssuerRegistry › a lookup that fails', () => {
  it('rejects with 503, names no issuer, and has the failure as its cause', async () => {
    const failure = new Error('the database is down');
    const registry = openRegistry(() => Promise.reject(failure));
    const error = await failureOf(() => registry.find(A));
    expect(error).toMatchObject({ status: 503, retryAfterSeconds: 1, issuer: undefined });
    expect(error.message).toBe(
      'the keys of the authorization server are unavailable: issuers.resolve() threw or rejected; see the cause',
    );
    expect(error.cause).toMatchObject({ code: 'ERR_ISSUER_RESOLUTION', cause: failure });
  });

  it('is not repeated for a second', async () => {
    let isDown = true;
    const registry = openRegistry((issuer) => {
      if (isDown) throw new Error('down');
      return { issuer, secret };
    });
    await failureOf(() => registry.find(A));
    isDown = false;
    clock.now += 999;
    await failureOf(() => registry.find(A));
    expect(lookups).toEqual([A]);
    clock.now += 1;
    expect((await hold(registry, A)).issuer).toBe(A);
  });

  it('ends after keySet.timeoutMs', async () => {
    const registry = openRegistry(() => new Promise(() => undefined));
    const found = reasonOf(() => registry.find(A));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await found).toBe('timeout');
  });

  it.each([
    ['an unknown option', { issuer: A, secret, jwksUrl: 'https://a.example/jwks' }, /"jwksUri"\?/],
    ['another issuer', { issuer: `${A}/`, secret }, /option "issuers.resolve\(\).issuer" must be/],
    ['no audience', { issuer: A, secret, audience: undefined }, /resolve\(\).audience" is missing/],
    ['a weak secret', { issuer: A, secret: randomBytes(8) }, /resolve\(\).secret" must have/],
    ['a string', A, /option "issuers.resolve\(\)" must be an object like \{ issuer \}/],
    ['an array', [{ issuer: A, secret }], /option "issuers.resolve\(\)" must be an object/],
    [
      'a group in a group',
      { issuers: [{ issuers: [{ issuer: A, secret }] }] },
      /option "issuers.resolve\(\).issuers\[0\]" must be an issuer/,
    ],
  ])('is caused by %s', async (_case, answer, message) => {
    const { cause } = await failureOf(() => openRegistry(() => answer).find(A));
    expect(cause).toMatchObject({ reason: 'invalid' });
    expect((cause as Error).cause).toBeInstanceOf(TypeError);
    expect(((cause as Error).cause as Error).message).toMatch(message);
  });

  it('is caused by getters and traps that throw', async () => {
    const trapped = new Proxy(
      {},
      {
        ownKeys: () => {
          throw 'trap'; // eslint-disable-line @typescript-eslint/only-throw-error -- what is tested
        },
      },
    );
    expect(await reasonOf(() => openRegistry(() => trapped).find(A))).toBe('invalid');
    const getter = Object.defineProperty({ secret }, 'issuer', {
      enumerable: true,
      get: () => {
        throw new Error('getter');
      },
    });
    expect(await reasonOf(() => openRegistry(() => getter).find(A))).toBe('invalid');
    const thenable = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('then');
      },
    });
    expect(await reasonOf(() => openRegistry(() => thenable).find(A))).toBe('failed');
  });

  it('trusts no issuer when resolve returns an odd value', async () => {
    for (const [name, create] of Object.entries(ODD_VALUES)) {
      for (const [way, answer] of Object.entries(ODD_WAYS)) {
        const registry = openRegistry(() => answer(create()));
        const found = Promise.resolve().then(() => registry.find(A));
        const outcome = found.then(
          (issuer) => issuer,
          (error: unknown) => error instanceof KeySetUnavailableError,
        );
        await vi.advanceTimersByTimeAsync(5_000);
        expect([undefined, true], `${way} ${name}`).toContain(await outcome);
        expect(registry.list()).toEqual([]);
      }
    }
  });

  it('never shows a made-up issuer in an error', async () => {
    for (const answer of [5, { issuer: B, secret }, Promise.reject(new Error('down'))]) {
      const error = await failureOf(() =>
        openRegistry(() => answer).find('https://canary.example'),
      );
      expect(inspect(error, { depth: 9 })).not.toContain('canary');
    }
  });
});

describe('IssuerRegistry › a flood of made-up issuers', () => {
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `https://made-up-${index}.example`);

  it('runs at most 32 calls at a time, lets 256 wait, and refuses the rest with 503', async () => {
    const gates: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const registry = openRegistry(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => gates.push(resolve));
      running -= 1;
      return undefined;
    });
    const flood = names(1_000).map(async (name) => registry.find(name));
    const outcomes = Promise.allSettled(flood);
    await settle();
    expect(lookups).toHaveLength(32);
    while (gates.length > 0) {
      gates.shift()?.();
      await settle();
    }
    const refused = (await outcomes).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1_000 - 32 - 256);
    expect(refused[0]).toMatchObject({ reason: { status: 503, cause: { reason: 'busy' } } });
    expect([most, lookups.length]).toEqual([32, 288]);
  });

  it('frees the slots of calls that never settle', async () => {
    const registry = openRegistry((issuer) =>
      issuer === A ? { issuer, secret } : new Promise(() => undefined),
    );
    const flood = Promise.allSettled(names(32).map(async (name) => registry.find(name)));
    await settle();
    await vi.advanceTimersByTimeAsync(5_000);
    await flood;
    expect((await hold(registry, A)).issuer).toBe(A);
  });

  it('does not slow down issuers that are held', async () => {
    const registry = openRegistry((issuer) =>
      issuer === A ? { issuer, secret } : new Promise(() => undefined),
    );
    const held = await hold(registry, A);
    const flood = Promise.allSettled(names(500).map(async (name) => registry.find(name)));
    expect(registry.find(A)).toBe(held);
    await vi.advanceTimersByTimeAsync(10_000);
    await flood;
    expect(registry.find(A)).toBe(held);
  });

  it('caches at most a thousand unknown issuers', async () => {
    const registry = openRegistry(() => undefined);
    for (const name of names(1_500)) await registry.find(name);
    lookups.length = 0;
    for (const name of names(1_500).slice(500)) void registry.find(name);
    expect(lookups).toEqual([]);
    await registry.find(names(1)[0] ?? '');
    expect(lookups).toHaveLength(1);
  });
});

describe('IssuerRegistry › eviction', () => {
  it('revokes the keys of the issuer that was used least recently', async () => {
    const registry = openRegistry(undefined, { max: 2 });
    const [a, b] = [await hold(registry, A), await hold(registry, B)];
    void registry.find(B);
    await hold(registry, C);
    expect([a.keySet.isUsable(), b.keySet.isUsable()]).toEqual([false, true]);
    expect(registry.list().map(({ issuer }) => issuer)).toEqual([C, B]);
    await expect(a.keySet.whenReady()).rejects.toMatchObject({ status: 503, issuer: A });
    const query = { alg: 'HS256', kid: undefined, hasSigned: () => true } as const;
    expect(() => a.keySet.findSigner(query)).toThrow(KeySetUnavailableError);
  });

  it('keeps an issuer whose cached tokens are in use, although they cause no lookup', async () => {
    const registry = openRegistry(undefined, { max: 2 });
    const [a, b] = [await hold(registry, A), await hold(registry, B)];
    await hold(registry, C);
    expect(a.keySet.isUsable()).toBe(false);
    for (let index = 0; index < 3; index += 1) {
      b.keySet.isUsable();
      await hold(registry, `https://next-${index}.example`);
    }
    expect(b.keySet.isUsable()).toBe(true);
  });

  it('holds no more issuers than the maximum', async () => {
    const registry = openRegistry(undefined, { max: 5 });
    for (let index = 0; index < 50; index += 1) await hold(registry, `https://t${index}.example`);
    expect(registry.list()).toHaveLength(5);
    expect(vi.getTimerCount()).toBe(5);
  });
});
