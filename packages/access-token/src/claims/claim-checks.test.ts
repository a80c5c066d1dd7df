import { InvalidTokenError, type InvalidTokenReason } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import {
  assertNotSenderConstrained,
  assertRequiredClaims,
  checkAudience,
  checkLifetime,
  checkTimes,
  readScopes,
  readString,
  readTimes,
  type TokenTimes,
} from './claim-checks.js';

type Claims = Readonly<Record<string, unknown>>;

function reasonOf(check: () => unknown): InvalidTokenReason | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidTokenError) return error.reason;
    throw error;
  }
}

describe('readString', () => {
  it.each([
    [{ sub: 'u1' }, 'u1'],
    [{ sub: '' }, ''],
    [{}, undefined],
    [Object.create({ sub: 'u1' }) as Claims, undefined],
  ])('reads %j', (claims, value) => {
    expect(readString(claims, 'sub')).toBe(value);
  });

  it.each([5, 0, null, true, {}, [], ['u1']])('refuses what is no string: %j', (sub) => {
    expect(reasonOf(() => readString({ sub }, 'sub'))).toBe('claim');
  });
});

describe('checkAudience', () => {
  const expected = ['https://rs.example', 'urn:rs'];

  it.each<[unknown, string[]]>([
    ['https://rs.example', ['https://rs.example']],
    ['urn:rs', ['urn:rs']],
    [['https://rs.example'], ['https://rs.example']],
    [
      ['x', 'https://rs.example'],
      ['x', 'https://rs.example'],
    ],
    [
      ['urn:rs', 'urn:rs'],
      ['urn:rs', 'urn:rs'],
    ],
  ])('takes one that is ours, and shows all: %j', (aud, audience) => {
    expect(checkAudience({ aud }, expected)).toEqual(audience);
  });

  it.each([
    'https://rs.example/',
    'https://rs.example.evil',
    'https://rs.exampl',
    'HTTPS://RS.EXAMPLE',
    ' https://rs.example',
    'https://rs.example,urn:rs',
    '',
    [],
    [''],
    ['x', 'y'],
  ])('refuses another one: %j', (aud) => {
    expect(reasonOf(() => checkAudience({ aud }, expected))).toBe('audience');
  });

  it.each([{}, Object.create({ aud: 'urn:rs' }) as Claims])('refuses none', (claims) => {
    expect(reasonOf(() => checkAudience(claims, expected))).toBe('audience');
  });

  it.each([5, null, true, {}, ['https://rs.example', 1], [null], [['urn:rs']]])(
    'refuses what is neither a string nor a list of strings: %j',
    (aud) => {
      expect(reasonOf(() => checkAudience({ aud }, expected))).toBe('claim');
    },
  );

  it('compares code points: NFC is not NFD', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    expect(reasonOf(() => checkAudience({ aud: decomposed }, [composed]))).toBe('audience');
  });

  it('shows a list that nobody can change', () => {
    expect(Object.isFrozen(checkAudience({ aud: 'urn:rs' }, expected))).toBe(true);
  });

  it.each<[unknown, unknown, string | undefined]>([
    ['urn:rs', undefined, undefined],
    ['urn:rs', ['x', 'urn:rs'], undefined],
    ['urn:rs', 'x', 'audience'],
    ['x', 'urn:rs', 'audience'],
    [undefined, 'urn:rs', 'audience'],
    [7, undefined, 'claim'],
  ])('holds client_id %j, where that names the audience, and aud %j', (client_id, aud, reason) => {
    const claims = JSON.parse(JSON.stringify({ client_id, aud })) as Record<string, unknown>;
    const check = (): unknown => checkAudience(claims, expected, 'client_id');
    if (reason === undefined) expect(check()).toEqual([client_id]);
    else expect(check).toThrow(expect.objectContaining({ reason }));
  });
});

