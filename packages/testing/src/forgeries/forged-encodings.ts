/**
 * Forgeries that are signed by the issuer's key but encoded incorrectly.
 *
 * @module
 */
import { createCipheriv, randomBytes } from 'node:crypto';
import type { JsonMembers } from '../shapes/token-shape.js';
import {
  encodeJson,
  encodeSegment,
  respellSignature,
  signSegments,
} from '../tokens/compact-jws.js';
import { signDraft, type TokenDraft } from '../tokens/token-mint.js';
import { type Forgeries, withHeader } from './forgery.js';

/** The names of the forgeries of encodings. */
export type ForgedEncodingName =
  | 'opaque'
  | 'encrypted'
  | 'twoParts'
  | 'trailingDot'
  | 'paddedSegment'
  | 'nonCanonicalSignature'
  | 'critHeader'
  | 'b64False'
  | 'duplicateHeader'
  | 'duplicateClaim'
  | 'infiniteExpiry'
  | 'byteOrderMark'
  | 'invalidUtf8'
  | 'trailingGarbage'
  | 'arrayPayload'
  | 'nestedToken';

/** The forgeries of segments, JSON and framing. */
export const FORGED_ENCODINGS: Forgeries<ForgedEncodingName> = {
  opaque: {
    explanation: 'is a random string, not a JWT',
    forge: () => randomBytes(32).toString('base64url'),
  },
  encrypted: {
    explanation: 'is encrypted: a JWE of five parts. RFC 7516 §3.1',
    forge: encrypt,
  },
  twoParts: {
    explanation: 'has no third segment',
    forge: (draft) => signDraft(draft).replace(/\.[^.]*$/, ''),
  },
  trailingDot: {
    explanation: 'has an extra dot at the end',
    forge: (draft) => `${signDraft(draft)}.`,
  },
  paddedSegment: {
    explanation: 'has a payload with base64 padding, with a valid signature over it. RFC 7515 §2',
    forge: (draft) => signEncoded(draft.header, encodePadded(draft.claims), draft),
  },
  nonCanonicalSignature: {
    explanation: 'has a non-canonical base64url signature: the same octets in another spelling',
    forge: (draft) => respellSignature(signDraft(draft)),
  },
  critHeader: {
    explanation: 'requires an unknown extension in "crit". RFC 7515 §4.1.11',
    forge: (draft) => signDraft(withHeader(draft, { crit: ['x-unknown'], 'x-unknown': true })),
  },
  b64False: {
    explanation: 'has "b64": false without "crit"; RFC 7797 §7 forbids it in JWTs',
    forge: (draft) => signDraft(withHeader(draft, { b64: false })),
  },
  duplicateHeader: {
    explanation: 'has "alg" twice in its header: first "none", then the right one',
    forge: (draft) => {
      const header = JSON.stringify(draft.header).replace('{', '{"alg":"none",');
      return signEncoded(header, encodeJson(draft.claims), draft);
    },
  },
  duplicateClaim: {
    explanation: 'has "exp" twice: first a time long past, then the right one',
    forge: (draft) => signPayload(draft, JSON.stringify(draft.claims).replace('{', '{"exp":1,')),
  },
  infiniteExpiry: {
    explanation: 'has "exp": 1e400, which parses to infinity',
    forge: (draft) => {
      const claims = JSON.stringify({ ...draft.claims, exp: undefined });
      return signPayload(draft, claims.replace('{', '{"exp":1e400,'));
    },
  },
  byteOrderMark: {
    explanation: 'has a byte order mark before its claims',
    forge: (draft) => signPayload(draft, `\uFEFF${JSON.stringify(draft.claims)}`),
  },
  invalidUtf8: {
    explanation: 'has an octet in its claims that is not UTF-8',
    forge: (draft) => {
      const claims = JSON.stringify({ ...draft.claims, note: '?' });
      return signPayload(
        draft,
        Buffer.from(claims.replace('"note":"?"', '"note":"\xff"'), 'latin1'),
      );
    },
  },
  trailingGarbage: {
    explanation: 'has characters after the JSON of its claims. RFC 7515 §10.12',
    forge: (draft) => signPayload(draft, `${JSON.stringify(draft.claims)}garbage`),
  },
  arrayPayload: {
    explanation: 'has its claims inside an array',
    forge: (draft) => signPayload(draft, JSON.stringify([draft.claims])),
  },
  nestedToken: {
    explanation: 'has another token as its payload. RFC 7519 §5.2',
    forge: (draft) => signPayload(withHeader(draft, { cty: 'JWT' }), signDraft(draft)),
  },
};

/** Encrypts the claims with a random key that is discarded. RFC 7516 §5.1. */
function encrypt({ claims }: TokenDraft): string {
  const header = encodeJson({ alg: 'A256KW', enc: 'A256GCM', typ: 'at+jwt' });
  const [contentKey, iv] = [randomBytes(32), randomBytes(12)];
  // RFC 7518 §4.4 uses the initial value of RFC 3394 §2.2.3.1.
  const wrap = createCipheriv('aes256-wrap', randomBytes(32), Buffer.alloc(8, 0xa6));
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(claims)), cipher.final()]);
  const parts = [wrap.update(contentKey), iv, ciphertext, cipher.getAuthTag()];
  return [header, ...parts.map(encodeSegment)].join('.');
}

function signPayload(draft: TokenDraft, payload: string | Uint8Array): string {
  return signEncoded(draft.header, encodeSegment(payload), draft);
}

function signEncoded(header: JsonMembers | string, payload: string, draft: TokenDraft): string {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  return signSegments(encodeSegment(json), payload, draft.key);
}

function encodePadded(claims: JsonMembers): string {
  let octets = Buffer.from(JSON.stringify(claims));
  // Trailing white space does not change the claims, but makes the length one that base64 pads.
  while (octets.length % 3 === 0) octets = Buffer.concat([octets, Buffer.from(' ')]);
  return encodeSegment(octets).padEnd(Math.ceil(octets.length / 3) * 4, '=');
}
