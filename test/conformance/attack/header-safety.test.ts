/**
 * Attacks on the response: nothing in a request or a token gets into a header, breaks one, or makes
 * the server fail.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { createVerifier, goodClaims, ISSUER, judge, NOW, runs } from './attack.js';
import type { Answer } from '../support/answer.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, headerFor, jwkOf, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { invalidRequest, invalidToken, missingCredentials } from '../../support/answers.js';

const signer = createSigner('ES256');
const rsa = createSigner('RS256');
const es512 = createSigner('ES512', { kid: 'another key' });

// Every challenge of a refusal here. One with a value of the token in it is not among them.
const TOKEN_REASONS = [
  'malformed',
  'typ',
  'alg',
  'issuer',
  'key',
  'signature',
  'audience',
  'expired',
  'not_yet_valid',
  'claim',
  'sender_constraint',
] as const;
const REQUEST_REASONS = [
  'malformed_authorization',
  'repeated_authorization',
  'several_locations',
] as const;

const CHALLENGES = new Set([
  missingCredentials({ realm: RESOURCE }).challenge,
  ...TOKEN_REASONS.map((reason) => invalidToken(reason, { realm: RESOURCE }).challenge),
  ...REQUEST_REASONS.map((reason) => invalidRequest(reason, RESOURCE).challenge),
  `Bearer realm="${RESOURCE}", error="insufficient_scope", error_description="the access token ` +
    'lacks scope for this resource", scope="read"',
]);

const REFUSED = [
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'vary',
  'www-authenticate',
];
const ACCEPTED = ['connection', 'content-length', 'content-type', 'date', 'vary'];

/** Expects one of the few possible responses, by the names and values of its fields. */
function expectKnownAnswer(answer: Answer): void {
  const outcome = outcomeOf(answer);
  const names = answer.headers.map(([name]) => name).sort();
  expect(names).toEqual(outcome === '200' ? ACCEPTED : REFUSED);
  if (outcome === '200') return;
  const [, challenge] = answer.headers.find(([name]) => name === 'www-authenticate') ?? [];
  expect(CHALLENGES).toContain(challenge);
}

/** Strings with a meaning in a header, a parser, a file system or a terminal. */
function nastyText(): fc.Arbitrary<string> {
  const known = [
    '\r\nSet-Cookie: a=b',
    '\n',
    '\r',
    '\0',
    '"',
    '\\',
    '\\"',
    '", error="x',
    '\u2028',
    '\ufeff',
    '\x7f',
    '\x1b[2J',
    'é',
    '日本',
    '🔑',
    '\ud800',
    '%0d%0a',
    '${7*7}',
    '{{7*7}}',
    '<script>',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(400),
    ' ',
    '',
  ];
  return fc.oneof(
    fc.constantFrom(...known),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.tuple(fc.constantFrom(...known), fc.constantFrom(...known)).map((texts) => texts.join('')),
  );
}

/** Any JSON, with such strings as values and names. */
function nastyJson(): fc.Arbitrary<unknown> {
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      nastyText(),
      fc.constantFrom(null, true, 0, -0, 1e300, NOW + 100, ISSUER, RESOURCE),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(nastyText(), tie('json'), { maxKeys: 3 }),
    ),
  }));
  return json;
}

/** Members with any name, and with the names that are read. */
function nastyMembers(names: readonly string[]): fc.Arbitrary<Members> {
  const name = fc.oneof(fc.constantFrom(...names), nastyText());
  return fc.dictionary(name, nastyJson(), { maxKeys: 4 });
}

const HEADER_MEMBERS = [
  'alg',
  'typ',
  'kid',
  'jku',
  'jwk',
  'x5u',
  'x5c',
  'crit',
  'b64',
  'cty',
  'enc',
];
const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'azp',
  'cid',
  'scope',
  'scp',
  'cnf',
  'nonce',
  'events',
  'token_use',
  'typ',
  'gty',
  'idtyp',
  'preferred_username',
  'act',
];