describe('readTimes', () => {
  it('reads all three', () => {
    expect(readTimes({ exp: 3, nbf: 2.5, iat: 1 })).toEqual({
      expiresAt: 3,
      notBefore: 2.5,
      issuedAt: 1,
    });
    expect(readTimes({ exp: 0 })).toEqual({
      expiresAt: 0,
      notBefore: undefined,
      issuedAt: undefined,
    });
  });

  it('needs "exp"', () => {
    expect(reasonOf(() => readTimes({ nbf: 1, iat: 1 }))).toBe('claim');
    expect(reasonOf(() => readTimes(Object.create({ exp: 1 }) as Claims))).toBe('claim');
  });

  it.each([
    ['text', '1999999999'],
    ['null', null],
    ['true', true],
    ['a list', [1]],
    ['an object', {}],
    ['infinity', JSON.parse('1e400')],
    ['not a number', NaN],
    ['a negative number', -1],
    ['1e308', 1e308],
    ['milliseconds', 1_999_999_999_000],
    ['the first second of the year 10000', 253_402_300_800],
  ])('refuses what is no NumericDate: %s', (_case, value: unknown) => {
    expect(reasonOf(() => readTimes({ exp: value }))).toBe('claim');
    expect(reasonOf(() => readTimes({ exp: 1, nbf: value }))).toBe('claim');
    expect(reasonOf(() => readTimes({ exp: 1, iat: value }))).toBe('claim');
  });

  it('takes the last second of the year 9999', () => {
    expect(readTimes({ exp: 253_402_300_799 }).expiresAt).toBe(253_402_300_799);
  });
});

describe('checkTimes', () => {
  const NOW = 1_900_000_000;
  const times: TokenTimes = { expiresAt: NOW + 60, notBefore: undefined, issuedAt: undefined };

  function reasonAt(
    changes: Partial<TokenTimes>,
    clockToleranceSeconds: number,
    maxLifetimeSeconds = Infinity,
  ): InvalidTokenReason | undefined {
    const policy = { clockToleranceSeconds, maxLifetimeSeconds };
    return reasonOf(() => {
      checkTimes({ ...times, ...changes }, NOW, policy);
      checkLifetime({ ...times, ...changes }, policy);
    });
  }

  it.each([
    [NOW + 1, 0, undefined],
    [NOW + 0.001, 0, undefined],
    [NOW, 0, 'expired'],
    [NOW - 1, 0, 'expired'],
    [0, 0, 'expired'],
    [NOW - 4, 5, undefined],
    [NOW - 5, 5, 'expired'],
    [NOW - 300, 300, 'expired'],
  ])('is strictly before "exp": %d with a tolerance of %d: %s', (expiresAt, tolerance, reason) => {
    expect(reasonAt({ expiresAt }, tolerance)).toBe(reason);
  });

  it.each(['notBefore', 'issuedAt'] as const)('is not before %s', (name) => {
    expect(reasonAt({ [name]: NOW }, 0)).toBeUndefined();
    expect(reasonAt({ [name]: NOW + 0.5 }, 0)).toBe('not_yet_valid');
    expect(reasonAt({ [name]: NOW + 5 }, 5)).toBeUndefined();
    expect(reasonAt({ [name]: NOW + 6 }, 5)).toBe('not_yet_valid');
    expect(reasonAt({ [name]: 0 }, 0)).toBeUndefined();
  });

  it.each([NaN, undefined, 'x'])('refuses every token at the time %s', (time) => {
    const policy = { clockToleranceSeconds: 5, maxLifetimeSeconds: Infinity };
    expect(reasonOf(() => checkTimes(times, time as number, policy))).toBe('expired');
  });

  it('tells when the token is acceptable, tolerance included', () => {
    const policy = { clockToleranceSeconds: 5, maxLifetimeSeconds: Infinity };
    const bounds = { notBefore: NOW - 60, issuedAt: NOW - 30 };
    expect(checkTimes({ ...times, ...bounds }, NOW, policy)).toEqual({
      validFrom: NOW - 35,
      validUntil: NOW + 65,
    });
  });

  it('needs both "nbf" and "iat" to have come', () => {
    expect(reasonAt({ notBefore: NOW - 1, issuedAt: NOW + 1 }, 0)).toBe('not_yet_valid');
    expect(reasonAt({ notBefore: NOW + 1, issuedAt: NOW - 1 }, 0)).toBe('not_yet_valid');
  });

  it('reports expiry before all else', () => {
    expect(reasonAt({ expiresAt: NOW - 1, notBefore: NOW + 1 }, 0, 1)).toBe('expired');
  });

  it.each([
    [60, 60, undefined],
    [61, 60, 'lifetime'],
    [60.5, 60, 'lifetime'],
    [1e9, Infinity, undefined],
  ])('bounds the lifetime: %d of %d seconds: %s', (seconds, maxLifetime, reason) => {
    const issuedAt = NOW - 10;
    expect(reasonAt({ issuedAt, expiresAt: issuedAt + seconds }, 0, maxLifetime)).toBe(reason);
  });

  it('needs "iat" where the lifetime is bounded', () => {
    expect(reasonAt({}, 0, 3600)).toBe('claim');
  });

  it('gives no tolerance to the lifetime', () => {
    const issuedAt = NOW - 10;
    expect(reasonAt({ issuedAt, expiresAt: issuedAt + 61 }, 300, 60)).toBe('lifetime');
  });
});

