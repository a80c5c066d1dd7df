import { describe, expect, it } from 'vitest';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import type { AccessTokenVerifierOptions } from './options.js';
import { type ResolvedOptions, resolveOptions, VERIFIER_OPTIONS } from './resolve-options.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

const REQUIRED = { issuer: 'https://as.example', audience: 'api' };
const DAY = 86_400_000;

/** Resolves options that may not compile. */
function resolve(options: unknown): ResolvedOptions<unknown> {
  return resolveOptions(options as AccessTokenVerifierOptions<unknown>);
}

function messageOf(options: unknown): string {
  return typeErrorMessageOf(() => resolve(options));
}

const messageWith = (options: object): string => messageOf({ ...REQUIRED, ...options });

describe('resolveOptions', () => {
  it('completes the required options with defaults', () => {
    const { issuers, clampLifetimeMs, ...others } = resolve(REQUIRED);
    expect(issuers.map(({ issuer }) => issuer)).toEqual(['https://as.example']);
    expect(others).toEqual({
      clockToleranceSeconds: 5,
      maxLifetimeSeconds: Infinity,
      maxTokenBytes: 16_384,
      tokenCache: { maxEntries: 10_000, maxBytes: 33_554_432 },
      claims: undefined,
      maxStaleMs: DAY,
      timeoutMs: 5_000,
      clock: Date.now,
      fetch: expect.any(Function) as unknown,
      allowHttp: false,
      audiences: ['api'],
      possession: { dpop: undefined, mtls: undefined, senderConstraint: undefined },
    });
    expect([undefined, -1, 0, 120_000, 30 * DAY].map(clampLifetimeMs)).toEqual([
      600_000,
      60_000,
      60_000,
      120_000,
      DAY,
    ]);
  });

  it('treats undefined as absent', () => {
    const open = Object.fromEntries(
      VERIFIER_OPTIONS.filter((name) => !(name in REQUIRED)).map((name) => [name, undefined]),
    );
    const clampLifetimeMs: unknown = expect.any(Function);
    const defaults = { ...resolve(REQUIRED), clampLifetimeMs };
    expect(resolve({ ...REQUIRED, ...open })).toEqual(defaults);
  });

  it('neither keeps nor changes the given object', () => {
    const audience = Object.freeze(['api']);
    const options = Object.freeze({ ...REQUIRED, audience, keySet: Object.freeze({}) });
    const resolved = resolve(options);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(resolved.issuers[0]?.audience).not.toBe(audience);
  });

  it.each([undefined, null, 'https://as.example', [], 1])('expects an object: %j', (options) => {
    expect(messageOf(options)).toBe('createAccessTokenVerifier expects an options object');
  });

  it.each([
    ['issuerBaseURL', 'write "issuer", exactly as the tokens name it in "iss"'],
    ['tokenSigningAlg', 'write "algorithms", an array'],
    ['publicKey', 'write "jwks" with the public keys as JWKs, or omit it for discovery'],
    ['ignoreExpiration', 'omit it: the check cannot be switched off'],
    ['clockSkew', 'write "clockToleranceSeconds"'],
    ['leeway', 'write "clockToleranceSeconds"'],
    ['domain', 'write "issuer", exactly as the tokens name it in "iss"'],
    ['discoveryUrl', 'write "issuer", exactly as the tokens name it in "iss"'],
    ['issuerUrl', 'write "issuer", exactly as the tokens name it in "iss"'],
    ['onError', 'write "onRefusal"'],
    ['maxStaleMs', 'write it as a member of "keySet"'],
    ['mcd', 'write "issuers", an array, or { resolve } to find them at run time'],
    ['getCertificate', 'write "mtls", which names where the certificate comes from'],
    [
      'getToken',
      'write "credentials" for tokens in the body or the query; copy any other token into the header before the guard',
    ],
    ['userPoolId', 'write ...cognito({ userPoolId, clientId }), from the entry point "providers"'],
    ['tokenUse', 'omit it: only access tokens are accepted'],
    ['graceSeconds', 'write "clockToleranceSeconds"'],
    ['subject', 'write "claims", a Standard Schema'],
    ['cache', 'omit it: keys are cached and refreshed, and requests for them are limited'],
  ])('refuses the option "%s" of another library and says what to write instead', (name, hint) => {
    const message = `has no option "${name}"; ${hint}`;
    expect(messageWith({ [name]: 1 })).toBe(`createAccessTokenVerifier ${message}`);
    const entry = { issuer: 'https://a.example', audience: 'a', [name]: 1 };
    expect(messageOf({ issuers: [entry] })).toBe(`option "issuers[0]" ${message}`);
  });

  it('has hints for foreign options only, and each is an instruction', () => {
    const known = new Set(VERIFIER_OPTIONS);
    expect(Object.keys(FOREIGN_OPTIONS).filter((name) => known.has(name))).toEqual([]);
    for (const hint of Object.values(FOREIGN_OPTIONS))
      expect(hint).toMatch(/^(write|omit|call|read) /);
  });

  it.each([
    ['jwksUrl', 'jwksUri'],
    ['jwks_uri', 'jwksUri'],
    ['aud', 'audience'],
    ['clockTolerance', 'clockToleranceSeconds'],
    ['algorithm', 'algorithms'],
    ['allowHttp', undefined],
    ['verifySignature', undefined],
  ])('refuses the unknown option "%s" and suggests the nearest', (name, nearest) => {
    const guess = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    expect(messageWith({ [name]: undefined })).toBe(
      `createAccessTokenVerifier has no option "${name}"${guess}`,
    );
  });
});

