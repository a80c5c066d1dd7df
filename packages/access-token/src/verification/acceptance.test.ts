import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { CommonOptions } from '../options/options.js';
import type { AccessTokenVerifier } from '../access-token-verifier.js';
import { createAccessTokenVerifier } from '../verifier.js';
import { internalsOf } from '../verifier-internals.js';

const HOUR = 3_600_000;

/** An asynchronous schema that settles on demand. */
class SlowSchema implements StandardSchemaV1<unknown, unknown> {
  asked = 0;
  readonly #waiting: (() => void)[] = [];
  readonly '~standard': StandardSchemaV1<unknown, unknown>['~standard'] = {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      this.asked += 1;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return { value };
    },
  };

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

let issuer: TestIssuer;
let schema: SlowSchema;
let verifier: AccessTokenVerifier<unknown>;

beforeEach(async () => {
  issuer = await createTestIssuer({ alg: 'ES256' });
  issuer.setHeaders('jwks', { 'cache-control': 'max-age=60' });
  schema = new SlowSchema();
});

afterEach(async () => {
  verifier.close();
  await issuer.close();
});

async function open(options: CommonOptions<unknown> = {}): Promise<void> {
  verifier = createAccessTokenVerifier({ ...issuer.options(), claims: schema, ...options });
  await verifier.ready();
}

/** Why a token is not accepted; `accepted` when it is. */
async function outcomeOf(verifying: Promise<unknown>): Promise<unknown> {
  try {
    await verifying;
    return 'accepted';
  } catch (error) {
    return error instanceof InvalidTokenError ? error.reason : error;
  }
}

describe.each([
  ['with a token cache', {}],
  ['without a token cache', { tokenCache: false }],
] as const)(
  'Acceptance › token that lapses during an asynchronous schema, %s',
  (_case, options) => {
    /** Outcomes of the first caller, and of one who joins when something has happened. */
    async function outcomes(token: string, happen: () => unknown): Promise<unknown[]> {
      await open(options);
      const first = outcomeOf(verifier.verify(token));
      await happen();
      const joined = outcomeOf(verifier.verify(token));
      schema.answer();
      return await Promise.all([first, joined]);
    }

    it('is refused to the first caller and to all who joined when it expires', async () => {
      const token = await issuer.mint({ expiresInSeconds: 60 });
      const found = await outcomes(token, () => {
        issuer.clock.advance(HOUR);
      });
      expect(found).toEqual(['expired', 'expired']);
      expect(internalsOf(verifier).findCached(token)).toBeUndefined();
    });

    it('is refused when the clock is set back before its start', async () => {
      const token = await issuer.mint();
      const found = await outcomes(token, () => {
        issuer.clock.advance(-HOUR);
      });
      expect(found).toEqual(['not_yet_valid', 'not_yet_valid']);
    });

    it('is refused when its key is withdrawn', async () => {
      const token = await issuer.mint({ expiresInSeconds: 7_200 });
      const found = await outcomes(token, async () => {
        await issuer.rotateKey({ keepOld: false });
        const other = await issuer.mint();
        void outcomeOf(verifier.verify(other));
        await expect.poll(() => schema.asked).toBe(2);
      });
      expect(found).toEqual(['key', 'key']);
    });

    it('is accepted for all when nothing has changed', async () => {
      const found = await outcomes(await issuer.mint(), () => undefined);
      expect(found).toEqual(['accepted', 'accepted']);
    });
  },
);

describe('Acceptance › token that lapses while callers wait for its keys', () => {
  it('is refused to callers who joined', async () => {
    /** A synchronous schema that takes an hour. */
    const claims: StandardSchemaV1<unknown, unknown> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          issuer.clock.advance(HOUR);
          return { value };
        },
      },
    };
    verifier = createAccessTokenVerifier({ ...issuer.options(), claims });
    const token = await issuer.mint({ expiresInSeconds: 60 });
    const callers = Array.from({ length: 3 }, () => outcomeOf(verifier.verify(token)));
    expect(await Promise.all(callers)).toEqual(['accepted', 'expired', 'expired']);
  });
});

describe('Acceptance › outage during an asynchronous schema', () => {
  it.each([
    ['accepts the token while stale keys may be used', undefined],
    ['rejects with 503 when they may not', 0],
  ])('%s', async (_case, maxStaleMs) => {
    await open({ keySet: { maxStaleMs } });
    const first = outcomeOf(verifier.verify(await issuer.mint({ expiresInSeconds: 7_200 })));
    await issuer.stop();
    issuer.clock.advance(HOUR);
    schema.answer();
    const expected = maxStaleMs === 0 ? expect.any(KeySetUnavailableError) : 'accepted';
    expect(await first).toEqual(expected);
  });
});

