import { describe, expect, it } from 'vitest';
import { resolveGuardOptions, splitOptions } from './options.js';
import { nodeRequestAdapter } from './request/node-request.js';

const AUDIENCE = 'https://api.example.com';

const NOW = '2026-09-01T00:00:00Z';

const verifierFor = (audiences: readonly string[]): Parameters<typeof resolveGuardOptions>[1] => ({
  audiences,
  time: { clock: () => Date.parse(NOW), clockToleranceSeconds: 0 },
  createTokenTrial: () => () => undefined,
});

const resolve = (
  options: Readonly<Record<string, unknown>>,
  audiences: readonly string[],
): ReturnType<typeof resolveGuardOptions> =>
  resolveGuardOptions(options, verifierFor(audiences), nodeRequestAdapter);

describe('splitOptions', () => {
  it('separates the options of the verifier from those of the guards', () => {
    const given = { issuer: 'https://auth.example.com', audience: AUDIENCE, realm: 'sales' };
    expect(splitOptions(given, [])).toEqual([
      { issuer: 'https://auth.example.com', audience: AUDIENCE },
      { realm: 'sales' },
    ]);
    expect(given).toHaveProperty('realm', 'sales');
  });

  it('passes an option that is undefined on to the verifier', () => {
    const [verifier] = splitOptions({ audience: undefined }, []);
    expect(Object.keys(verifier)).toEqual(['audience']);
  });

  it.each<[unknown, string]>([
    [undefined, 'createResourceServer expects an options object'],
    [null, 'createResourceServer expects an options object'],
    ['https://auth.example.com', 'createResourceServer expects an options object'],
    [[], 'createResourceServer expects an options object'],
    [{ scope: ['read'] }, 'createResourceServer has no option "scope"; did you mean "scopes"?'],
    [
      { clockTolerance: 5 },
      'createResourceServer has no option "clockTolerance"; did you mean "clockToleranceSeconds"?',
    ],
    [
      { onrefusal: null },
      'createResourceServer has no option "onrefusal"; did you mean "onRefusal"?',
    ],
    [{ zzzzzzzz: 1 }, 'createResourceServer has no option "zzzzzzzz"'],
  ])('refuses %j', (options, message) => {
    expect(() => splitOptions(options, ['onRefusal'])).toThrow(new TypeError(message));
  });
});

