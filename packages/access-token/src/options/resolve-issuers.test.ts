import { describe, expect, it } from 'vitest';
import { type ResolvedIssuers, resolveIssuers } from './resolve-issuers.js';
import { typeErrorMessageOf } from '../../../../test/support/type-error-message.js';

function resolve(options: Readonly<Record<string, unknown>>): ResolvedIssuers {
  return resolveIssuers(options, false);
}

function messageOf(options: Readonly<Record<string, unknown>>): string {
  return typeErrorMessageOf(() => resolve(options));
}

const ISSUERS_OR_RESOLVER = 'must be a non-empty array of issuers, or an object like { resolve }';

describe('resolveIssuers', () => {
  const a = { issuer: 'https://a.example', audience: 'a' };
  const b = { issuer: 'https://b.example', audience: ['b'], typ: 'at+jwt' };

  it('have their own options, and share those that they omit', () => {
    const issuers = resolve({
      audience: 'shared',
      algorithms: ['ES256'],
      scopeClaims: ['permissions'],
      dangerouslyIgnoreSenderConstraint: true,
      issuers: [
        { issuer: 'https://a.example', typ: undefined, algorithms: undefined },
        {
          ...b,
          algorithms: ['RS256'],
          scopeClaims: ['scope'],
          dangerouslyIgnoreSenderConstraint: false,
        },
      ],
    });
    expect(issuers).toMatchObject([
      {
        issuer: 'https://a.example',
        audience: ['shared'],
        typ: 'auto',
        algorithms: ['ES256'],
        scopeClaims: ['permissions'],
        ignoresSenderConstraint: true,
      },
      {
        issuer: 'https://b.example',
        audience: ['b'],
        typ: 'at+jwt',
        algorithms: ['RS256'],
        scopeClaims: ['scope'],
        ignoresSenderConstraint: false,
      },
    ]);
  });

  it('default to the "typ" that suits the keys of each', () => {
    const issuers = [a, { ...b, typ: undefined, secret: new Uint8Array(32) }];
    expect(resolve({ issuers })).toMatchObject([{ typ: 'auto' }, { typ: 'jwt' }]);
    expect(resolve({ issuers, typ: 'auto' })).toMatchObject([{ typ: 'auto' }, { typ: 'auto' }]);
  });

  it.each([
    ['issuers', { issuers: [] }, 'must be a non-empty array of issuers, not an empty array'],
    ['issuers', { issuers: {} }, `${ISSUERS_OR_RESOLVER}, not an object`],
    ['issuers', { issuers: () => undefined }, `${ISSUERS_OR_RESOLVER}, not a function`],
    ['issuers', { issuers: null }, `${ISSUERS_OR_RESOLVER}, not null`],
    [
      'issuers',
      { issuers: [a, b, a] },
      'must name each issuer once; issuers[2] repeats issuers[0]',
    ],
    [
      'issuers[1].audience',
      { issuers: [a, { issuer: 'https://b.example' }] },
      'is missing; it must be the "aud" that tokens for this API have',
    ],
    [
      'issuers[0].audience',
      { issuers: [{ ...a, audience: undefined }], audience: 'shared' },
      'is missing; it must be the "aud" that tokens for this API have',
    ],
    [
      'issuers[0].issuer',
      { issuers: [{ audience: 'a' }] },
      'is missing; it must be the "iss" of the tokens, an https URL',
    ],
    [
      'issuers[1].dangerouslyIgnoreSenderConstraint',
      { issuers: [a, { ...b, dangerouslyIgnoreSenderConstraint: 'yes' }] },
      'must be true or false',
    ],
    ['issuers[1].typ', { issuers: [a, { ...b, typ: 'JWT' }] }, 'must be "auto", "at+jwt" or "jwt"'],
  ])('throw, and name the path: %s', (name, options, expected) => {
    expect(messageOf(options)).toBe(`option "${name}" ${expected}`);
  });

  it.each([
    ['issuer', 'https://c.example'],
    ['jwksUri', 'https://c.example/jwks'],
    ['jwks', { keys: [] }],
    ['secret', Buffer.alloc(32)],
  ])('cannot be combined with "%s"', (name, value) => {
    expect(messageOf({ issuers: [a], [name]: value })).toBe(
      `option "${name}" cannot be combined with "issuers"; set it on each entry`,
    );
  });

  it('throw for an entry that has an unknown option or is not an object', () => {
    expect(messageOf({ issuers: [{ ...a, jwksUrl: 'https://a.example/jwks' }] })).toBe(
      'option "issuers[0]" has no option "jwksUrl"; did you mean "jwksUri"?',
    );
    expect(messageOf({ issuers: [{ ...a, clock: Date.now }] })).toBe(
      'option "issuers[0]" has no option "clock"',
    );
    expect(messageOf({ issuers: ['https://a.example'] })).toBe(
      'option "issuers[0]" must be an object like { issuer }, not a string',
    );
  });
});