describe('Acceptance › claims that are not shareable', () => {
  class Roles {
    readonly roles = new Set(['user']);
  }
  let asked = 0;
  /** A schema whose value is an instance of a class, with a `Set` in it. */
  const rolesSchema = (isLate: boolean): StandardSchemaV1<unknown, Roles> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => {
        asked += 1;
        const answer = { value: new Roles() };
        return isLate ? Promise.resolve(answer) : answer;
      },
    },
  });

  beforeEach(() => {
    asked = 0;
  });

  it.each([false, true])('are created for each request; asynchronous: %s', async (isLate) => {
    const claims = rolesSchema(isLate);
    const roles = createAccessTokenVerifier({ ...issuer.options(), claims });
    verifier = roles;
    const token = await issuer.mint();
    // The first two wait together for the keys.
    const verified = await Promise.all([roles.verify(token), roles.verify(token)]);
    verified.push(await roles.verify(token), await roles.verify(token));
    for (const [at, { claims }] of verified.entries()) {
      expect([...claims.roles]).toEqual(['user']);
      claims.roles.add(`admin ${at}`);
    }
    expect(new Set(verified.map(({ claims }) => claims)).size).toBe(4);
    expect(asked).toBe(4);
  });

  it('need no second signature check, and expire with the token', async () => {
    const roles = createAccessTokenVerifier({ ...issuer.options(), claims: rolesSchema(false) });
    verifier = roles;
    const token = await issuer.mint({ expiresInSeconds: 60 });
    await roles.verify(token);
    expect(internalsOf(roles).verifyMaybeSync(token)).not.toBeInstanceOf(Promise);
    expect(await roles.explain(token)).toMatchObject({ cached: true });
    expect(internalsOf(roles).findCached(token)).toBeUndefined();
    issuer.clock.advance(HOUR);
    expect(await outcomeOf(roles.verify(token))).toBe('expired');
  });
});

describe('Acceptance › refusal of callers who wait together', () => {
  it('is another error for each of them, because guards add their own scope to it', async () => {
    const waiting = createAccessTokenVerifier(issuer.options());
    verifier = waiting;
    const token = await issuer.mint({ audience: 'https://other.example.com' });
    const errors = await Promise.all(
      [1, 2, 3].map(() => waiting.verify(token).catch((error: unknown) => error)),
    );
    expect(errors.map((error) => error instanceof InvalidTokenError && error.reason)).toEqual(
      errors.map(() => 'audience'),
    );
    expect(new Set(errors).size).toBe(3);
  });
});

describe('Acceptance › clock that returns no time', () => {
  it.each([NaN, undefined, null, 'x', Infinity, -Infinity, {}, 1n])(
    'accepts no token, neither a new one nor a cached one: %s',
    async (time) => {
      let isBroken = false;
      const clock = (): number => (isBroken ? (time as number) : issuer.clock());
      await open({ clock, claims: undefined });
      const [known, fresh] = [await issuer.mint(), await issuer.forge.expired()];
      await verifier.verify(known);
      isBroken = true;
      const error = new TypeError('option "clock" must return a finite number of milliseconds');
      expect(await outcomeOf(verifier.verify(known))).toEqual(error);
      expect(await outcomeOf(verifier.verify(fresh))).toEqual(error);
      expect(() => internalsOf(verifier).findCached(known)).toThrow(error);
      expect(() => verifier.health()).toThrow(error);
    },
  );

  it('does not end the process from a timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let time: number = Date.now();
    const jwks = { keys: await issuer.publicKeys() };
    const fetch = vi.fn(() => Promise.resolve(Response.json(jwks)));
    const { jwksUri } = issuer;
    const options = { ...issuer.options(), jwksUri, fetch, clock: () => time };
    verifier = createAccessTokenVerifier(options);
    await verifier.ready();
    const before = time;
    time = NaN;
    // Were the failure of the clock not caught, it would be an unhandled rejection here.
    await vi.advanceTimersByTimeAsync(HOUR);
    time = before + 10 * 60_000;
    await verifier.ready();
    expect(fetch).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it('accepts no token while it throws', async () => {
    const broken = new RangeError('no clock');
    let isBroken = false;
    const clock = (): number => {
      if (isBroken) throw broken;
      return issuer.clock();
    };
    await open({ clock, claims: undefined });
    const token = await issuer.mint();
    await verifier.verify(token);
    isBroken = true;
    expect(await outcomeOf(verifier.verify(token))).toBe(broken);
  });
});

describe('Acceptance › size of schema values', () => {
  it.each([
    ['are cached when they fit', 10, 1],
    ['are not cached when they alone exceed the cache', 40_000, 2],
  ])('%s', async (_case, length, times) => {
    let asked = 0;
    const validate = (): { value: unknown } => {
      asked += 1;
      return { value: { text: 'x'.repeat(length) } };
    };
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const;
    await open({ claims, tokenCache: { maxBytes: 65_536 } });
    const token = await issuer.mint();
    await verifier.verify(token);
    await verifier.verify(token);
    expect(asked).toBe(times);
  });
});

describe('Acceptance › application that has replaced Promise', () => {
  /** As zone.js does: the promises of async functions are not instances of it. */
  class ReplacedPromise<Value> extends Promise<Value> {}

  beforeEach(() => {
    vi.stubGlobal('Promise', ReplacedPromise);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('waits for an asynchronous schema', async () => {
    await open();
    const verifying = outcomeOf(verifier.verify(await issuer.mint()));
    schema.answer();
    await expect(verifying).resolves.toBe('accepted');
  });

  it('waits for keys, and refuses a forged token', async () => {
    verifier = createAccessTokenVerifier(issuer.options());
    const forged = await issuer.forge.tampered();
    await expect(outcomeOf(verifier.verify(forged))).resolves.toBe('signature');
  });
});