forEachFront((front) => {
  const rs = useFixture(front, {
    server: () => ({
      issuer: ISSUER,
      audience: RESOURCE,
      clock: () => NOW * 1000,
      jwks: { keys: [signer.publicJwk] },
    }),
  });
  const presented = async (token: string): Promise<Answer> => {
    // Node.js itself refuses header fields of 16 KiB in total.
    fc.pre(token.length < 12_000);
    return rs.send({ headers: { authorization: `Bearer ${token}` } });
  };

  verifies(
    ['rfc9110#5.5/no-text-breaks-a-field', 'rfc8725#3.10/kid-is-only-looked-up'],
    'response headers: are the same few, whatever the header of a token contains',
    async () => {
      await fc.assert(
        fc.asyncProperty(nastyMembers(HEADER_MEMBERS), fc.boolean(), async (members, isWhole) => {
          const header = isWhole ? members : headerFor(signer, members);
          const token = signer.sign(JSON.stringify(header), goodClaims());
          expectKnownAnswer(await presented(token));
        }),
        runs(100),
      );
    },
  );

  verifies(
    ['rfc9110#5.5/no-text-breaks-a-field', 'rfc6750#3/error-text-within-character-set'],
    'response headers: are the same few, whatever the claims of a token contain',
    async () => {
      await fc.assert(
        fc.asyncProperty(nastyMembers(CLAIMS), fc.boolean(), async (members, isWhole) => {
          const claims = isWhole ? members : goodClaims(members);
          expectKnownAnswer(await presented(signer.sign({}, JSON.stringify(claims))));
        }),
        runs(100),
      );
    },
  );

  verifies(
    ['rfc9110#5.5/no-text-breaks-a-field', 'rfc6750#2.1/only-b64token-characters'],
    'response headers: are the same few, whatever the Authorization header contains',
    async () => {
      const octet = fc.oneof(
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.integer({ min: 0x80, max: 0xff }),
        fc.constantFrom(0x09, 0x20, 0x22, 0x2c, 0x3d, 0x5c),
      );
      const octets = fc
        .array(octet, { maxLength: 40 })
        .map((values) => String.fromCharCode(...values));
      const scheme = fc.constantFrom(
        'Bearer ',
        'bearer',
        'BEARER\t',
        'Bearer',
        'Basic ',
        'DPoP ',
        '',
      );
      const good = signer.sign({}, goodClaims());
      const tail = fc.constantFrom(
        '',
        good,
        ` ${good}`,
        `${good},`,
        `"${good}"`,
        `${good} ${good}`,
      );
      await fc.assert(
        fc.asyncProperty(scheme, octets, tail, async (name, value, end) => {
          const field = `Authorization: ${name}${value}${end}`;
          expectKnownAnswer(await rs.sendLines(['GET /p HTTP/1.1', field]));
        }),
        runs(100),
      );
    },
  );
});

forEachFront((front) => {
  const rs = useFixture(front);

  verifies(
    ['rfc9110#5.5/no-text-breaks-a-field', 'rfc8725#3.10/kid-is-only-looked-up'],
    'response headers: are the same few, whatever kid is looked up',
    async () => {
      expect(await rs.present(await rs.mint())).toBe('200');
      await fc.assert(
        fc.asyncProperty(nastyText(), async (kid) => {
          const token = signer.sign({ kid }, claimsFor(rs));
          const answer = await rs.send({ headers: { authorization: `Bearer ${token}` } });
          expectKnownAnswer(answer);
          expect(outcomeOf(answer)).toBe('401-it');
        }),
        runs(60),
      );
      expect(rs.issuer.requests.jwks).toBe(5);
    },
  );
});

/** Members of JWKs, valid and invalid. */
function nastyJwks(): fc.Arbitrary<readonly unknown[]> {
  const octets = fc
    .uint8Array({ maxLength: 300 })
    .map((value) => Buffer.from(value).toString('base64url'));
  const value = fc.oneof(
    octets,
    nastyJson(),
    fc.constantFrom('AQAB', 'AQ', 'Aw', 'sig', 'enc', 'EC', 'RSA', 'OKP', 'oct', 'P-256', 'P-521'),
    fc.constantFrom('Ed25519', 'ES256', 'RS256', 'PS512', 'EdDSA', 'HS256', ['verify'], undefined),
    fc.constantFrom(...Object.values(rsa.publicJwk), ...Object.values(signer.publicJwk)),
  );
  const name = fc.constantFrom(
    'kty',
    'crv',
    'alg',
    'use',
    'key_ops',
    'kid',
    'n',
    'e',
    'x',
    'y',
    'd',
    'k',
    '__proto__',
  );
  const changes = fc.array(fc.tuple(name, value), { maxLength: 3 });
  const base = fc.constantFrom(rsa, signer, createSigner('Ed25519'));
  const jwk = fc
    .tuple(base, changes)
    .map(([by, members]) => jwkOf(by, Object.fromEntries(members)));
  return fc.array(fc.oneof({ weight: 5, arbitrary: jwk }, { weight: 1, arbitrary: nastyJson() }), {
    maxLength: 4,
  });
}

verifies(
  ['rfc7517#5/unusable-keys-skipped', 'rfc7518#3.3/rsa-2048-bits'],
  'odd keys of an issuer: cause no failure and no confusion of keys',
  async () => {
    const tokens = [signer, rsa, createSigner('ES256')].flatMap((by) =>
      [undefined, 'k1'].map((kid) => by.sign({ kid }, goodClaims())),
    );
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(nastyJwks(), async (keys) => {
        const verifier = createVerifier({
          jwksUri: `${ISSUER}/jwks`,
          fetch: () => Promise.resolve(Response.json({ keys: [...keys, es512.publicJwk] })),
        });
        const judgements = await Promise.all(tokens.map((token) => judge(verifier, token)));
        verifier.close();
        accepted += judgements.filter((judgement) => judgement.accepted).length;
        // The last key was never published.
        expect(judgements.slice(4).map(({ reason }) => reason)).not.toContain(undefined);
      }),
      runs(250),
    );
    expect(accepted).toBeGreaterThan(25);
  },
);