const ISSUER_NAME =
  'must be an https URL without query and fragment; an issuer that is a name requires "jwks", "jwksUri" or "secret"';
const FUNCTION = 'must be a function';
const BOOLEAN = 'must be true or false';
const CACHE = 'must be false or { maxEntries, maxBytes }';
const SCHEMA = 'must be a Standard Schema, such as a zod, valibot or arktype schema';

describe('resolveOptions › values out of range', () => {
  it.each<[string, string, unknown[]]>([
    ['issuer', 'must be an https URL without query and fragment', ['', 'https://as.example?x']],
    ['issuer', ISSUER_NAME, ['as.example', 'as.example:8443', 'my-auth']],
    ['audience', 'must be a non-empty string or an array of non-empty strings', ['', ['']]],
    ['clockToleranceSeconds', 'must be a number from 0 to 300', [-1, 301, '5', NaN, null]],
    ['maxLifetimeSeconds', 'must be a number of at least 1', [0, -1, '60', NaN, Infinity, null]],
    ['maxTokenBytes', 'must be a number from 256 to 1048576', [0, 255, 1_048_577, '4096', null]],
    ['tokenCache', CACHE, [true, null, 0, 100, 'off', []]],
    ['claims', SCHEMA, [null, 1, 'schema', {}, { '~standard': {} }, () => true, { parse: 1 }]],
    ['clock', FUNCTION, [null, 0, new Date()]],
    ['fetch', FUNCTION, [null, 'node-fetch', {}]],
    ['dangerouslyAllowHttp', BOOLEAN, [null, 1, 'true']],
    ['typ', 'must be "auto", "at+jwt" or "jwt"', ['JWT', null]],
  ])('throw, and name the option: %s', (name, expected, values) => {
    const messages = values.map((value) => messageWith({ [name]: value }));
    expect(messages).toEqual(values.map(() => `option "${name}" ${expected}`));
  });

  it.each<[string, string, unknown[]]>([
    ['maxStaleMs', 'must be a number from 0 to 2592000000', [-1, 30 * DAY + 1, '1', Infinity]],
    ['timeoutMs', 'must be a number from 1 to 60000', [0, 60_001, '5000', null]],
    ['defaultLifetimeMs', 'must be a number from 1000 to 604800000', [999, 7 * DAY + 1, NaN]],
    ['minLifetimeMs', 'must be a number from 1000 to 86400000', [0, 999, DAY + 1]],
    ['maxLifetimeMs', 'must be a number from 1000 to 604800000', [0, 7 * DAY + 1]],
  ])('throw, and name the option: keySet.%s', (name, expected, values) => {
    const messages = values.map((value) => messageWith({ keySet: { [name]: value } }));
    expect(messages).toEqual(values.map(() => `option "keySet.${name}" ${expected}`));
  });

  it.each([
    [0, 'must be an integer from 1 to 10000000'],
    [10_000_001, 'must be an integer from 1 to 10000000'],
    ['9', 'must be an integer from 1 to 10000000'],
    [1.5, 'must be an integer from 1 to 10000000'],
  ])('throw, and name the option: tokenCache.maxEntries: %j', (maxEntries, expected) => {
    expect(messageWith({ tokenCache: { maxEntries } })).toBe(
      `option "tokenCache.maxEntries" ${expected}`,
    );
  });

  it.each([
    [0, 'must be an integer from 1 to 9007199254740991'],
    ['32 MiB', 'must be an integer from 1 to 9007199254740991'],
    [1.5, 'must be an integer from 1 to 9007199254740991'],
  ])('throw, and name the option: tokenCache.maxBytes: %j', (maxBytes, expected) => {
    expect(messageWith({ tokenCache: { maxBytes } })).toBe(
      `option "tokenCache.maxBytes" ${expected}`,
    );
  });

  it('throw for unknown options within an option', () => {
    expect(messageWith({ tokenCache: { max: 5 } })).toBe(
      'option "tokenCache" has no option "max"; did you mean "maxEntries"?',
    );
    expect(messageWith({ keySet: { timeout: 5 } })).toBe(
      'option "keySet" has no option "timeout"; did you mean "timeoutMs"?',
    );
  });

  it.each([null, [], 5, 'fast'])('throw when "keySet" is not an object: %j', (keySet) => {
    expect(messageWith({ keySet })).toBe('option "keySet" must be an object');
  });

  it('throw when the longest lifetime is shorter than the shortest', () => {
    expect(messageWith({ keySet: { minLifetimeMs: 2_000, maxLifetimeMs: 1_999 } })).toBe(
      'option "keySet.maxLifetimeMs" must be at least "minLifetimeMs"',
    );
    expect(messageWith({ keySet: { maxLifetimeMs: 59_999 } })).toBe(
      'option "keySet.maxLifetimeMs" must be at least "minLifetimeMs"',
    );
  });
});

