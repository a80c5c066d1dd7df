/** Attacks on proofs: a proof is refused after any change, and what is accepted is accepted elsewhere. */
import fc from 'fast-check';
import * as oauth from 'oauth4webapi';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { createProver } from '../../support/proofs.js';
import { encode } from '../../support/tokens.js';
import { PROOF_SENTENCES, seenOf } from '../support/dpop-answers.js';
import { createCaller, TOKEN_STATES } from '../support/dpop-caller.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import type { Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { ISSUER, NOW, runs } from './attack.js';
import { bitsOf, flipBit, flipDecodedBit, type Mutation, mutations } from './mutation.js';
import {
  type Bound,
  BOUND,
  createBoundTokenVerifier,
  ISSUER_KEY,
  proofOf,
  refusalOf,
  URL,
} from './proof-attack.js';

const verifier = createBoundTokenVerifier();

/** The numbers below a limit. */
const below = (limit: number): readonly number[] =>
  Array.from({ length: limit }, (_, each) => each);

/** The changed proofs that are accepted. */
async function acceptedOf(token: string, changed: readonly string[]): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const proof of changed) {
    if ((await refusalOf(verifier, token, proof)) === undefined) accepted.push(proof);
  }
  return accepted;
}

const [es256, ed25519, rs256] = BOUND as readonly [Bound, Bound, Bound, Bound];

verifies(
  ['rfc9449#4.3/proof-verified-by-its-key', 'rfc9449#4.3/proof-is-one-jwt'],
  'mutated proof: is refused with any single bit flipped, before and after a good one',
  async () => {
    for (const bound of [es256, ed25519]) {
      const proof = proofOf(bound, `bits-${bound.prover.alg}`);
      const flipped = below(8 * proof.length).map((bit) => flipBit(proof, bit >> 3, bit & 7));
      expect(await acceptedOf(bound.token, flipped)).toEqual([]);
      expect(await refusalOf(verifier, bound.token, proof)).toBeUndefined();
      // The key is imported now; one bit of each octet will do.
      const some = flipped.filter((_proof, bit) => bit % 9 === 0);
      expect(await acceptedOf(bound.token, some)).toEqual([]);
    }
  },
);

verifies(
  'rfc9449#4.3/proof-verified-by-its-key',
  'mutated proof: is refused with any bit of its content flipped',
  async () => {
    const proof = proofOf(rs256, 'content');
    for (const part of [0, 1, 2]) {
      const bits = below(bitsOf(proof, part));
      const flipped = bits.map((bit) => flipDecodedBit(proof, part, bit));
      expect(await acceptedOf(rs256.token, flipped)).toEqual([]);
    }
    expect(await refusalOf(verifier, rs256.token, proof)).toBeUndefined();
  },
);

verifies(
  ['rfc9449#4.3/proof-verified-by-its-key', 'rfc9449#4.3/ath-is-token-hash'],
  'forged proof: none of 2000 is accepted, made of the parts of good ones',
  async () => {
    // Signatures by RSA take a millisecond each.
    const bounds = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(es256, ed25519) },
      { weight: 1, arbitrary: fc.constantFrom(...BOUND) },
    );
    const others = new Map(BOUND.map((bound) => [bound, proofOf(bound, 'another')]));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(bounds, bounds, mutations(), async (one, other, { apply }) => {
        count += 1;
        const [proof, another = ''] = [proofOf(one, `one-${count}`), others.get(other)];
        const mutated = apply(proof, another);
        if (mutated === proof || (mutated === another && one === other)) return;
        expect(await refusalOf(verifier, one.token, mutated)).toBeDefined();
        expect(await refusalOf(verifier, one.token, proof)).toBeUndefined();
        expect(await refusalOf(verifier, one.token, mutated)).toBeDefined();
      }),
      runs(2000),
    );
  },
);

verifies(
  'rfc9449#11.1/proof-accepted-once',
  'second valid signature of an ECDSA proof: is a replay of the first',
  async () => {
    const proof = proofOf(es256, 'twin');
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const [header = '', payload = '', signature = ''] = proof.split('.');
    const octets = Buffer.from(signature, 'base64url');
    const s = order - BigInt(`0x${octets.toString('hex', 32)}`);
    const twin = Buffer.concat([
      octets.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
    ]);
    expect(await refusalOf(verifier, es256.token, proof)).toBeUndefined();
    const respelt = `${header}.${payload}.${twin.toString('base64url')}`;
    expect(await refusalOf(verifier, es256.token, respelt)).toBe('proof_replayed');
  },
);

