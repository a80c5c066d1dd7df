/**
 * Forgeries that the issuer did not sign, or that were changed after it signed them.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';
import { encodeJson, encodeSegment, splitSegments } from '../tokens/compact-jws.js';
import { signDraft, type TokenDraft } from '../tokens/token-mint.js';
import { attackerKey, type Forgeries, withClaims, withHeader } from './forgery.js';

/** The names of the forgeries of signatures and keys. */
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

/** The forgeries of signatures and keys. */
export const FORGED_SIGNATURES: Forgeries<ForgedSignatureName> = {
  unknownKey: {
    explanation: 'is signed by an unknown key and names an unknown "kid", a new one each time',
    forge: (draft) => signByAttacker(withHeader(draft, { kid: `unknown-${randomId()}` })),
  },
  foreignKey: {
    explanation: 'is signed by an unknown key and names the "kid" of the right key',
    forge: signByAttacker,
  },
  embeddedJwk: {
    explanation: 'carries the key that verifies it in a "jwk" header',
    forge: (draft) => {
      const { publicJwk } = attackerKey(draft.key.alg);
      return signByAttacker(withHeader(draft, { kid: publicJwk.kid, jwk: publicJwk }));
    },
  },
  jku: {
    explanation: 'names the URL of the key that verifies it in a "jku" header',
    forge: (draft, { forgedJwksUri }) => {
      const { kid } = attackerKey(draft.key.alg);
      return signByAttacker(withHeader(draft, { kid, jku: forgedJwksUri }));
    },
  },
  tampered: {
    explanation: 'was changed after it was signed: the scope "admin" was added',
    forge: (draft) => {
      const { header, signature } = splitSegments(signDraft(draft));
      const granted = draft.claims['scope'];
      const scope = typeof granted === 'string' ? `${granted} admin` : 'admin';
      const { claims } = withClaims(draft, { scope });
      return `${header}.${encodeJson(claims)}.${signature}`;
    },
  },
  truncatedSignature: {
    explanation: 'has a signature without its last octets',
    forge: (draft) => withSignature(draft, (signature) => signature.subarray(0, -8)),
  },
  emptySignature: {
    explanation: 'names an algorithm but has an empty signature',
    forge: (draft) => withSignature(draft, () => Buffer.alloc(0)),
  },
  zeroSignature: {
    explanation: 'has a signature of zeros with the right length (CVE-2022-21449)',
    forge: (draft) => withSignature(draft, (signature) => Buffer.alloc(signature.length)),
  },
  algNone: {
    explanation: 'is not signed: "alg": "none". RFC 7518 §3.6',
    forge: (draft) => withoutSignature(draft, 'none'),
  },
  algNoneMixedCase: {
    explanation: 'is not signed: "alg": "nOnE", which a deny list may miss',
    forge: (draft) => withoutSignature(draft, 'nOnE'),
  },
  algNoneWithSignature: {
    explanation: 'names "alg": "none" but has a signature by the right key',
    forge: (draft) => signDraft(withHeader(draft, { alg: 'none' })),
  },
  wrongAlg: {
    explanation: 'is signed by the right key but names an algorithm of another family',
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

function withSignature(draft: TokenDraft, change: (signature: Buffer) => Buffer): string {
  const { header, payload, signature } = splitSegments(signDraft(draft));
  return `${header}.${payload}.${encodeSegment(change(Buffer.from(signature, 'base64url')))}`;
}

function withoutSignature(draft: TokenDraft, alg: string): string {
  const { header, claims } = withHeader(draft, { alg });
  return `${encodeJson(header)}.${encodeJson(claims)}.`;
}

function signHs256(draft: TokenDraft, secret: string | Buffer): string {
  const { header, claims } = withHeader(draft, { alg: 'HS256' });
  const input = `${encodeJson(header)}.${encodeJson(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function randomId(): string {
  return randomBytes(8).toString('hex');
}