describe('readScopes', () => {
  const names = ['scope', 'scp'];

  it.each<[Claims, string[]]>([
    [{}, []],
    [{ scope: '' }, []],
    [{ scope: 'read' }, ['read']],
    [{ scope: ' write  read ' }, ['write', 'read']],
    [{ scope: 'read\twrite' }, ['read\twrite']],
    [{ scp: 'read write' }, ['read', 'write']],
    [{ scp: ['read', 'write'] }, ['read', 'write']],
    [{ scp: [] }, []],
    [{ scp: ['read write'] }, ['read write']],
    [{ scp: ['', 'read'] }, ['read']],
    [{ scope: 'read', scp: ['write', 'read'] }, ['read', 'write']],
    [{ scope: 'read', scp: 'write' }, ['read', 'write']],
    [{ permissions: ['admin'] }, []],
    [Object.create({ scope: 'admin' }) as Claims, []],
  ])('reads all that are present: %j', (claims, scopes) => {
    expect([...readScopes(claims, names)]).toEqual(scopes);
  });

  it('reads the claims that are named, and no others', () => {
    const claims = { scope: 'read', permissions: ['write'], 'https://x.example/roles': 'admin' };
    expect([...readScopes(claims, ['permissions'])]).toEqual(['write']);
    expect([...readScopes(claims, ['https://x.example/roles'])]).toEqual(['admin']);
    expect([...readScopes(claims, [])]).toEqual([]);
  });

  it.each([[['read']], [5], [null], [true], [{}]])(
    'refuses a "scope" that is no string: %j',
    (scope) => {
      expect(reasonOf(() => readScopes({ scope }, names))).toBe('claim');
      expect(reasonOf(() => readScopes({ scope, scp: 'read' }, names))).toBe('claim');
    },
  );

  it.each([[['read', 1]], [[['read']]], [5], [null], [true], [{ read: true }]])(
    'refuses another claim that is neither a string nor a list of strings: %j',
    (scp) => {
      expect(reasonOf(() => readScopes({ scp }, names))).toBe('claim');
    },
  );
});

describe('assertNotSenderConstrained', () => {
  it.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, { kid: 'x' }, {}, null, 'x'])(
    'refuses a bound token, whatever it is bound to: %j',
    (cnf) => {
      expect(
        reasonOf(() => {
          assertNotSenderConstrained({ cnf });
        }),
      ).toBe('sender_constraint');
    },
  );

  it('lets others pass', () => {
    expect(() => {
      assertNotSenderConstrained({ sub: 'u1' });
    }).not.toThrow();
  });
});

describe('assertRequiredClaims', () => {
  const claims = { sub: 'u1', client_id: 'c1', iat: 1, jti: 't1' };

  it('lets a token with all of them pass', () => {
    expect(() => {
      assertRequiredClaims(claims);
    }).not.toThrow();
  });

  it.each(Object.keys(claims))('needs %s', (name) => {
    const others = Object.fromEntries(Object.entries(claims).filter(([other]) => other !== name));
    expect(
      reasonOf(() => {
        assertRequiredClaims(others);
      }),
    ).toBe('claim');
  });
});