describe('resolveOptions › values in range', () => {
  it('are accepted at both ends of their ranges', () => {
    const least = resolve({
      ...REQUIRED,
      clockToleranceSeconds: 0,
      maxLifetimeSeconds: 1,
      maxTokenBytes: 256,
      tokenCache: { maxEntries: 1, maxBytes: 1 },
      keySet: { maxStaleMs: 0, timeoutMs: 1 },
    });
    expect(least).toMatchObject({
      clockToleranceSeconds: 0,
      maxLifetimeSeconds: 1,
      maxTokenBytes: 256,
      tokenCache: { maxEntries: 1, maxBytes: 1 },
      maxStaleMs: 0,
      timeoutMs: 1,
    });
    const most = resolve({
      ...REQUIRED,
      clockToleranceSeconds: 300,
      maxLifetimeSeconds: 1e9,
      maxTokenBytes: 1_048_576,
      tokenCache: { maxEntries: 10_000_000 },
      keySet: { maxStaleMs: 30 * DAY, timeoutMs: 60_000 },
    });
    expect(most).toMatchObject({
      clockToleranceSeconds: 300,
      maxLifetimeSeconds: 1e9,
      maxTokenBytes: 1_048_576,
      maxStaleMs: 30 * DAY,
      timeoutMs: 60_000,
      tokenCache: { maxEntries: 10_000_000, maxBytes: 33_554_432 },
    });
  });

  it('limit the lifetime of keys', () => {
    const keySet = { minLifetimeMs: 1_000, maxLifetimeMs: 3_000, defaultLifetimeMs: 2_000 };
    const { clampLifetimeMs } = resolve({ ...REQUIRED, keySet });
    expect([undefined, 0, 1_500, 9_000].map(clampLifetimeMs)).toEqual([2_000, 1_000, 1_500, 3_000]);
  });

  it('may fix the lifetime', () => {
    const keySet = { minLifetimeMs: 2_000, maxLifetimeMs: 2_000 };
    const { clampLifetimeMs } = resolve({ ...REQUIRED, keySet });
    expect([undefined, 0, 9_000].map(clampLifetimeMs)).toEqual([2_000, 2_000, 2_000]);
  });

  it.each([
    [false, undefined],
    [{}, { maxEntries: 10_000, maxBytes: 33_554_432 }],
    [{ maxEntries: undefined }, { maxEntries: 10_000, maxBytes: 33_554_432 }],
    [{ maxEntries: 7 }, { maxEntries: 7, maxBytes: 33_554_432 }],
    [{ maxBytes: 7 }, { maxEntries: 10_000, maxBytes: 7 }],
  ])('set the size of the token cache: %j', (tokenCache, resolved) => {
    expect(resolve({ ...REQUIRED, tokenCache }).tokenCache).toEqual(resolved);
  });

  it('include functions, and schemas that are functions', () => {
    const standard = { version: 1, vendor: 'test', validate: () => ({ value: 1 }) };
    const callable = Object.assign(() => true, { '~standard': standard });
    const given = { clock: () => 1, fetch: () => Promise.reject(new Error('none')) };
    const { clock, fetch } = resolve({ ...REQUIRED, ...given, claims: callable });
    expect([clock(), fetch]).toEqual([1, given.fetch]);
    expect(resolve(REQUIRED).clock).toBe(Date.now);
    expect(resolve({ ...REQUIRED, claims: callable }).claims).toBe(callable);
    expect(resolve({ ...REQUIRED, claims: { '~standard': standard } }).claims).toBeDefined();
  });

  it('include http URLs with dangerouslyAllowHttp', () => {
    const options = { issuer: 'http://as.example', audience: 'api' };
    expect(messageOf(options)).toContain('option "issuer" must be an https URL');
    expect(resolve({ ...options, dangerouslyAllowHttp: true }).allowHttp).toBe(true);
  });
});