describe('resolveIssuers › a group', () => {
  const a = { issuer: 'https://a.example', audience: 'a' };
  const v1 = { issuer: 'https://v1.example' };
  const v2 = { issuer: 'https://v2.example' };

  it('is replaced by its members, in the order of the options', () => {
    const group = { audience: 'group', issuers: [v1, v2] };
    const issuers = resolve({ issuers: [a, group, { ...a, issuer: 'https://c.example' }] });
    expect(issuers.map(({ issuer }) => issuer)).toEqual([
      'https://a.example',
      'https://v1.example',
      'https://v2.example',
      'https://c.example',
    ]);
  });

  it('gives its own options to its members alone, before those next to the outer issuers', () => {
    const group = {
      audience: ['group'],
      scopeClaims: ['scp'],
      typ: 'at+jwt',
      issuers: [v1, { ...v2, audience: 'v2', typ: 'auto', algorithms: ['RS256'] }],
    };
    const shared = { audience: 'shared', scopeClaims: ['permissions'], algorithms: ['ES256'] };
    expect(resolve({ ...shared, issuers: [group, { issuer: 'https://c.example' }] })).toMatchObject(
      [
        { audience: ['group'], scopeClaims: ['scp'], typ: 'at+jwt', algorithms: ['ES256'] },
        { audience: ['v2'], scopeClaims: ['scp'], typ: 'auto', algorithms: ['RS256'] },
        { audience: ['shared'], scopeClaims: ['permissions'], typ: 'auto', algorithms: ['ES256'] },
      ],
    );
  });

  it('may contain undefined options, which are absent', () => {
    const group = { audience: 'group', typ: undefined, issuers: [{ ...v1, issuers: undefined }] };
    expect(resolve({ typ: 'at+jwt', issuers: [group] })).toMatchObject([
      { audience: ['group'], typ: 'at+jwt' },
    ]);
  });

  it.each([
    [
      'issuers[1].issuers[0].audience',
      [a, { issuers: [v1] }],
      'is missing; it must be the "aud" that tokens for this API have',
    ],
    [
      'issuers[0].issuers[1].typ',
      [{ audience: 'b', issuers: [v1, { ...v2, typ: 'JWT' }] }],
      'must be "auto", "at+jwt" or "jwt"',
    ],
    [
      'issuers[0].issuers',
      [{ audience: 'b', issuers: [] }],
      'must be a non-empty array of issuers, not an empty array',
    ],
    [
      'issuers[0].issuers',
      [{ audience: 'b', issuers: null }],
      'must be a non-empty array of issuers, not null',
    ],
    [
      'issuers[0].issuers[0]',
      [{ audience: 'b', issuers: ['https://b.example'] }],
      'must be an object like { issuer }, not a string',
    ],
    [
      'issuers[1].jwksUri',
      [a, { audience: 'b', jwksUri: 'https://b.example/jwks', issuers: [v1] }],
      'cannot be combined with "issuers"; set it on each entry',
    ],
    [
      'issuers[0].issuers[1]',
      [{ audience: 'b', issuers: [v1, { issuers: [v2] }] }],
      'must be an issuer because a group cannot contain another group; list the inner group in the outermost "issuers"',
    ],
    [
      'issuers',
      [a, { audience: 'b', issuers: [v1, { issuer: 'https://a.example' }] }],
      'must name each issuer once; issuers[1].issuers[1] repeats issuers[0]',
    ],
  ])('throws, and names the path: %s', (name, issuers, expected) => {
    expect(messageOf({ issuers })).toBe(`option "${name}" ${expected}`);
  });

  it('never gets the shared audience when its own is undefined', () => {
    const group = { audience: undefined, issuers: [v1] };
    expect(messageOf({ audience: 'shared', issuers: [group] })).toBe(
      'option "issuers[0].issuers[0].audience" is missing; it must be the "aud" that tokens for this API have',
    );
  });

  it('throws for unknown options with the nearest known name', () => {
    expect(messageOf({ issuers: [{ audence: 'b', issuers: [v1] }] })).toBe(
      'option "issuers[0]" has no option "audence"; did you mean "audience"?',
    );
    expect(messageOf({ issuers: [{ audience: 'b', issuers: [{ ...v1, jwksUrl: '' }] }] })).toBe(
      'option "issuers[0].issuers[0]" has no option "jwksUrl"; did you mean "jwksUri"?',
    );
  });
});
