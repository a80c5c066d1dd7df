/** RFC 9449 §4.3, the key in a proof and its signature. */
import { type JsonWebKey, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { createProver, type Prover, thumbprintOf } from '../../support/proofs.js';
import { accepted, refusedDpopToken, refusedProof, seenOf } from '../support/dpop-answers.js';
import {
  createCaller,
  expectAnswers,
  expectRefusals,
  type ProofFactory,
  PROVER,
  TOKEN_STATES,
  withProofs,
} from '../support/dpop-caller.js';
import { CACHES_TOKENS, type Fixture, useFixture } from '../support/fixture.js';
import type { HttpRequest } from '../support/http-client.js';
import { derSignature } from '../support/der-signature.js';
import { verifies } from '../support/verifies.js';
import { watchCrypto } from '../support/watched-crypto.js';

const rsaPair = createKeyPair('rsa');
const edwards = createProver('Ed25519');
const p384 = createKeyPair('P-384');

/** An odd number of bits, in base64url. */
function oddNumber(bits: number): string {
  const octets = randomBytes(bits / 8);
  octets[0] = (octets[0] ?? 0) | 0x80;
  octets[octets.length - 1] = (octets.at(-1) ?? 0) | 1;
  return octets.toString('base64url');
}

const numberOf = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const rsaWith = (members: JsonWebKey): JsonWebKey => ({ ...rsaPair.publicJwk, ...members });

/** Makes key pairs until the first octet of `x` is zero, and cuts it. RFC 7518 §6.2.1.2. */
function keyWithShortX(): JsonWebKey {
  for (;;) {
    const { publicJwk } = createKeyPair('P-256');
    const x = Buffer.from(publicJwk.x ?? '', 'base64url');
    if (x[0] === 0) return { ...publicJwk, x: x.subarray(1).toString('base64url') };
  }
}

/** Keys that are refused although the token is bound to them, with the algorithm of the proof. */
const UNUSABLE_KEYS: Readonly<Record<string, readonly [alg: string, jwk: JsonWebKey]>> = {
  'RSA, 1024 bits': ['RS256', rsaWith({ n: oddNumber(1024) })],
  'RSA, 2040 bits': ['RS256', rsaWith({ n: oddNumber(2040) })],
  'RSA, 4104 bits': ['PS256', rsaWith({ n: oddNumber(4104) })],
  'RSA, 16384 bits': ['RS256', rsaWith({ n: oddNumber(16_384) })],
  'RSA, an even modulus': ['RS256', rsaWith({ n: numberOf('80' + '00'.repeat(255)) })],
  'RSA, e is 1': ['RS256', rsaWith({ e: numberOf('01') })],
  'RSA, e is 3': ['RS256', rsaWith({ e: numberOf('03') })],
  'RSA, e is even': ['PS512', rsaWith({ e: numberOf('010000') })],
  'RSA, e is 2^32 + 1': ['RS256', rsaWith({ e: numberOf('0100000001') })],
  'RSA, e is as long as n': ['RS256', rsaWith({ e: oddNumber(2048) })],
  'RSA, e is empty': ['RS256', rsaWith({ e: '' })],
  'RSA, e has a leading zero': ['RS256', rsaWith({ e: numberOf('00010001') })],
  'RSA, n is padded': ['RS256', rsaWith({ n: `${rsaPair.publicJwk.n ?? ''}==` })],
  'EC of another curve': ['ES256', p384.publicJwk],
  'EC of another curve for ES512': ['ES512', PROVER.jwk],
  'EC, secp256k1': ['ES256', createKeyPair('secp256k1').publicJwk],
  'EC, a point off the curve': ['ES256', { ...PROVER.jwk, y: PROVER.jwk.x ?? '' }],
  'EC, the point zero': [
    'ES256',
    { ...PROVER.jwk, x: numberOf('00'.repeat(32)), y: numberOf('00'.repeat(32)) },
  ],
  'EC, a leading zero of x is cut': ['ES256', keyWithShortX()],
  'EC, a zero before x': ['ES256', { ...PROVER.jwk, x: `AA${PROVER.jwk.x ?? ''}` }],
  Ed448: ['EdDSA', createKeyPair('ed448').publicJwk],
  X25519: ['EdDSA', createKeyPair('x25519').publicJwk],
  'Ed25519, order 1': ['Ed25519', { ...edwards.jwk, x: numberOf('01' + '00'.repeat(31)) }],
  'Ed25519, order 2': ['EdDSA', { ...edwards.jwk, x: numberOf(`ec${'ff'.repeat(30)}7f`) }],
  'Ed25519, order 4': ['Ed25519', { ...edwards.jwk, x: numberOf('00'.repeat(32)) }],
  'Ed25519, 31 octets': ['Ed25519', { ...edwards.jwk, x: numberOf('11'.repeat(31)) }],
};

/** Values of `jwk` that are not a public key of the algorithm. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

const withoutKey: Readonly<Record<string, unknown>> = {
  absent: undefined,
  null: null,
  'a string': JSON.stringify(PROVER.jwk),
  'a list': [PROVER.jwk],
  'an empty object': {},
  'a secret': { kty: 'oct', k: 'AAAA' },
  'no kty': { ...PROVER.jwk, kty: undefined },
  'another kty': { ...PROVER.jwk, kty: 'OKP' },
  'kty in lower case': { ...PROVER.jwk, kty: 'ec' },
  'no curve': { ...PROVER.jwk, crv: undefined },
  'no y': { ...PROVER.jwk, y: undefined },
  'x is a number': { ...PROVER.jwk, x: 1 },
  'y is a list': { ...PROVER.jwk, y: [PROVER.jwk.y] },
  'an RSA key': rsaPair.publicJwk,
  'an Ed25519 key': edwards.jwk,
};

function withJwks(jwks: Readonly<Record<string, unknown>>): Readonly<Record<string, ProofFactory>> {
  return Object.fromEntries(
    Object.entries(jwks).map(([name, jwk]): [string, ProofFactory] => [
      name,
      ({ prove }) => prove({ header: { jwk } }),
    ]),
  );
}

const flip = (octets: Buffer, place: number): Buffer => {
  const flipped = Buffer.from(octets);
  flipped[place] = (flipped[place] ?? 0) ^ 1;
  return flipped;
};

/** The good proof with its signature changed. */
function withSignature(change: (signature: Buffer) => Buffer): ProofFactory {
  return ({ prove }) => {
    const [header = '', payload = '', signature = ''] = prove().split('.');
    const octets = change(Buffer.from(signature, 'base64url'));
    return `${header}.${payload}.${octets.toString('base64url')}`;
  };
}

const stranger = createProver('ES256');

const FORGED: Readonly<Record<string, ProofFactory>> = {
  'the first bit flipped': withSignature((octets) => flip(octets, 0)),
  'the last bit flipped': withSignature((octets) => flip(octets, 63)),
  'r and s are zero': withSignature(() => Buffer.alloc(64)),
  'r is zero': withSignature((octets) => Buffer.concat([Buffer.alloc(32), octets.subarray(32)])),
  'r and s are one': withSignature(() => Buffer.from(`${'00'.repeat(31)}01`.repeat(2), 'hex')),
  'in DER': withSignature(derSignature),
  'no signature': withSignature(() => Buffer.alloc(0)),
  'one octet less': withSignature((octets) => octets.subarray(1)),
  'one octet more': withSignature((octets) => Buffer.concat([octets, Buffer.alloc(1)])),
  'by another key': ({ prove }) => {
    const input = prove().split('.').slice(0, 2).join('.');
    return `${input}.${stranger.signature(input).toString('base64url')}`;
  },
  'by a key in jku and x5c': ({ prove }) => {
    const header = { jku: 'http://127.0.0.1:1/jwks', x5u: 'http://127.0.0.1:1/x5u', kid: 'k1' };
    const input = prove({ header }).split('.').slice(0, 2).join('.');
    return `${input}.${stranger.signature(input).toString('base64url')}`;
  },
  'of another payload': ({ prove }) => {
    const [header, payload] = prove().split('.');
    const [, , signature] = prove({ jti: 'another' }).split('.');
    return [header, payload, signature].join('.');
  },
};

/** A token that is bound to a key, and a request with it and a proof that the key has not signed. */
async function callerWithKey(
  rs: Fixture,
  alg: string,
  jwk: JsonWebKey,
): Promise<{ readonly request: HttpRequest }> {
  const claims = { cnf: { jkt: thumbprintOf(jwk) }, jti: randomUUID() };
  const { prove, request } = await createCaller(rs, { token: { claims } });
  const [header, payload] = prove({ header: { alg, jwk } }).split('.');
  return { request: request(`${header}.${payload}.AAAA`) };
}

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { dpop: true } });

  describe('key in a proof', () => {
    verifies('rfc9449#4.3/proof-key-is-public', 'has no private member', async () => {
      const jwks = PRIVATE_MEMBERS.map((name): [string, unknown] => [
        name,
        { ...PROVER.jwk, [name]: name === 'oth' ? [] : 'AAAA' },
      ]);
      const proofs = withJwks(Object.fromEntries(jwks));
      await expectRefusals(rs, withProofs(proofs), refusedProof('proof_key'));
      for (const kind of ['rsa', 'ed25519'] as const) {
        const pair = createKeyPair(kind);
        const prover = createProver(kind === 'rsa' ? 'RS256' : 'EdDSA', pair);
        const caller = await createCaller(rs, { prover });
        const proof = caller.prove({ header: { jwk: pair.privateJwk } });
        expect(seenOf(await rs.send(caller.request(proof))), kind).toEqual(
          refusedProof('proof_key'),
        );
      }
    });

    verifies(
      ['rfc9449#4.3/proof-key-is-public', 'rfc9449#4.3/proof-algorithm-is-public-key'],
      'is a public key for the algorithm',
      async () => {
        await expectRefusals(rs, withProofs(withJwks(withoutKey)), refusedProof('proof_key'));
      },
    );

    verifies(
      'rfc9449#4.3/proof-key-is-bounded',
      'is refused before any verification if it is weak, malformed or expensive',
      async () => {
        const crypto = watchCrypto();
        for (const [name, [alg, jwk]] of Object.entries(UNUSABLE_KEYS)) {
          const { request } = await callerWithKey(rs, alg, jwk);
          // The first request verifies the token, the second one only the proof.
          for (const verifications of CACHES_TOKENS ? [1, 0] : [1, 1]) {
            crypto.reset();
            expect(seenOf(await rs.send(request)), name).toEqual(refusedProof('proof_key'));
            expect(crypto.calls().verifications, name).toBe(verifications);
          }
        }
      },
    );

    verifies(
      'rfc9449#4.3/proof-key-is-bounded',
      'can have 4096 bits and an exponent of 32 bits',
      async () => {
        const bounds = [
          rsaWith({ n: oddNumber(4096) }),
          rsaWith({ n: oddNumber(2048), e: numberOf('ffffffff') }),
        ];
        for (const jwk of bounds) {
          const { request } = await callerWithKey(rs, 'RS256', jwk);
          expect(seenOf(await rs.send(request))).toEqual(refusedProof('proof_signature'));
        }
      },
    );

    verifies(
      'rfc9449#4.3/proof-key-is-bound-key',
      'is the bound one whatever its other members and their order',
      async () => {
        const jwks = {
          'other members': { ...PROVER.jwk, kid: 'k1', alg: 'ES256', use: 'sig', x5t: 'x' },
          'members for other purposes': {
            ...PROVER.jwk,
            alg: 'RS256',
            use: 'enc',
            key_ops: ['sign'],
          },
          'another order': Object.fromEntries(Object.entries(PROVER.jwk).reverse()),
        };
        await expectAnswers(rs, withProofs(withJwks(jwks)), accepted());
      },
    );

    verifies(
      ['rfc9449#4.3/proof-key-is-bound-key', 'rfc9449#4.3/binding-checked-before-key-is-used'],
      'is refused before any use if the token is bound to another one',
      async () => {
        expect(await rs.present(await rs.mint())).toBe('200');
        const crypto = watchCrypto();
        const others: readonly Prover[] = [stranger, createProver('ES256'), edwards];
        for (const prover of [...others, createProver('PS256', rsaPair)]) {
          for (const state of TOKEN_STATES) {
            const caller = await createCaller(rs, { state });
            const { jti, prove } = await createCaller(rs, { prover });
            const proof = prove({ token: caller.token, jti: caller.jti });
            crypto.reset();
            const seen = seenOf(await rs.send(caller.request(proof)));
            expect(seen, `${prover.alg}, ${state}`).toEqual(refusedDpopToken('binding'));
            // The only signature is that of the token.
            const verifications = state === 'cached' && CACHES_TOKENS ? 0 : 1;
            expect(crypto.calls()).toEqual({ imports: 0, verifications });
            expect(seenOf(await rs.send(caller.request())), jti).toEqual(accepted());
          }
        }
      },
    );

    verifies(
      'rfc9449#4.3/binding-checked-before-key-is-used',
      'is imported once for a cached token',
      async () => {
        const caller = await createCaller(rs, { state: 'cached' });
        const crypto = watchCrypto();
        for (const jti of ['1', '2', '3']) {
          expect(seenOf(await rs.send(caller.request(caller.prove({ jti }))))).toEqual(accepted());
        }
        const expected = { imports: 0, verifications: 3 };
        expect(crypto.calls()).toEqual(CACHES_TOKENS ? expected : { imports: 3, verifications: 6 });
      },
    );

    verifies(
      'rfc9449#4.3/proof-key-is-bound-key',
      'is compared with the bound one in each request, though another one was accepted before',
      async () => {
        // The header of the accepted proof, with another octet of the key, or spelt in another way.
        const caller = await createCaller(rs, { state: 'cached' });
        const { x = '' } = PROVER.jwk;
        const other = { ...PROVER.jwk, x: `${x.startsWith('A') ? 'B' : 'A'}${x.slice(1)}` };
        const forged = caller.prove({ header: { jwk: other } });
        const binding = refusedDpopToken('binding');
        expect(seenOf(await rs.send(caller.request(forged)))).toEqual(binding);
        // Accepted headers of one token count for no other token.
        const another = await createCaller(rs, { prover: stranger, state: 'cached' });
        const proof = caller.prove({ token: another.token });
        expect(seenOf(await rs.send(another.request(proof)))).toEqual(binding);
        const swapped = another.prove({ token: caller.token });
        expect(seenOf(await rs.send(caller.request(swapped)))).toEqual(binding);
        expect(seenOf(await rs.send(caller.request()))).toEqual(accepted());
        expect(seenOf(await rs.send(another.request()))).toEqual(accepted());
      },
    );
  });

  describe('signature of a proof', () => {
    verifies('rfc9449#4.3/proof-verified-by-its-key', 'is by the key in the proof', async () => {
      await expectRefusals(rs, withProofs(FORGED), refusedProof('proof_signature'));
    });

    verifies(
      'rfc9449#4.3/proof-verified-by-its-key',
      'is verified by no other key, though the proof names one of the issuer',
      async () => {
        const requests = { ...rs.issuer.requests };
        const named =
          ({ kid = 'k1', jku = `${rs.issuer.issuer}/jwks` } = {}): ProofFactory =>
          ({ prove }) =>
            prove({ header: { kid, jku, x5u: jku, x5c: ['AAAA'], x5t: 'AAAA' } });
        await expectAnswers(rs, withProofs({ kid: named() }), accepted());
        expect({ ...rs.issuer.requests, jwks: 0 }).toEqual({ ...requests, jwks: 0 });
      },
    );
  });
});
