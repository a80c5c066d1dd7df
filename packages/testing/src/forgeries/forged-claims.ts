/**
 * Forgeries that are signed by the issuer's key and have wrong claims or a wrong type.
 *
 * @module
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ShapedToken } from '../shapes/token-shape.js';
import { signDraft, type TokenDraft } from '../tokens/token-mint.js';
import { type Forgeries, withClaims, withHeader } from './forgery.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The names of the forgeries of claims and types. */
export type ForgedClaimsName =
  | 'expired'
  | 'noExpiry'
  | 'expiryAsString'
  | 'notYetValid'
  | 'issuedInFuture'
  | 'wrongAudience'
  | 'lookalikeAudience'
  | 'noAudience'
  | 'wrongIssuer'
  | 'issuerWithSlash'
  | 'noIssuer'
  | 'senderConstrained'
  | 'certificateBound'
  | 'idToken'
  | 'logoutToken'
  | 'refreshToken'
  | 'clientAssertion'
  | 'unknownType';

/** The forgeries of claims and types. */
export const FORGED_CLAIMS: Forgeries<ForgedClaimsName> = {
  expired: {
    explanation: 'expired an hour ago',
    forge: (draft, { now }) =>
      signDraft(withClaims(draft, { iat: now - 2 * HOUR, exp: now - HOUR })),
  },
  noExpiry: {
    explanation: 'has no "exp", so it would never expire',
    forge: (draft) => signDraft(withClaims(draft, { exp: undefined })),
  },
  expiryAsString: {
    explanation: 'has "exp" as a string of digits',
    forge: (draft) => signDraft(withClaims(draft, { exp: String(draft.claims['exp']) })),
  },
  notYetValid: {
    explanation: 'is not valid for another hour ("nbf")',
    forge: (draft, { now }) => signDraft(withClaims(draft, { nbf: now + HOUR, exp: now + DAY })),
  },
  issuedInFuture: {
    explanation: 'was issued one day in the future',
    forge: (draft, { now }) =>
      signDraft(withClaims(draft, { iat: now + DAY, exp: now + DAY + HOUR })),
  },
  wrongAudience: {
    explanation: 'is meant for another resource',
    forge: (draft) => signDraft(withClaims(draft, { aud: 'https://other-api.example' })),
  },
  lookalikeAudience: {
    explanation: 'is meant for a resource whose identifier starts with the right one',
    forge: (draft) => signDraft(withClaims(draft, { aud: `${firstAudience(draft)}.evil.example` })),
  },
  noAudience: {
    explanation: 'has no "aud"',
    forge: (draft) => signDraft(withClaims(draft, { aud: undefined })),
  },
  wrongIssuer: {
    explanation: 'names another issuer, but is signed by the right key',
    forge: (draft) => signDraft(withClaims(draft, { iss: 'https://other-issuer.example' })),
  },
  issuerWithSlash: {
    explanation: 'names the issuer with a trailing slash added',
    forge: (draft) => signDraft(withClaims(draft, { iss: `${String(draft.claims['iss'])}/` })),
  },
  noIssuer: {
    explanation: 'has no "iss"',
    forge: (draft) => signDraft(withClaims(draft, { iss: undefined })),
  },
  senderConstrained: {
    explanation: 'is bound to a DPoP key (cnf.jkt) but sent without a proof. RFC 9449 §6.1',
    forge: (draft) => signDraft(withClaims(draft, { cnf: { jkt: randomDigest() } })),
  },
  certificateBound: {
    explanation: 'is bound to a client certificate (cnf.x5t#S256). RFC 8705 §3.1',
    forge: (draft) => signDraft(withClaims(draft, { cnf: { 'x5t#S256': randomDigest() } })),
  },
  idToken: {
    explanation: 'is an ID token with the resource as its audience',
    forge: (draft) => signIdToken(draft),
  },
  logoutToken: {
    explanation: 'is a logout token of OpenID Connect Back-Channel Logout',
    forge: (draft) => signLogoutToken(draft),
  },
  refreshToken: {
    explanation: 'is a refresh token in JWT form',
    forge: (draft) => signDraft(withClaims(withHeader(draft, { typ: 'JWT' }), { typ: 'Refresh' })),
  },
  clientAssertion: {
    explanation: 'is a client assertion. RFC 7523 §2.2',
    forge: (draft) => signDraft(withHeader(draft, { typ: 'client-authentication+jwt' })),
  },
  unknownType: {
    explanation: 'has an unregistered type: "typ": "x-unknown+jwt"',
    forge: (draft) => signDraft(withHeader(draft, { typ: 'x-unknown+jwt' })),
  },
};

function signIdToken(draft: TokenDraft): string {
  if (draft.idToken !== undefined) return signShapedIdToken(draft, draft.idToken());
  const { sub, client_id, ...claims } = draft.claims;
  const identity = { sub, azp: client_id, nonce: randomUUID(), at_hash: randomDigest().slice(22) };
  return signDraft({
    ...withHeader(draft, { typ: 'JWT' }),
    claims: { ...claims, ...identity, scope: undefined },
  });
}

/** Signs an ID token as the imitated server writes it, with the audience of its access tokens. */
function signShapedIdToken(draft: TokenDraft, { header, claims }: ShapedToken): string {
  const { alg, kid } = draft.header;
  const aud = draft.claims['aud'] ?? claims['aud'];
  return signDraft({ ...draft, header: { ...header, alg, kid }, claims: { ...claims, aud } });
}

function signLogoutToken(draft: TokenDraft): string {
  const event = 'http://schemas.openid.net/event/backchannel-logout';
  const logout = { events: { [event]: {} }, sid: randomUUID() };
  return signDraft(withClaims(withHeader(draft, { typ: 'logout+jwt' }), logout));
}

function firstAudience({ claims }: TokenDraft): string {
  const audience = claims['aud'];
  return String(Array.isArray(audience) ? audience[0] : audience);
}

function randomDigest(): string {
  return randomBytes(32).toString('base64url');
}