describe('resolveGuardOptions', () => {
  it('adds the defaults', () => {
    expect(resolve({}, [AUDIENCE])).toEqual({
      scopes: undefined,
      resource: AUDIENCE,
      realm: undefined,
      credentials: ['header'],
      excessScopes: 'ignore',
      identifyClients: false,
      trial: { excessScopes: undefined, checkToken: undefined },
      reportOnlyUntil: undefined,
    });
  });

  it('keeps given options, frozen and without duplicates', () => {
    const given = {
      scopes: ['read', 'write', 'read'],
      resource: 'https://api.example.com/v1?tenant=a',
      realm: '',
      credentials: ['query', 'header', 'query'],
      excessScopes: 'refuse',
      identifyClients: true,
    };
    const resolved = resolve(given, [AUDIENCE]);
    expect(resolved).toEqual({
      ...given,
      scopes: ['read', 'write'],
      credentials: ['query', 'header'],
      trial: { excessScopes: undefined, checkToken: undefined },
    });
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.scopes)).toBe(true);
    expect(Object.isFrozen(resolved.credentials)).toBe(true);
  });

  it('treats undefined as absent', () => {
    const names = ['scopes', 'resource', 'realm', 'credentials', 'excessScopes'];
    const given = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(resolve(given, [AUDIENCE])).toEqual(resolve({}, [AUDIENCE]));
  });

  it('accepts an empty array of scopes', () => {
    expect(resolve({ scopes: [] }, [AUDIENCE]).scopes).toEqual([]);
  });

  it.each<[readonly string[], string | undefined]>([
    [['sales-api'], undefined],
    [['sales-api', 'https://api.example.com/v1'], 'https://api.example.com/v1'],
    [['http://127.0.0.1:8080'], 'http://127.0.0.1:8080'],
    [['http://localhost'], 'http://localhost'],
    [['http://api.example.com'], undefined],
    [['https://api.example.com/#part'], undefined],
    [['https://api.example.com/#'], undefined],
    [['urn:api'], undefined],
  ])('for the audiences %j defaults resource to %s', (audiences, resource) => {
    expect(resolve({}, audiences).resource).toBe(resource);
  });

  it.each<[string, unknown, string]>([
    ['scopes', 'read write', 'must be an array of scope-tokens (RFC 6749 §3.3)'],
    ['scopes', ['read write'], 'must be an array of scope-tokens (RFC 6749 §3.3)'],
    ['scopes', [''], 'must be an array of scope-tokens (RFC 6749 §3.3)'],
    ['scopes', null, 'must be an array of scope-tokens (RFC 6749 §3.3)'],
    ['resource', 'api', 'must be an https URL without fragment'],
    ['resource', 'http://api.example.com', 'must be an https URL without fragment'],
    ['resource', 'https://api.example.com/#', 'must be an https URL without fragment'],
    ['resource', new URL('https://api.example.com'), 'must be an https URL without fragment'],
    ['realm', 7, 'must be a string'],
    ['credentials', ['body'], 'must be an array with "header", and optionally "body" and "query"'],
    ['credentials', 'header', 'must be an array with "header", and optionally "body" and "query"'],
    [
      'credentials',
      ['header', 'cookie'],
      'must be an array with "header", and optionally "body" and "query"',
    ],
    ['excessScopes', 'deny', 'must be "ignore", "report" or "refuse"'],
    ['excessScopes', true, 'must be "ignore", "report" or "refuse"'],
    ['identifyClients', 'yes', 'must be true or false'],
  ])('refuses %s: %j', (name, value, expected) => {
    expect(() => resolve({ [name]: value }, [AUDIENCE])).toThrow(
      new TypeError(`option "${name}" ${expected}`),
    );
  });

  it('refuses the body as a location where requests have none', () => {
    const resolveBodiless = (credentials: readonly string[]): unknown =>
      resolveGuardOptions({ credentials }, verifierFor([AUDIENCE]), {}).credentials;
    expect(resolveBodiless(['header', 'query'])).toEqual(['header', 'query']);
    expect(() => resolveBodiless(['header', 'body'])).toThrow(
      new TypeError('option "credentials" must be an array with "header", and optionally "query"'),
    );
  });

  it.each([
    ['2026-11-30T00:00:00Z', '2026-11-30T00:00:00.000Z'],
    ['2026-11-30T02:00:00+02:00', '2026-11-30T00:00:00.000Z'],
    ['2026-09-01T00:00-05:00', '2026-09-01T05:00:00.000Z'],
    ['2026-09-01T00:00:00.001Z', '2026-09-01T00:00:00.001Z'],
    ['2020-02-29T23:59:59Z', '2020-02-29T23:59:59.000Z'],
  ])('reads dangerouslyReportOnlyUntil %s', (instant, expected) => {
    const { reportOnlyUntil } = resolve({ dangerouslyReportOnlyUntil: instant }, [AUDIENCE]);
    expect(reportOnlyUntil).toBe(expected);
  });

  const NO_INSTANT =
    'must be an instant with its offset from UTC; write it as "2026-12-15T08:00:00Z"';
  const TOO_FAR =
    'must be at most 90 days ahead, so that a guard is not left open; choose an earlier one';

  it.each<[unknown, string]>([
    ['2026-09-02', NO_INSTANT],
    ['2026-09-02T08:00:00', NO_INSTANT],
    ['2026-09-31T08:00:00Z', NO_INSTANT],
    ['2026-02-30T08:00:00Z', NO_INSTANT],
    ['2026-09-02T24:00:00Z', NO_INSTANT],
    ['2026-09-02T08:00:00+2:00', NO_INSTANT],
    ['tomorrow', NO_INSTANT],
    ['', NO_INSTANT],
    [true, NO_INSTANT],
    [Date.parse('2026-09-02T08:00:00Z'), NO_INSTANT],
    [null, NO_INSTANT],
    ['2026-11-30T00:00:00.001Z', TOO_FAR],
    ['2026-12-01T00:00:00Z', TOO_FAR],
    ['9999-12-31T00:00:00Z', TOO_FAR],
  ])('refuses dangerouslyReportOnlyUntil %j', (instant, problem) => {
    expect(() => resolve({ dangerouslyReportOnlyUntil: instant }, [AUDIENCE])).toThrow(
      new TypeError(`option "dangerouslyReportOnlyUntil" ${problem}`),
    );
  });
});
