/**
 * Forgeries that the issuer never signed, or that were changed afterwards.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';
import { encodeSegment, splitSegments } from '../tokens/compact-jws.js';
import { attackerKey, type Forgeries, withClaims, withHeader } from './forgery.js';
import { signDraft, type TokenDraft } from '../tokens/token-mint.js';

/** The names of these forgeries. */
export type ForgedSignatureName =
  | 'unknownKey'
  | 'foreignKey'
  | 'embeddedJwk'
  | 'jku'
  | 'tampered'
  | 'truncatedSignature'
  | 'emptySignature'
  | 'zeroSignature'
  | 'algNone'
  | 'algNoneMixedCase'
  | 'algNoneWithSignature'
  | 'wrongAlg'
  | 'hs256WithPublicKey'
  | 'hs256WithPublicKeyDer'
  | 'hs256WithPublicJwk';

/** Forgeries of the signature and of the key. */
export const FORGED_SIGNATURES: Forgeries<ForgedSignatureName> = {
  unknownKey: {
    explanation: 'is signed by a stranger and names a made-up "kid", another one each time',
    forge: (draft) => signByAttacker(withHeader(draft, { kid: `unknown-${randomId()}` })),
  },
  foreignKey: {
    explanation: 'is signed by a stranger and names the "kid" of the right key',
    forge: signByAttacker,
  },
  embeddedJwk: {
    explanation: 'brings the key that verifies it along, in a "jwk" header',
    forge: (draft) => {
      const { publicJwk } = attackerKey(draft.key.alg);
      return signByAttacker(withHeader(draft, { kid: publicJwk.kid, jwk: publicJwk }));
    },
  },
  jku: {
    explanation: 'says where the key that verifies it can be fetched, in a "jku" header',
    forge: (draft, { forgedJwksUri }) => {
      const { kid } = attackerKey(draft.key.alg);
      return signByAttacker(withHeader(draft, { kid, jku: forgedJwksUri }));
    },
  },
  tampered: {
    explanation: 'was changed after it was signed: it grants itself the scope "admin" besides',
    forge: (draft) => {
      const { header, signature } = splitSegments(signDraft(draft));
      const held = draft.claims['scope'];
      const scope = typeof held === 'string' ? `${held} admin` : 'admin';
      const { claims } = withClaims(draft, { scope });
      return `${header}.${encodeSegment(JSON.stringify(claims))}.${signature}`;
    },
  },
  truncatedSignature: {
    explanation: 'lacks the last octets of its signature',
    forge: (draft) => resigned(draft, (signature) => signature.subarray(0, -8)),
  },
  emptySignature: {
    explanation: 'names an algorithm and has no signature',
    forge: (draft) => resigned(draft, () => Buffer.alloc(0)),
  },
  zeroSignature: {
    explanation: 'has a signature of the right length that is all zeros (CVE-2022-21449)',
    forge: (draft) => resigned(draft, (signature) => Buffer.alloc(signature.length)),
  },
  algNone: {
    explanation: 'is not signed: "alg": "none". RFC 7518 §3.6',
    forge: (draft) => unsigned(draft, 'none'),
  },
  algNoneMixedCase: {
    explanation: 'is not signed: "alg": "nOnE", to slip past a list of forbidden names',
    forge: (draft) => unsigned(draft, 'nOnE'),
  },
  algNoneWithSignature: {
    explanation: 'says "alg": "none" and carries a signature by the right key all the same',
    forge: (draft) => signDraft(withHeader(draft, { alg: 'none' })),
  },
  wrongAlg: {
    explanation: 'is signed by the right key and names an algorithm of another family',
    forge: (draft) =>
      signDraft(withHeader(draft, { alg: draft.key.alg.startsWith('ES') ? 'RS256' : 'ES256' })),
  },
  hs256WithPublicKey: {
    explanation: 'is an HS256 token whose secret is the public key as PEM',
    forge: (draft) => signHs256(draft, draft.key.publicKey.export({ type: 'spki', format: 'pem' })),
  },
  hs256WithPublicKeyDer: {
    explanation: 'is an HS256 token whose secret is the public key as DER',
    forge: (draft) => signHs256(draft, draft.key.publicKey.export({ type: 'spki', format: 'der' })),
  },
  hs256WithPublicJwk: {
    explanation: 'is an HS256 token whose secret is the published JWK',
    forge: (draft) => signHs256(draft, JSON.stringify(draft.key.publicJwk)),
  },
};

function signByAttacker(draft: TokenDraft): string {
  return signDraft({ ...draft, key: attackerKey(draft.key.alg) });
}

function resigned(draft: TokenDraft, change: (signature: Buffer) => Buffer): string {
  const { header, payload, signature } = splitSegments(signDraft(draft));
  return `${header}.${payload}.${encodeSegment(change(Buffer.from(signature, 'base64url')))}`;
}

function unsigned(draft: TokenDraft, alg: string): string {
  const { header, claims } = withHeader(draft, { alg });
  return `${encodeSegment(JSON.stringify(header))}.${encodeSegment(JSON.stringify(claims))}.`;
}

function signHs256(draft: TokenDraft, secret: string | Buffer): string {
  const { header, claims } = withHeader(draft, { alg: 'HS256' });
  const input = `${encodeSegment(JSON.stringify(header))}.${encodeSegment(JSON.stringify(claims))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function randomId(): string {
  return randomBytes(8).toString('hex');
}
