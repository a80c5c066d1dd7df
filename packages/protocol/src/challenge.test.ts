import { describe, expect, it } from 'vitest';
import { formatBearerChallenge, formatChallenge } from './challenge.js';

/** Reads a challenge by the grammar of RFC 9110 §11.6.1, quoted-strings only; throws otherwise. */
function parseStrictly(challenge: string): { scheme: string; params: Record<string, string> } {
  const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  const param = `(${token})="((?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\])*)"`;
  const whole = new RegExp(`^(${token}) (${param}(?:, ${param})*)$`).exec(challenge);
  if (whole === null) throw new Error('no challenge');
  const [, scheme = '', list = ''] = whole;
  const params: Record<string, string> = {};
  for (const [, name = '', value = ''] of list.matchAll(new RegExp(param, 'g'))) {
    params[name] = value.replace(/\\(.)/g, '$1');
  }
  return { scheme, params };
}

describe('formatBearerChallenge', () => {
  it('writes the auth-params in a fixed order', () => {
    expect(
      formatBearerChallenge({
        resource_metadata: 'https://rs.example/.well-known/oauth-protected-resource',
        scope: 'read write',
        error_description: 'the access token lacks scope for this resource',
        error: 'insufficient_scope',
        realm: 'sales',
      }),
    ).toBe(
      'Bearer realm="sales", error="insufficient_scope", ' +
        'error_description="the access token lacks scope for this resource", scope="read write", ' +
        'resource_metadata="https://rs.example/.well-known/oauth-protected-resource"',
    );
  });

  it('omits undefined auth-params', () => {
    expect(formatBearerChallenge({ realm: 'sales', error: undefined })).toBe(
      'Bearer realm="sales"',
    );
  });

  it.each([
    ['error_description', 'Bearer error_description="it\'s a /b"'],
    ['scope', 'Bearer scope="it\'s a /b"'],
    ['realm', 'Bearer realm="it\\"s a \\\\b"'],
    ['resource_metadata', 'Bearer resource_metadata="it\\"s a \\\\b"'],
  ])('keeps %s to the characters that RFC 6750 allows there', (name, challenge) => {
    expect(formatBearerChallenge({ [name]: 'it"s a \\b' })).toBe(challenge);
  });
});

describe('formatChallenge', () => {
  it('always writes quoted-strings', () => {
    expect(formatChallenge('DPoP', { algs: 'ES256 EdDSA', error: 'invalid_dpop_proof' })).toBe(
      'DPoP algs="ES256 EdDSA", error="invalid_dpop_proof"',
    );
  });

  it.each(['a', '"', '\\', '\\"', '", x="y', 'a\r\nb: c', '\u{1f511}', '', ' ', ', DPoP '])(
    'keeps its structure for any value: %j',
    (value) => {
      const challenge = formatChallenge('Bearer', { realm: value, error_description: value });
      expect(challenge).toMatch(/^[\x20-\x7e]+$/);
      const { scheme, params } = parseStrictly(challenge);
      expect(scheme).toBe('Bearer');
      expect(Object.keys(params)).toEqual(['realm', 'error_description']);
      expect(params['realm']).toBe(value.replace(/[^\x20-\x7e]/gu, '?'));
      expect(params['error_description']).not.toMatch(/["\\]/);
    },
  );

  it.each(['ERROR_DESCRIPTION', 'Scope', 'error_uri', 'error'])(
    'replaces quotes and backslashes in %s, regardless of case',
    (name) => {
      expect(formatChallenge('Bearer', { [name]: 'a"b\\c' })).toBe(`Bearer ${name}="a'b/c"`);
    },
  );

  it.each<[string, [scheme: string, params: Record<string, string | undefined>], string]>([
    ['an empty scheme', ['', { realm: 'a' }], 'an auth-scheme must be a token of RFC 9110 §5.6.2'],
    ['a scheme with a space', ['A B', { realm: 'a' }], 'an auth-scheme must be a token of'],
    ['a name with a quote', ['Bearer', { 'a"': 'a' }], 'an auth-param must be a token of RFC 9110'],
    ['an empty name', ['Bearer', { '': 'a' }], 'an auth-param must be a token of RFC 9110 §5.6.2'],
    ['a name twice', ['Bearer', { error: 'a', Error: 'b' }], 'the auth-param "error" occurs twice'],
    ['no auth-param', ['Bearer', {}], 'a challenge must have at least one auth-param'],
    [
      'only undefined auth-params',
      ['Bearer', { realm: undefined }],
      'a challenge must have at least one auth-param',
    ],
  ])('throws for %s', (_case, [scheme, params], message) => {
    expect(() => formatChallenge(scheme, params)).toThrow(TypeError);
    expect(() => formatChallenge(scheme, params)).toThrow(message);
  });
});
