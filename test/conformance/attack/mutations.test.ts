/** Attacks on the spelling of tokens: a valid token is refused after any change. */
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  createSigners,
  createVerifierFor,
  goodClaims,
  ISSUER,
  judge,
  NOW,
  runs,
} from './attack.js';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { RESOURCE, useFixture } from '../support/fixture.js';
import { bitsOf, flipBit, flipDecodedBit, mutations } from './mutation.js';
import type { Signer } from '../support/signer.js';
import { verifies } from '../support/verifies.js';

const SIGNERS = createSigners();
const verifier = createVerifierFor(SIGNERS);

/** A few valid tokens of each algorithm, each with its own claims. */
const TOKENS = SIGNERS.flatMap((signer) =>
  [1, 2].map((number) => signer.sign({}, goodClaims({ jti: `${signer.alg}-${number}` }))),
);

const tokens = (): fc.Arbitrary<string> => fc.constantFrom(...TOKENS);

const signerOf = (alg: string): Signer => {
  const signer = SIGNERS.find((each) => each.alg === alg);
  if (signer === undefined) throw new Error(`there is no signer for ${alg}`);
  return signer;
};

verifies(
  [
    'rfc7515#5.2/bad-signature-invalid',
    'rfc7515#2/one-spelling-per-token',
    'rfc7515#7.1/three-parts-compact-only',
  ],
  'mutated token: is refused unless it is the signed token again',
  async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(tokens(), tokens(), mutations(), async (token, other, { apply }) => {
        const mutated = apply(token, other);
        const { accepted } = await judge(verifier, mutated);
        expect(accepted !== undefined).toBe(TOKENS.includes(mutated));
        if (accepted === undefined) refused += 1;
      }),
      runs(3000),
    );
    // The mutations do change the token.
    expect(refused).toBeGreaterThan(2000);
  },
);

/** The changed tokens that are still accepted. */
async function acceptedOf(changed: readonly string[]): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (const token of changed) {
    if ((await judge(verifier, token)).accepted !== undefined) accepted.push(token);
  }
  return accepted;
}

/** The numbers below a limit. */
const below = (limit: number): readonly number[] =>
  Array.from({ length: limit }, (_, each) => each);

verifies(
  'rfc7515#5.2/bad-signature-invalid',
  'mutated token: is refused with any single bit flipped',
  async () => {
    for (const alg of ['RS256', 'ES256', 'Ed25519']) {
      const token = signerOf(alg).sign({}, goodClaims());
      expect(await acceptedOf([token])).toEqual([token]);
      const flipped = below(8 * token.length).map((bit) => flipBit(token, bit >> 3, bit & 7));
      expect(await acceptedOf(flipped)).toEqual([]);
    }
  },
);

verifies(
  'rfc7515#5.2/bad-signature-invalid',
  'mutated token: is refused with any bit of its content flipped',
  async () => {
    for (const alg of ['PS256', 'ES256', 'EdDSA']) {
      const token = signerOf(alg).sign({}, goodClaims());
      for (const part of [0, 1, 2]) {
        const bits = below(bitsOf(token, part));
        const flipped = bits.map((bit) => flipDecodedBit(token, part, bit));
        expect(await acceptedOf(flipped)).toEqual([]);
      }
    }
  },
);

verifies(
  'rfc7515#7.1/three-parts-compact-only',
  'truncated token: is refused at every length, from either end',
  async () => {
    for (const alg of ['RS256', 'ES512', 'Ed25519']) {
      const token = signerOf(alg).sign({}, goodClaims());
      const places = below(token.length).slice(1);
      expect(await acceptedOf(places.map((place) => token.slice(0, place)))).toEqual([]);
      expect(await acceptedOf(places.map((place) => token.slice(place)))).toEqual([]);
    }
  },
);

// The order of the group of edwards25519, little-endian. RFC 8032 §5.1.
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
// FIPS 186-4, D.1.2.3
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function toNumber(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

function toOctets(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex');
}

/** The token with another signature. */
function withSignature(token: string, change: (signature: Buffer) => Buffer): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const changed = change(Buffer.from(signature, 'base64url')).toString('base64url');
  return `${header}.${payload}.${changed}`;
}

verifies(
  'rfc7515#5.2/bad-signature-invalid',
  'mutated signature: is refused if it is the same number modulo an order',
  async () => {
    const ed25519 = signerOf('Ed25519').sign({}, goodClaims());
    const larger = withSignature(ed25519, (signature) => {
      const s = toNumber(signature.subarray(32).reverse()) + ED25519_ORDER;
      return Buffer.concat([signature.subarray(0, 32), toOctets(s, 32).reverse()]);
    });
    expect((await judge(verifier, larger)).reason).toBe('signature');
    const rsa = signerOf('RS256');
    const modulus = toNumber(Buffer.from(rsa.publicJwk.n ?? '', 'base64url'));
    for (let number = 0; ; number += 1) {
      const token = rsa.sign({}, goodClaims({ jti: `rsa-${number}` }));
      const sum = toNumber(Buffer.from(token.split('.')[2] ?? '', 'base64url')) + modulus;
      // It has to fit into the same number of octets.
      if (sum >= 2n ** 2048n) continue;
      const respelt = withSignature(token, () => toOctets(sum, 256));
      expect((await judge(verifier, respelt)).reason).toBe('signature');
      return;
    }
  },
);

verifies(
  'rfc7518#3.4/ecdsa-r-and-s-in-range',
  'mutated signature: the second valid signature of an ECDSA token names the same token',
  async () => {
    // Any holder of a token can compute the second signature, and both are valid: the string of a token
    // does not identify it.
    const token = signerOf('ES256').sign({}, goodClaims());
    const twin = withSignature(token, (signature) =>
      Buffer.concat([
        signature.subarray(0, 32),
        toOctets(P256_ORDER - toNumber(signature.subarray(32)), 32),
      ]),
    );
    expect(twin).not.toBe(token);
    const [one, other] = [await verifier.verify(token), await verifier.verify(twin)];
    expect(other).toEqual(one);
    expect([other.issuer, other.tokenId]).toEqual([ISSUER, 'token-1']);
  },
);

forEachExpressFront((front) => {
  const rs = useFixture(front, {
    server: () => ({
      issuer: ISSUER,
      audience: RESOURCE,
      clock: () => NOW * 1000,
      jwks: { keys: SIGNERS.map(({ publicJwk }) => publicJwk) },
    }),
  });
  // The characters that a header field can contain, except surrounding white space.
  const isFieldValue = (value: string): boolean => /^[!-~]([ -~\t\x80-\xff]*[!-~])?$/.test(value);

  verifies(
    ['rfc7515#5.2/bad-signature-invalid', 'rfc6750#2.1/only-b64token-characters'],
    'mutated token: is answered with a refusal',
    async () => {
      const sendable = fc
        .tuple(tokens(), tokens(), mutations())
        .map(([token, other, { apply }]) => apply(token, other))
        .filter((mutated) => isFieldValue(mutated) && !TOKENS.includes(mutated));
      await fc.assert(
        fc.asyncProperty(sendable, async (mutated) => {
          const outcome = await rs.present(mutated);
          const isToken68 = /^[-A-Za-z0-9._~+/]+=*$/.test(mutated);
          expect(outcome).toBe(isToken68 ? '401-it' : '400-ir');
        }),
        runs(150),
      );
      for (const token of TOKENS) expect(await rs.present(token)).toBe('200');
    },
  );
});
