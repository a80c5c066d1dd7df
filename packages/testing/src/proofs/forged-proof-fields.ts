/**
 * Forgeries of the field `DPoP`, and of the encoding and the header of proofs.
 *
 * @module
 */
import { createHmac, createPublicKey, type JsonWebKey, randomBytes, randomUUID } from 'node:crypto';
import { encodeJson, respellSignature } from '../tokens/compact-jws.js';
import {
  type ProofForgeries,
  signBoundTo,
  signWithClaims,
  signWithHeader,
} from './forged-proof.js';
import { signProof, signProofText } from './proof-draft.js';

/** The names of the forgeries of fields, encodings and headers. */
export type ForgedProofFieldName =
  | 'missing'
  | 'repeated'
  | 'empty'
  | 'tooLong'
  | 'twoParts'
  | 'duplicateClaim'
  | 'nonCanonicalSignature'
  | 'critHeader'
  | 'accessTokenAsProof'
  | 'typJwt'
  | 'typAccessToken'
  | 'noTyp'
  | 'algNone'
  | 'hs256WithOctKey'
  | 'hs256WithPublicKey';

const MALFORMED = { error: 'invalid_dpop_proof', reasons: ['proof_malformed'] } as const;
const TYP = { error: 'invalid_dpop_proof', reasons: ['proof_typ'] } as const;
const ALG = { error: 'invalid_dpop_proof', reasons: ['proof_alg'] } as const;

/** More octets than a server needs to accept. */
const TOO_LONG = 4096;

/** The forgeries of fields, encodings and headers. RFC 9449 §4.2, §4.3. */
export const FORGED_PROOF_FIELDS: ProofForgeries<ForgedProofFieldName> = {
  missing: {
    explanation: 'is missing',
    error: 'invalid_dpop_proof',
    reasons: ['proof_missing'],
    forge: ({ request: { token } }) => ({ token, proof: undefined }),
  },
  repeated: {
    explanation: 'is followed by another valid one, as HTTP joins two fields. RFC 9110 §5.2',
    error: 'invalid_dpop_proof',
    reasons: ['proof_repeated', 'proof_malformed'],
    forge: (attempt) =>
      [attempt.draft.claims['jti'], randomUUID()]
        .map((jti) => signWithClaims(attempt, { jti }))
        .join(', '),
  },
  empty: {
    explanation: 'is an empty field',
    error: 'invalid_dpop_proof',
    reasons: ['proof_malformed', 'proof_missing'],
    forge: () => '',
  },
  tooLong: {
    explanation: 'has more than 4,096 octets',
    ...MALFORMED,
    forge: (attempt) => signWithClaims(attempt, { padding: 'x'.repeat(TOO_LONG) }),
  },
  twoParts: {
    explanation: 'has no third segment',
    ...MALFORMED,
    forge: ({ draft }) => signProof(draft).replace(/\.[^.]*$/, ''),
  },
  duplicateClaim: {
    explanation: 'has "jti" twice',
    ...MALFORMED,
    forge: ({ draft: { header, claims, signer } }) => {
      const payload = JSON.stringify(claims).replace('{', `{"jti":"${randomUUID()}",`);
      return signProofText(JSON.stringify(header), payload, signer);
    },
  },
  nonCanonicalSignature: {
    explanation: 'has a non-canonical base64url signature: the same octets in another spelling',
    ...MALFORMED,
    forge: ({ draft }) => respellSignature(signProof(draft)),
  },
  critHeader: {
    explanation: 'requires an unknown extension in "crit". RFC 7515 §4.1.11',
    ...MALFORMED,
    forge: (attempt) => signWithHeader(attempt, { crit: ['x-unknown'], 'x-unknown': true }),
  },
  accessTokenAsProof: {
    explanation: 'is the access token itself',
    ...TYP,
    forge: ({ request }) => request.token,
  },
  typJwt: {
    explanation: 'has "typ": "JWT"',
    ...TYP,
    forge: (attempt) => signWithHeader(attempt, { typ: 'JWT' }),
  },
  typAccessToken: {
    explanation: 'has "typ": "at+jwt"',
    ...TYP,
    forge: (attempt) => signWithHeader(attempt, { typ: 'at+jwt' }),
  },
  noTyp: {
    explanation: 'has no "typ"',
    ...TYP,
    forge: (attempt) => signWithHeader(attempt, { typ: undefined }),
  },
  algNone: {
    explanation: 'is not signed: "alg": "none"',
    ...ALG,
    forge: ({ draft: { header, claims } }) => {
      return `${encodeJson({ ...header, alg: 'none' })}.${encodeJson(claims)}.`;
    },
  },
  hs256WithOctKey: {
    explanation: 'is an HS256 proof with its secret in "jwk"; the token is bound to the secret',
    ...ALG,
    forge: (attempt) => {
      const secret = randomBytes(32);
      const jwk = { kty: 'oct', k: secret.toString('base64url') };
      return signBoundTo(attempt, { alg: 'HS256', jwk, sign: hmacWith(secret) });
    },
  },
  hs256WithPublicKey: {
    explanation: 'is an HS256 proof whose secret is the public key as PEM',
    ...ALG,
    forge: ({ draft }) => {
      const key = draft.signer.jwk as JsonWebKey; // the members that its type requires
      const publicKey = createPublicKey({ key, format: 'jwk' });
      const sign = hmacWith(publicKey.export({ type: 'spki', format: 'pem' }));
      const header = { ...draft.header, alg: 'HS256' };
      return signProof({ ...draft, header, signer: { ...draft.signer, sign } });
    },
  },
};

function hmacWith(secret: string | Buffer): (input: string) => Buffer {
  return (input) => createHmac('sha256', secret).update(input).digest();
}
