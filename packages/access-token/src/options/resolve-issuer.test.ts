import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createScopePolicy } from '../claims/scopes.js';
import { resolveIssuer, type ResolvedIssuer } from './resolve-issuer.js';
import { PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

const { publicKey, privateKey, publicJwk: jwk } = createKeyPair('P-256');
const REQUIRED = { issuer: 'https://as.example', audience: 'api' };

function resolve(options: Readonly<Record<string, unknown>>, allowHttp = false): ResolvedIssuer {
  return resolveIssuer({ ...REQUIRED, ...options }, { path: '', allowHttp });
}

function messageOf(options: Readonly<Record<string, unknown>>, allowHttp = false): string {
  return typeErrorMessageOf(() => resolve(options, allowHttp));
}

describe('resolveIssuer', () => {
  it('completes the required options with defaults', () => {
    expect(resolve({})).toEqual({
      issuer: 'https://as.example',
      audience: ['api'],
      audienceClaim: 'aud',
      algorithms: PUBLIC_KEY_ALGORITHMS,
      typ: 'auto',
      scopeClaims: ['scope', 'scp'],
      scopePolicy: createScopePolicy(['scope', 'scp'], 'auto'),
      ignoresSenderConstraint: false,
      keys: { jwksUri: undefined },
    });
  });

  it('returns frozen options that do not refer to the given ones', () => {
    const audience = ['api'];
    const resolved = resolve({ audience, algorithms: ['ES256'], scopeClaims: ['scope'] });
    audience.push('other');
    expect(resolved.audience).toEqual(['api']);
    const parts = [resolved, resolved.audience, resolved.algorithms, resolved.scopeClaims];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('names the path of an option in messages', () => {
    expect(() =>
      resolveIssuer({ issuer: 'https://as.example' }, { path: 'issuers[1].', allowHttp: false }),
    ).toThrow('option "issuers[1].audience" is missing');
  });
});

describe('resolveIssuer › messages', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'name a missing option',
      { issuer: undefined },
      'option "issuer" is missing; it must be the "iss" of the tokens, an https URL',
    ],
    ['name the type', { issuer: 1 }, 'an https URL without query and fragment, not a number'],
    ['name an object', { issuer: {} }, 'https URL without query and fragment, not an object'],
    ['name an array', { issuer: ['https://a.example'] }, 'and fragment, not an array'],
    ['name null', { audience: null }, 'an array of non-empty strings, not null'],
    ['name an empty array', { audience: [] }, 'an array of non-empty strings, not an empty array'],
    ['omit a type that may be right', { audience: ['a', 1] }, 'or an array of non-empty strings'],
    ['name a string instead of an array', { algorithms: 'ES256' }, ', not a string'],
    [
      'report a bad secret first',
      { secret: 'text', issuer: undefined },
      '"secret" must be a Uint8Array',
    ],
  ])('say what is wrong: they %s', (_case, options, message) => {
    expect(messageOf(options)).toContain(message);
  });
});

describe('resolveIssuer › dangerouslyIgnoreSenderConstraint', () => {
  it.each([
    [undefined, false],
    [false, false],
    [true, true],
  ])('may be %s', (value, expected) => {
    const options = { dangerouslyIgnoreSenderConstraint: value };
    expect(resolve(options).ignoresSenderConstraint).toBe(expected);
  });

  it.each([1, 'true', null, {}, []])('must not be %j', (value) => {
    expect(messageOf({ dangerouslyIgnoreSenderConstraint: value })).toBe(
      'option "dangerouslyIgnoreSenderConstraint" must be true or false',
    );
  });
});

describe('resolveIssuer › scopeClaims', () => {
  it.each([
    ['auto', ['scope', 'realm_access.roles'], true],
    ['jwt', ['permissions'], true],
    ['at+jwt', ['scope'], false],
  ] as const)('are prepared for reading with typ: %s', (typ, scopeClaims, acceptsScopeList) => {
    const { scopePolicy } = resolve({ typ, scopeClaims });
    expect(scopePolicy).toEqual(createScopePolicy(scopeClaims, typ));
    expect(scopePolicy.acceptsScopeList).toBe(acceptsScopeList);
    expect(Object.isFrozen(scopePolicy) && Object.isFrozen(scopePolicy.claims)).toBe(true);
  });
});