/** Mostly the first value, so that most proofs have one mistake or none. */
function mostly<T>(good: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Keys to which no token is bound, one of each type. */
const STRANGERS = [createProver('ES256'), createProver('EdDSA'), createProver('RS256')].map(
  ({ jwk }) => jwk,
);

const ODD = [undefined, null, '', 'x', 0, -1, 1e300, [], {}, true] as const;

/** Other URLs, and other spellings of the good one. */
const URLS = [
  `${URL}?a=1#b`,
  `${RESOURCE}/v1/x/../sales`,
  `${RESOURCE}/v1/%2e%2E/v1/./sales`,
  'HTTPS://RS.example:443/v1/sales',
  `${URL}/`,
  `${RESOURCE}/V1/sales`,
  `${RESOURCE}\\v1\\sales`,
  `${RESOURCE}/v1/\tsales`,
  'https://user@rs.example/v1/sales',
  'http://rs.example/v1/sales',
  'https://rs.example:8443/v1/sales',
  'https://evil.example/v1/sales',
] as const;

/** What may be in a proof, good or not. `exp`, `nbf`, `iss` and `aud` have no meaning in one. */
function proofMembers({ prover }: Bound): fc.Arbitrary<{ header: Members; claims: Members }> {
  const { jwk, alg } = prover;
  const stranger = STRANGERS.find(({ kty }) => kty === jwk.kty);
  const extra = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.jsonValue());
  const header = fc.record({
    typ: mostly<unknown>('dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt', 'JWT', 'at+jwt', ...ODD),
    alg: mostly<unknown>(alg, 'none', 'HS256', 'ES256', 'RS256', 'EdDSA', 'PS256', ...ODD),
    jwk: mostly<unknown>(jwk, { ...jwk, use: 'enc' }, { ...jwk, d: 'AA' }, stranger, ...ODD),
    crit: mostly<unknown>(undefined, ['exp'], [], ...ODD),
  });
  const claims = fc.record({
    htm: mostly<unknown>('GET', 'get', 'POST', 'GET ', ...ODD),
    htu: fc.oneof(
      { weight: 2, arbitrary: fc.constant<unknown>(URL) },
      { weight: 1, arbitrary: mostly<unknown>(URL, ...URLS, ...ODD) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(...URLS) },
    ),
    iat: fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: NOW - 70, max: NOW + 40, noNaN: true }) },
      { weight: 1, arbitrary: mostly<unknown>(NOW, ...ODD) },
    ),
    nonce: mostly<unknown>(undefined, 'n', 1),
  });
  return fc.tuple(extra, header, extra, claims).map(([more, parameters, others, members]) => ({
    header: { ...more, ...parameters },
    claims: { ...others, ...members },
  }));
}

/** A proof with changed members, and perhaps mutated afterwards. */
interface Draft {
  readonly bound: Bound;
  readonly members: { readonly header: Members; readonly claims: Members };
  readonly mutation: Mutation | undefined;
}

function drafts(): fc.Arbitrary<Draft> {
  return fc.constantFrom(...BOUND).chain((bound) =>
    fc.record({
      bound: fc.constant(bound),
      members: proofMembers(bound),
      mutation: fc.oneof(
        { weight: 10, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: mutations() },
      ),
    }),
  );
}

/** Verifies with oauth4webapi, which has no replay check. Its clock is moved to that of the tests. */
async function askOracle(token: string, proof: string): Promise<void> {
  const headers = { authorization: `DPoP ${token}`, dpop: proof };
  const request = new Request(`${URL}?day=1`, { headers });
  const as = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
  await oauth.validateJwtAccessToken(as, request, RESOURCE, {
    [oauth.clockSkew]: NOW - Math.floor(Date.now() / 1000),
    [oauth.customFetch]: () => Promise.resolve(Response.json({ keys: [ISSUER_KEY.publicJwk] })),
  });
}

verifies(
  ['rfc9449#7.1/bound-token-with-proof', 'rfc9449#4.3/proof-has-its-claims'],
  'oauth4webapi as oracle: accepts each proof that is accepted',
  async () => {
    const refused = new Map<string, number>();
    let count = 0;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(drafts(), async ({ bound, members, mutation }) => {
        count += 1;
        const good = proofOf(bound, `draft-${count}`, members);
        const proof = mutation?.apply(good, good) ?? good;
        const reason = await refusalOf(verifier, bound.token, proof);
        if (reason !== undefined) {
          refused.set(reason, (refused.get(reason) ?? 0) + 1);
          return;
        }
        accepted += 1;
        await askOracle(bound.token, proof);
      }),
      runs(1500),
    );
    expect(accepted).toBeGreaterThan(250);
    // Every check but that of the token has refused some proof.
    const checks = Object.keys(PROOF_SENTENCES).filter(
      (reason) => !/missing|repeated|token|replayed/.test(reason),
    );
    expect([...refused.keys()]).toEqual(expect.arrayContaining([...checks, 'binding']));
  },
);

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  verifies(
    ['rfc9449#4.3/proof-is-one-jwt', 'rfc9449#11.1/refused-proof-not-used-up'],
    'forged proof: is answered with one of few refusals',
    async () => {
      const reasons: readonly unknown[] = [
        ...Object.values(PROOF_SENTENCES),
        'the access token is bound to another key or certificate',
      ];
      for (const state of TOKEN_STATES) {
        const caller = await createCaller(rs, { state });
        await fc.assert(
          fc.asyncProperty(mutations(), async ({ apply }) => {
            const mutated = apply(caller.prove(), caller.prove({ htm: 'POST' }));
            fc.pre(/^[!-~]([ -~]*[!-~])?$/.test(mutated) && !isSame(mutated, caller.prove()));
            const seen = seenOf(await rs.send(caller.request(mutated)));
            expect(seen).toMatchObject({ status: 401, handlerRan: false });
            expect(reasons).toContain((seen.body as { readonly detail: string }).detail);
          }),
          runs(100),
        );
        expect(await rs.send(caller.request())).toMatchObject({ status: 200, handlerRan: true });
      }
    },
  );
});

/** Whether two proofs have the same content: each ECDSA signature is another one. */
function isSame(one: string, other: string): boolean {
  const contentOf = (proof: string): string => proof.split('.').slice(0, 2).join('.');
  return contentOf(one) === contentOf(other) && one.split('.').length === 3;
}

verifies(
  'rfc9449#4.3/proof-is-one-jwt',
  'any text as a proof: is refused, and is never an error',
  async () => {
    const segment = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.jsonValue().map(encode),
      fc.object().map(encode),
    );
    const texts = fc.array(segment, { maxLength: 5 }).map((segments) => segments.join('.'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, fc.string({ unit: 'binary' })), async (text) => {
        expect(await refusalOf(verifier, es256.token, text)).toMatch(/^proof_/);
      }),
      runs(1000),
    );
  },
);
