import { describe, expect, it } from 'vitest';
import {
  assertKnownOptions,
  givenType,
  didYouMean,
  invalidOption,
  isPlainObject,
  optionalBoolean,
  optionalClock,
  optionalFunction,
  optionalNumber,
  optionalStrings,
} from './option-checks.js';

describe('invalidOption', () => {
  it('is a TypeError that names the option and what must hold', () => {
    const error = invalidOption('keySet.timeoutMs', 'must be a number');
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('option "keySet.timeoutMs" must be a number');
  });
});

describe('assertKnownOptions', () => {
  it.each([{}, { issuer: 'a' }, { issuer: undefined }, Object.create(null)])(
    'accepts known options: %j',
    (options: unknown) => {
      expect(() => {
        assertKnownOptions('createThing', options, ['issuer']);
      }).not.toThrow();
    },
  );

  it.each([[undefined], [null], ['issuer'], [1], [['issuer']], [() => 'issuer']])(
    'throws when the options are not an object: %j',
    (options) => {
      expect(() => {
        assertKnownOptions('createThing', options, ['issuer']);
      }).toThrow(new TypeError('createThing expects an options object'));
    },
  );

  it.each([
    ['option "thing"', 'option "thing" must be an object'],
    ['a thing', 'a thing must be an object'],
    ['things()', 'things() expects an options object'],
  ])('throws for an invalid object: %s', (where, message) => {
    expect(() => {
      assertKnownOptions(where, undefined, []);
    }).toThrow(new TypeError(message));
  });

  it('names an unknown option and the nearest known one', () => {
    expect(() => {
      assertKnownOptions('createThing', { isuer: 'a' }, ['audience', 'issuer']);
    }).toThrow(new TypeError('createThing has no option "isuer"; did you mean "issuer"?'));
  });

  it('suggests no name when none is near', () => {
    expect(() => {
      assertKnownOptions('createThing', { frobnicate: 1 }, ['audience', 'issuer']);
    }).toThrow(new TypeError('createThing has no option "frobnicate"'));
  });

  it.each([
    ['pem', 'createThing has no option "pem"; write "key": the key as a JWK'],
    ['issuers', 'createThing has no option "issuers"; did you mean "issuer"?'],
    ['constructor', 'createThing has no option "constructor"'],
  ])('suggests what to write instead of %s, where it has a hint', (name, message) => {
    expect(() => {
      assertKnownOptions(
        'createThing',
        { [name]: 1 },
        { names: ['issuer'], hints: { pem: 'write "key": the key as a JWK' } },
      );
    }).toThrow(new TypeError(message));
  });

  it('throws for an unknown option that is undefined', () => {
    expect(() => {
      assertKnownOptions('createThing', { isuer: undefined }, ['issuer']);
    }).toThrow('createThing has no option "isuer"');
  });
});

describe('didYouMean', () => {
  const known = [
    'issuer',
    'jwksUri',
    'jwks',
    'secret',
    'audience',
    'algorithms',
    'typ',
    'scopeClaims',
    'issuers',
    'clockToleranceSeconds',
    'tokenCache',
    'keySet',
    'clock',
    'fetch',
    'scopes',
  ];

  it.each([
    ['isuer', 'issuer'],
    ['Issuer', 'issuer'],
    ['issuerUrl', 'issuer'],
    ['iss', 'issuer'],
    ['aud', 'audience'],
    ['audiences', 'audience'],
    ['jwks_uri', 'jwksUri'],
    ['jwksUrl', 'jwksUri'],
    ['jwks-uri', 'jwksUri'],
    ['scope', 'scopes'],
    ['clockTolerance', 'clockToleranceSeconds'],
    ['clockToleranceSecs', 'clockToleranceSeconds'],
    ['alg', 'algorithms'],
    ['type', 'typ'],
    ['tokenCahce', 'tokenCache'],
  ])('suggests for "%s" the name "%s"', (name, nearest) => {
    expect(didYouMean(name, known)).toBe(`; did you mean "${nearest}"?`);
  });

  it.each(['', 'x', 'ab', 'frobnicate', 'constructor', '__proto__'])(
    'suggests nothing for "%s"',
    (name) => {
      expect(didYouMean(name, known)).toBe('');
    },
  );

  it('suggests nothing without known names', () => {
    expect(didYouMean('issuer', [])).toBe('');
  });
});

describe('optionalNumber', () => {
  it.each([0, 5, 300, 0.5])('reads a number within the range: %d', (value) => {
    expect(optionalNumber({ n: value }, 'n', { min: 0, max: 300 })).toBe(value);
  });

  it('is undefined when the option is omitted', () => {
    expect(optionalNumber({}, 'n', { min: 0 })).toBeUndefined();
    expect(optionalNumber({ n: undefined }, 'n', { min: 0 })).toBeUndefined();
  });

  it.each([-1, 301, NaN, Infinity, -Infinity, '5', 5n, null, true, [5], {}])(
    'throws for %s',
    (value) => {
      expect(() => optionalNumber({ n: value }, 'n', { min: 0, max: 300 })).toThrow(
        new TypeError('option "n" must be a number from 0 to 300'),
      );
    },
  );

  it.each([0, Infinity])('throws without an upper limit: %d', (value) => {
    expect(() => optionalNumber({ n: value }, 'n', { min: 1, path: 'keySet.' })).toThrow(
      new TypeError('option "keySet.n" must be a number of at least 1'),
    );
  });
});