describe.each(['audience', 'scopeClaims'])('%s', (name) => {
  it.each([
    ['a', ['a']],
    [['a'], ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  ])('accepts one string or several: %j', (value, list) => {
    expect(resolve({ [name]: value })).toMatchObject({ [name]: list });
  });

  it.each([
    [''],
    [[]],
    [['']],
    [['a', '']],
    [null],
    [1],
    [true],
    [{}],
    [/a/],
    [['a', 1]],
    [[['a']]],
  ])('must be non-empty strings: %j', (value) => {
    expect(messageOf({ [name]: value })).toContain(
      `option "${name}" must be a non-empty string or an array of non-empty strings`,
    );
  });
});

it('resolveIssuer › audience is required', () => {
  const message =
    'option "audience" is missing; it must be the "aud" that tokens for this API have';
  expect(() =>
    resolveIssuer({ issuer: 'https://as.example' }, { path: '', allowHttp: false }),
  ).toThrow(message);
  expect(messageOf({ audience: undefined })).toBe(message);
});

describe('resolveIssuer › algorithms', () => {
  it.each([
    [['ES256'], ['ES256']],
    [
      ['PS256', 'RS256', 'PS256'],
      ['PS256', 'RS256'],
    ],
  ])('can be narrowed: %j', (algorithms, resolved) => {
    expect(resolve({ algorithms }).algorithms).toEqual(resolved);
  });

  it.each([[[]], ['ES256'], [null], [{}], [1]])('must be a non-empty array: %j', (value) => {
    expect(messageOf({ algorithms: value })).toContain(
      `option "algorithms" must be a non-empty array of ${PUBLIC_KEY_ALGORITHMS.join(', ')}`,
    );
  });

  it.each([
    [['none'], ''],
    [['None'], ''],
    [['HS256'], '; HS256 requires the option "secret"'],
    [['es256'], '; did you mean "ES256"?'],
    [['ES256', 'ES256K'], '; did you mean "ES256"?'],
    [[1], ''],
    [[undefined], ''],
  ])('must contain only known algorithms: %j', (algorithms, hint) => {
    expect(messageOf({ algorithms })).toBe(
      `option "algorithms" must contain only ${PUBLIC_KEY_ALGORITHMS.join(', ')}${hint}`,
    );
  });
});

describe('resolveIssuer › typ', () => {
  it.each(['auto', 'at+jwt', 'jwt'])('may be %s', (typ) => {
    expect(resolve({ typ }).typ).toBe(typ);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a secret', { secret: randomBytes(32) }, 'jwt'],
    ['a given JWKS', { jwks: { keys: [jwk] } }, 'auto'],
    ['the URL of a JWKS', { jwksUri: 'https://keys.example/jwks' }, 'auto'],
    ['a secret and "auto"', { secret: randomBytes(32), typ: 'auto' }, 'auto'],
    ['a secret and "at+jwt"', { secret: randomBytes(32), typ: 'at+jwt' }, 'at+jwt'],
  ])('is "jwt" by default only with a secret: %s', (_case, options, expected) => {
    expect(resolve(options).typ).toBe(expected);
  });

  it.each(['JWT', 'AT+JWT', 'application/at+jwt', '', null, false, 'any'])(
    'must not be %j',
    (typ) => {
      expect(messageOf({ typ })).toBe('option "typ" must be "auto", "at+jwt" or "jwt"');
    },
  );
});

describe('resolveIssuer › jwksUri', () => {
  it('is an https URL', () => {
    const { keys } = resolve({ jwksUri: 'https://keys.example/jwks?v=1' });
    expect(keys).toEqual({ jwksUri: new URL('https://keys.example/jwks?v=1') });
  });

  it.each([
    ['', 'must be an https URL'],
    [null, 'must be an https URL'],
    ['/jwks', 'must be an https URL'],
    [new URL('https://keys.example'), 'must be an https URL'],
    [
      'http://keys.example',
      'must be an https URL; http is only accepted for localhost, 127.0.0.0/8 and [::1]; use https or set "dangerouslyAllowHttp"',
    ],
    ['https://a:b@keys.example', 'must not contain a user or password'],
  ])('must not be %s', (jwksUri, expected) => {
    expect(messageOf({ jwksUri })).toBe(`option "jwksUri" ${expected}`);
  });
});

describe('resolveIssuer › jwks', () => {
  it('is imported immediately', () => {
    const { keys } = resolve({ jwks: { keys: [{ kty: 'bogus' }, { ...jwk, kid: 'k1' }] } });
    const ring = 'jwks' in keys ? keys.jwks : undefined;
    expect(ring?.size).toBe(1);
    expect(ring?.find('ES256', 'k1')).toHaveLength(1);
  });

  it.each([[null], ['{}'], [[]], [{}], [{ keys: {} }], [{ keys: null }]])(
    'must be a JWKS: %j',
    (jwks) => {
      expect(messageOf({ jwks })).toBe(
        'option "jwks" must be a JWKS: an object with a "keys" array',
      );
    },
  );

  it.each([
    [[], 'it has none'],
    [[{ kty: 'bogus' }, { ...jwk, d: 'AQAB' }], 'keys[0]: unsupported, keys[1]: private'],
  ])('must contain a usable key', (keys, why) => {
    expect(messageOf({ jwks: { keys } })).toBe(`option "jwks" must contain a usable key (${why})`);
  });

  it('must contain a key for one of the algorithms', () => {
    expect(messageOf({ jwks: { keys: [jwk] }, algorithms: ['RS256'] })).toBe(
      'option "jwks" must contain a usable key (keys[0]: unsupported)',
    );
  });
});

describe('resolveIssuer › secret', () => {
  it.each([
    ['octets', randomBytes(32)],
    ['a Uint8Array', new Uint8Array(32)],
    ['a key object', createSecretKey(randomBytes(32))],
  ])('is for HS256 by default: %s', (_case, secret) => {
    const { algorithms, keys } = resolve({ secret });
    expect(algorithms).toEqual(['HS256']);
    const ring = 'secret' in keys ? keys.secret : undefined;
    expect(ring?.find('HS256', undefined)).toHaveLength(1);
  });

  it.each([
    ['a public key', publicKey],
    ['a private key', privateKey],
    ['PEM', Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }))],
    [
      'a secret key made of PEM',
      createSecretKey(Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }))),
    ],
    ['a JWKS', new TextEncoder().encode(JSON.stringify({ keys: [jwk] }))],
    ['DER', publicKey.export({ format: 'der', type: 'spki' })],
  ])('must not be %s, which may be public', (_case, secret) => {
    expect(messageOf({ secret })).toBe(
      'option "secret" must not be a public key, a private key or a certificate; configure the keys ' +
        'of the issuer by "jwks", "jwksUri" or discovery instead, and "algorithms" if needed',
    );
  });

  it.each(['password', '', null, 1, {}, [1, 2], new ArrayBuffer(64)])(
    'must be bytes, not a string: %j',
    (secret) => {
      expect(messageOf({ secret })).toBe(
        'option "secret" must be a Uint8Array or a secret KeyObject, not text',
      );
    },
  );

  it('must not be a function that finds the key of a token', () => {
    expect(messageOf({ secret: () => randomBytes(32) })).toBe(
      'option "secret" must be a Uint8Array or a secret KeyObject, not a function; omit it for discovery, write "jwksUri", or write "issuers": { resolve } for many tenants',
    );
  });

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('must be at least as long as the hash of %s: %d octets', (alg, octets) => {
    const enough = resolve({ secret: randomBytes(octets), algorithms: [alg] });
    expect(enough.algorithms).toEqual([alg]);
    expect(messageOf({ secret: randomBytes(octets - 1), algorithms: [alg] })).toBe(
      `option "secret" must have at least ${octets} octets for ${alg}`,
    );
  });

  it('must be at least as long as the longest hash', () => {
    const algorithms = ['HS256', 'HS512'];
    expect(messageOf({ secret: randomBytes(63), algorithms })).toContain('64 octets for HS512');
    expect(messageOf({ secret: createSecretKey(Buffer.alloc(0)) })).toContain('32 octets');
  });

  it('cannot be used with an algorithm for public keys', () => {
    expect(messageOf({ secret: randomBytes(64), algorithms: ['HS256', 'RS256'] })).toBe(
      'option "algorithms" must contain only HS256, HS384, HS512; did you mean "HS256"?',
    );
  });
});

describe('resolveIssuer › several key sources', () => {
  const sources = {
    jwksUri: 'https://as.example/jwks',
    jwks: { keys: [jwk] },
    secret: randomBytes(32),
  };

  it.each([
    ['jwksUri', 'jwks'],
    ['jwksUri', 'secret'],
    ['jwks', 'secret'],
  ] as const)('exclude each other: %s and %s', (one, other) => {
    expect(messageOf({ [one]: sources[one], [other]: sources[other] })).toBe(
      `option "${one}" cannot be combined with "${other}"`,
    );
  });

  it('names all of them', () => {
    expect(messageOf(sources)).toBe('option "jwksUri" cannot be combined with "jwks" or "secret"');
  });

  it('ignores those that are undefined', () => {
    const { keys } = resolve({ jwksUri: undefined, jwks: undefined, secret: undefined });
    expect(keys).toEqual({ jwksUri: undefined });
  });
});

it('resolveIssuer › no message contains a secret', () => {
  const secret = createSecretKey(Buffer.from('what-no-one-may-read'));
  expect(messageOf({ secret })).not.toContain('no-one');
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  expect(messageOf({ secret: pem })).not.toContain('BEGIN');
});
