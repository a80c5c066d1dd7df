/**
 * jose as an oracle: jose accepts each token that Scopegate accepts, and reads the same claims.
 *
 * The reverse must not hold, because jose leaves more checks to its callers.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { AccessTokenVerifier } from '@scopegate/access-token';
import fc from 'fast-check';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { expect } from 'vitest';
import { createSigners, createVerifier, goodClaims, ISSUER, judge, NOW, runs } from './attack.js';
import { RESOURCE } from '../support/fixture.js';
import { type Mutation, mutations } from './mutation.js';
import { createSigner, encode } from '../support/signer.js';
import { headerFor, jwkOf, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const TOLERANCE = 5;
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
const secret = randomBytes(64);
const signers = createSigners();
const stranger = createSigner('ES256', { kid: 'ES256' });

/** A way to sign, with the names of its algorithm and key. */
interface Hand {
  readonly alg: string;
  /** The `kid` of a valid token; `undefined` if the keys have none. */
  readonly kid: string | undefined;
  readonly sign: (header: string, payload: string) => string;
}

const hands: readonly Hand[] = [
  ...signers.map(({ alg, kid, signSegments }) => ({ alg, kid, sign: signSegments })),
  { alg: 'ES256', kid: 'ES256', sign: stranger.signSegments },
];
const secretHands: readonly Hand[] = SECRET_ALGORITHMS.map((alg) => ({
  alg,
  kid: 'any',
  sign: (header, payload) => {
    const input = `${header}.${payload}`;
    return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
      .update(input)
      .digest('base64url')}`;
  },
}));

/** The plan of a token: its header and payload, its signer, and how it is changed afterwards. */
interface Draft {
  readonly hand: Hand;
  readonly header: string;
  readonly payload: string;
  readonly mutation: Mutation | undefined;
}

/** Mostly the first value, so that most tokens have one mistake or none. */
function mostly<T>(good: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 25, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Other members, in addition to those with a meaning here. */
function extraMembers(): fc.Arbitrary<Members> {
  return fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  });
}

const near = (time: number): fc.Arbitrary<number> =>
  fc.double({ min: time - 20, max: time + 20, noNaN: true });

function claims(): fc.Arbitrary<Members> {
  const odd = [undefined, null, 'x', -1, 1e300, [], {}, true] as const;
  const exp = fc.oneof(
    fc.integer({ min: NOW + 6, max: NOW + 1e6 }),
    near(NOW),
    mostly(NOW + 60, ...odd),
  );
  const early = (): fc.Arbitrary<unknown> =>
    fc.oneof(fc.integer({ min: 0, max: NOW }), near(NOW), mostly(undefined, ...odd));
  const aud = [[RESOURCE, 'x'], ['x', RESOURCE], ['x'], `${RESOURCE}/`, RESOURCE.toUpperCase()];
  const known = fc.record({
    exp,
    nbf: early(),
    iat: early(),
    iss: mostly<unknown>(ISSUER, `${ISSUER}/`, 'https://evil.example', [ISSUER], ...odd),
    aud: mostly<unknown>(RESOURCE, ...aud, [RESOURCE, 1], [[RESOURCE]], ...odd),
    sub: mostly<unknown>('test-client', 'alice', ...odd),
    scope: mostly<unknown>('read', '', ' read  write ', ['read'], ['read write'], [1], ...odd),
    realm_access: mostly<unknown>(undefined, { roles: ['read'] }, { roles: 1 }, ...odd),
    cnf: mostly<unknown>(undefined, { jkt: 'x' }, null),
    nonce: mostly<unknown>(undefined, 'n'),
    at_hash: mostly<unknown>(undefined, 'h'),
    typ: mostly<unknown>(undefined, 'Bearer', 'ID', 'Refresh', 1),
    client_id: mostly<unknown>('test-client', undefined, 1),
  });
  return fc.tuple(extraMembers(), known).map(([extra, members]) => ({
    ...extra,
    ...goodClaims(),
    ...members,
  }));
}

function headers(hand: Hand): fc.Arbitrary<Members> {
  const known = fc.record({
    alg: mostly<unknown>(
      hand.alg,
      'none',
      'RS256',
      'ES256',
      'EdDSA',
      'HS256',
      'Ed25519',
      undefined,
    ),
    kid: mostly<unknown>(hand.kid, undefined, 'RS256', 'unknown', '', 1, '__proto__'),
    typ: mostly<unknown>('at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', undefined, 'jwt+at', 1),
    crit: mostly<unknown>(undefined, ['exp'], ['b64'], []),
    b64: mostly<unknown>(undefined, true, false),
  });
  return fc.tuple(extraMembers(), known).map(([extra, members]) => ({ ...extra, ...members }));
}

/** Other ways to write the JSON of a part; most of them are not JSON. */
function written(members: fc.Arbitrary<Members>): fc.Arbitrary<string> {
  const writings = mostly<(json: string) => string>(
    (json) => json,
    (json) => ` ${json}\n`,
    (json) => `\ufeff${json}`,
    (json) => json.replace('{', '{"alg":"none",'),
    (json) => json.replace(/"exp":[^,}]*/, '"exp":1e400'),
    (json) => json.replace('{', '{"__proto__":{},'),
    (json) => `${json}{}`,
    (json) => `[${json}]`,
  );
  return fc.tuple(members, writings).map(([value, write]) => write(JSON.stringify(value)));
}

function drafts(available: readonly Hand[]): fc.Arbitrary<Draft> {
  return fc.constantFrom(...available).chain((hand) =>
    fc.record({
      hand: fc.constant(hand),
      header: written(headers(hand)),
      payload: written(claims()),
      mutation: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: mutations() },
      ),
    }),
  );
}

function tokenOf({ hand, header, payload, mutation }: Draft): string {
  const token = hand.sign(encode(header), encode(payload));
  if (mutation === undefined) return token;
  return mutation.apply(token, hand.sign(encode(headerOf(hand)), encode(goodClaims())));
}

function headerOf({ alg, kid }: Hand): Members {
  return { typ: 'at+jwt', alg, kid };
}

type Oracle = (token: string) => Promise<JWTVerifyResult>;

/** jose with equivalent options; each key that may be meant is tried. */
function createOracle(keys: JWTVerifyGetKey | Uint8Array, algorithms: string[]): Oracle {
  const options: JWTVerifyOptions = {
    issuer: ISSUER,
    audience: RESOURCE,
    algorithms,
    clockTolerance: TOLERANCE,
    currentDate: new Date(NOW * 1000),
    requiredClaims: ['exp'],
  };
  return async (token) => {
    if (keys instanceof Uint8Array) return jwtVerify(token, keys, options);
    try {
      return await jwtVerify(token, keys, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        const result = await jwtVerify(token, key, options).catch(() => undefined);
        if (result !== undefined) return result;
      }
      throw error;
    }
  };
}

/** Counts accepted and refused tokens, to see that there are enough of both. */
interface Tally {
  accepted: number;
  readonly refused: Map<string, number>;
}

/** Verifies a token, and asks the oracle if it is accepted. */
async function compare(
  token: string,
  verifier: AccessTokenVerifier,
  oracle: Oracle,
  tally: Tally,
): Promise<void> {
  const { accepted, reason } = await judge(verifier, token);
  if (accepted === undefined) {
    tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
    return;
  }
  tally.accepted += 1;
  const { payload, protectedHeader } = await oracle(token);
  expect(accepted.claims).toEqual(payload);
  expect(accepted.header).toEqual(protectedHeader);
  expect([accepted.issuer, accepted.subject]).toEqual([payload.iss, payload.sub]);
  expect([accepted.expiresAt, accepted.issuedAt]).toEqual([payload.exp, payload.iat]);
  expect(accepted.audience).toEqual([payload.aud].flat());
  expect(accepted.tokenId).toBe(payload.jti);
}

async function compareMany(
  numRuns: number,
  available: readonly Hand[],
  verifier: AccessTokenVerifier,
  oracle: Oracle,
): Promise<Tally> {
  const tally: Tally = { accepted: 0, refused: new Map() };
  await fc.assert(
    fc.asyncProperty(drafts(available), async (draft) => {
      await compare(tokenOf(draft), verifier, oracle, tally);
    }),
    runs(numRuns),
  );
  return tally;
}

const algorithms = signers.map(({ alg }) => alg);
const named = signers.map((signer) => jwkOf(signer));
// One key each for RSA, every curve and Ed25519.
const unnamed = signers
  .filter(({ alg }) => /^(RS256|ES|Ed25519)/.test(alg))
  .map((signer) => jwkOf(signer, { alg: undefined, kid: undefined }));
const WORLDS = [
  { name: 'keys that name their algorithm', keys: named, available: hands },
  {
    name: 'keys that fit several algorithms',
    keys: unnamed,
    available: hands.map((hand) => ({ ...hand, kid: undefined })),
  },
];

for (const { name, keys, available } of WORLDS) {
  verifies(
    'rfc8725#3.3/encrypted-is-not-verified',
    `jose as oracle: accepts nothing that jose refuses, with ${name}`,
    async () => {
      const verifier = createVerifier({ jwks: { keys }, clockToleranceSeconds: TOLERANCE });
      const jwks = createLocalJWKSet({ keys });
      const tally = await compareMany(1200, available, verifier, createOracle(jwks, algorithms));
      expect(tally.accepted).toBeGreaterThan(300);
      // Every check has refused some token.
      expect([...tally.refused.keys()]).toEqual(
        expect.arrayContaining([
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
        ]),
      );
    },
  );
}

verifies(
  'rfc8725#3.12/other-kinds-of-jwt-refused',
  'jose as oracle: accepts nothing that jose refuses, with plain JWTs and scopes at a path',
  async () => {
    const verifier = createVerifier({
      jwks: { keys: named },
      typ: 'jwt',
      scopeClaims: ['scope', 'realm_access.roles'],
      dangerouslyIgnoreSenderConstraint: true,
      clockToleranceSeconds: TOLERANCE,
    });
    const jwks = createLocalJWKSet({ keys: named });
    const tally = await compareMany(400, hands, verifier, createOracle(jwks, algorithms));
    expect(tally.accepted).toBeGreaterThan(100);
    expect([...tally.refused.keys()]).toEqual(expect.arrayContaining(['typ', 'claim', 'expired']));
    expect(tally.refused.has('sender_constraint')).toBe(false);
  },
);

verifies(
  'rfc7518#3.2/secret-as-long-as-hash',
  'jose as oracle: accepts nothing that jose refuses, with a secret',
  async () => {
    const names = [...SECRET_ALGORITHMS];
    const verifier = createVerifier({
      secret,
      algorithms: names,
      clockToleranceSeconds: TOLERANCE,
    });
    const available = [...secretHands, ...hands.slice(0, 1)];
    const tally = await compareMany(600, available, verifier, createOracle(secret, names));
    expect(tally.accepted).toBeGreaterThan(50);
  },
);

verifies(
  'rfc9068#2.1/rs256-by-default',
  'jose as oracle: accepts a good token of every algorithm',
  async () => {
    const verifier = createVerifier({ jwks: { keys: named } });
    const jwks = createLocalJWKSet({ keys: named });
    const oracle = createOracle(jwks, algorithms);
    for (const signer of signers) {
      const token = signer.sign(headerFor(signer), goodClaims());
      expect((await judge(verifier, token)).reason, signer.alg).toBeUndefined();
      await expect(oracle(token), signer.alg).resolves.toMatchObject({ payload: { iss: ISSUER } });
    }
  },
);