describe('optionalNumber › integers', () => {
  it.each([undefined, 1, 60_000])('reads %j', (timeoutMs) => {
    expect(
      optionalNumber({ timeoutMs }, 'timeoutMs', { min: 1, max: 60_000, isInteger: true }),
    ).toBe(timeoutMs);
  });

  it.each([0, 1.5, 60_001, '1', NaN, Infinity, null])('refuses %j', (timeoutMs) => {
    expect(() =>
      optionalNumber({ timeoutMs }, 'timeoutMs', { min: 1, max: 60_000, isInteger: true }),
    ).toThrow(new TypeError('option "timeoutMs" must be an integer from 1 to 60000'));
  });

  it('names the prefix of the option, and only the lower limit without an upper one', () => {
    expect(() =>
      optionalNumber({ a: 0 }, 'a', { min: 1, path: 'cache.', isInteger: true }),
    ).toThrow(new TypeError('option "cache.a" must be an integer of at least 1'));
  });
});

describe('optionalBoolean', () => {
  it.each([
    [true, true],
    [false, false],
    [undefined, false],
  ])('reads %s', (value, read) => {
    expect(optionalBoolean({ b: value }, 'b')).toBe(read);
  });

  it.each([0, 1, 'true', null, {}])('throws for %j', (value) => {
    expect(() => optionalBoolean({ b: value }, 'b')).toThrow(
      new TypeError('option "b" must be true or false'),
    );
  });
});

describe('optionalStrings', () => {
  it('reads an array of non-empty strings; undefined when it is omitted', () => {
    expect(optionalStrings({ s: ['a', 'b'] }, 's')).toEqual(['a', 'b']);
    expect(optionalStrings({ s: [] }, 's')).toEqual([]);
    expect(optionalStrings({}, 's')).toBeUndefined();
  });

  it.each([null, 'a', [''], ['a', 1], {}])('throws for %j', (value) => {
    expect(() => optionalStrings({ s: value }, 's')).toThrow(
      new TypeError('option "s" must be an array of non-empty strings'),
    );
  });
});

describe('optionalFunction', () => {
  it('reads a function; undefined when it is omitted', () => {
    expect(optionalFunction({ f: Date.now }, 'f')).toBe(Date.now);
    expect(optionalFunction({}, 'f')).toBeUndefined();
  });

  it.each([null, 0, 'f', {}, []])('throws for %j', (value) => {
    expect(() => optionalFunction({ f: value }, 'f')).toThrow(
      new TypeError('option "f" must be a function'),
    );
  });
});

describe('optionalClock', () => {
  it('reads a clock; Date.now when it is omitted', () => {
    expect(optionalClock({ clock: () => 1.5 }, 'clock')()).toBe(1.5);
    expect(optionalClock({}, 'clock')).toBe(Date.now);
  });

  it.each([null, 0, 'now', {}, new Date()])('throws for %j', (value) => {
    expect(() => optionalClock({ clock: value }, 'clock')).toThrow(
      new TypeError('option "clock" must be a function'),
    );
  });

  it.each([NaN, undefined, null, 'x', Infinity, -Infinity, {}, 1n])(
    'returns a clock that throws instead of returning %s',
    (time) => {
      const clock = optionalClock({ clock: () => time }, 'clock');
      const message = 'option "clock" must return a finite number of milliseconds';
      expect(clock).toThrow(new TypeError(message));
    },
  );
});

describe('isPlainObject', () => {
  it.each([
    ['an object', {}, true],
    ['an object without prototype', Object.create(null), true],
    ['null', null, false],
    ['a list', [], false],
    ['a function', () => undefined, false],
    ['text', 'a', false],
    ['undefined', undefined, false],
  ])('is right about %s', (_case, value: unknown, isObject) => {
    expect(isPlainObject(value)).toBe(isObject);
  });
});

describe('givenType', () => {
  it.each<[unknown, string]>([
    [undefined, ', not undefined'],
    [null, ', not null'],
    [1, ', not a number'],
    ['a secret value', ', not a string'],
    [{}, ', not an object'],
    [[], ', not an empty array'],
    [['a'], ', not an array'],
    [() => 1, ', not a function'],
  ])('formats only the type of %o', (value, type) => {
    expect(givenType(value)).toBe(type);
  });
});

describe('assertKnownOptions, hints', () => {
  const hints = { jwtFromRequest: 'write "credentials"' };

  it('suggest what to write instead of names of other libraries', () => {
    expect(() => {
      assertKnownOptions('f', { jwtFromRequest: 1 }, { names: ['credentials'], hints });
    }).toThrow(new TypeError('f has no option "jwtFromRequest"; write "credentials"'));
  });

  it.each(['toString', 'constructor', '__proto__'])('are not inherited members: %s', (name) => {
    const options = JSON.parse(`{"${name}":1}`) as object;
    expect(() => {
      assertKnownOptions('f', options, { names: ['credentials'], hints });
    }).toThrow(new TypeError(`f has no option "${name}"`));
  });
});
