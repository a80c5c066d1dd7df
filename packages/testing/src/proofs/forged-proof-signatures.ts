/**
 * Forgeries of the keys and the signatures of proofs.
 *
 * @module
 */
import { attackerKey } from '../forgeries/forgery.js';
import { encodeSegment, splitSegments } from '../tokens/compact-jws.js';
import {
  type ForgedPresentation,
  type ProofAttempt,
  type ProofForgeries,
  signBoundTo,
  signWithHeader,
} from './forged-proof.js';
import { createProofSigner, draftProof, signProof } from './proof-draft.js';
import {
  es256WithP384Signer,
  longExponentSigner,
  rsa1024Signer,
  smallOrderSigner,
} from './unsafe-signers.js';

/** The names of the forgeries of keys and signatures. */
export type ForgedProofSignatureName =
  | 'otherKey'
  | 'noJwk'
  | 'privateJwk'
  | 'es256WithP384Key'
  | 'rsa1024'
  | 'longExponent'
  | 'smallOrderKey'
  | 'foreignSignature'
  | 'flippedSignature'
  | 'zeroSignature'
  | 'emptySignature'
  | 'derSignature';

const KEY = { error: 'invalid_dpop_proof', reasons: ['proof_key'] } as const;
const SIGNATURE = { error: 'invalid_dpop_proof', reasons: ['proof_signature'] } as const;
/** The algorithm of the unsafe key may not be accepted either. */
const UNSAFE_KEY = { error: 'invalid_dpop_proof', reasons: ['proof_key', 'proof_alg'] } as const;

/** The forgeries of keys and signatures. RFC 9449 §4.3. */
export const FORGED_PROOF_SIGNATURES: ProofForgeries<ForgedProofSignatureName> = {
  otherKey: {
    explanation: 'is a valid proof by another key than the token is bound to',
    error: 'invalid_token',
    reasons: ['binding'],
    forge: ({ request, alg, nowMs }) =>
      signProof(draftProof(request, createProofSigner(attackerKey(alg)), nowMs)),
  },
  noJwk: {
    explanation: 'has no "jwk"',
    ...KEY,
    forge: (attempt) => signWithHeader(attempt, { jwk: undefined }),
  },
  privateJwk: {
    explanation: 'has the private key in "jwk"; the token is bound to that key',
    ...KEY,
    forge: (attempt) => {
      const key = attackerKey(attempt.alg);
      const jwk = { ...key.privateKey.export({ format: 'jwk' }) };
      return signBoundTo(attempt, { ...createProofSigner(key), jwk });
    },
  },
  es256WithP384Key: {
    explanation: 'has "alg": "ES256" and a P-384 key; the token is bound to that key',
    ...UNSAFE_KEY,
    forge: (attempt) => signBoundTo(attempt, es256WithP384Signer()),
  },
  rsa1024: {
    explanation: 'has an RSA key of 1024 bits; the token is bound to that key',
    ...UNSAFE_KEY,
    forge: (attempt) => signBoundTo(attempt, rsa1024Signer()),
  },
  longExponent: {
    explanation:
      'has an RSA key whose exponent is as long as its modulus; the token is bound to it',
    ...UNSAFE_KEY,
    forge: (attempt) => signBoundTo(attempt, longExponentSigner()),
  },
  smallOrderKey: {
    explanation: 'has an Ed25519 key of small order; the token is bound to that key',
    ...UNSAFE_KEY,
    forge: (attempt) => signBoundTo(attempt, smallOrderSigner()),
  },
  foreignSignature: {
    explanation: 'has the right key in "jwk" but is signed by another key',
    ...SIGNATURE,
    forge: ({ draft, alg }) => {
      const { sign } = createProofSigner(attackerKey(alg));
      return signProof({ ...draft, signer: { ...draft.signer, sign } });
    },
  },
  flippedSignature: {
    explanation: 'has a signature with one bit flipped',
    ...SIGNATURE,
    forge: withSignature((signature) => {
      const middle = signature.length >> 1;
      return signature.map((octet, index) => (index === middle ? octet ^ 1 : octet));
    }),
  },
  zeroSignature: {
    explanation: 'has a signature of zeros with the right length (CVE-2022-21449)',
    ...SIGNATURE,
    forge: withSignature((signature) => new Uint8Array(signature.length)),
  },
  emptySignature: {
    explanation: 'has an empty signature',
    error: 'invalid_dpop_proof',
    reasons: ['proof_signature', 'proof_malformed'],
    forge: withSignature(() => new Uint8Array()),
  },
  derSignature: {
    explanation: 'has an ECDSA signature as DER; RFC 7518 §3.4 requires R and S',
    error: 'invalid_dpop_proof',
    reasons: ['proof_signature', 'proof_alg'],
    forge: signDer,
  },
};

function withSignature(
  change: (signature: Uint8Array) => Uint8Array,
): (attempt: ProofAttempt) => string {
  return ({ draft }) => changeSignature(signProof(draft), change);
}

function changeSignature(proof: string, change: (signature: Uint8Array) => Uint8Array): string {
  const { header, payload, signature } = splitSegments(proof);
  return `${header}.${payload}.${encodeSegment(change(Buffer.from(signature, 'base64url')))}`;
}

/** Keys that are not for ECDSA have no such signature: another key signs, to which the token is bound. */
function signDer(attempt: ProofAttempt): string | ForgedPresentation {
  const { draft, alg } = attempt;
  if (alg.startsWith('ES')) return changeSignature(signProof(draft), toDer);
  const { token, proof = '' } = signBoundTo(attempt, createProofSigner(attackerKey('ES256')));
  return { token, proof: changeSignature(proof, toDer) };
}

/** Encodes R and S as DER: a sequence of two integers. RFC 3279 §2.2.3. */
function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const integers = [signature.subarray(0, half), signature.subarray(half)].map(toDerInteger);
  return toDerElement(0x30, Buffer.concat(integers));
}

function toDerInteger(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0);
  const digits = octets.subarray(start);
  // An integer whose first bit is set would be negative.
  return toDerElement(2, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

function toDerElement(tag: number, content: Uint8Array): Uint8Array {
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
