/**
 * Mistakes in the kind of token.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { readStringClaim } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link KIND_MISTAKES}. */
export type KindCause = 'id_token' | 'refresh_token' | 'logout_token' | 'wrong_typ' | 'not_rfc9068';

/** Tokens that are not access tokens. */
export const OTHER_KINDS: readonly KindCause[] = ['id_token', 'refresh_token', 'logout_token'];

/** In the order in which they are reported. */
export const KIND_MISTAKES: Readonly<Record<KindCause, KnownMistake<KindCause>>> = {
  id_token: {
    checks: ['type'],
    unless: ['logout_token'],
    findEvidence: (inspection) => {
      const markers = ['nonce', 'at_hash', 'c_hash'].filter((name) => hasClaim(inspection, name));
      if (readStringClaim(inspection, 'token_use') === 'id') markers.push('token_use');
      if (readStringClaim(inspection, 'typ') === 'ID') markers.push('typ');
      const names = markers.map((name) => `"${name}"`).join(', ');
      return markers.length === 0
        ? undefined
        : `the token is an ID token, which is for the client only: it has ${names}`;
    },
    fixes: createFixes([
      'client',
      'send the "access_token" from the token response, not the "id_token"',
    ]),
  },
  refresh_token: {
    checks: ['type'],
    findEvidence: (inspection) => {
      const typ = readStringClaim(inspection, 'typ');
      return typ === 'Refresh' || typ === 'Offline' || inspection.header['typ'] === 'rt+jwt'
        ? 'the token is a refresh token, which is for the authorization server only'
        : undefined;
    },
    fixes: createFixes([
      'client',
      'send the "access_token" from the token response, not the "refresh_token"',
    ]),
  },
  logout_token: {
    checks: ['type'],
    findEvidence: (inspection) =>
      hasClaim(inspection, 'events')
        ? 'the token is a logout token or a security event token: it has "events"'
        : undefined,
    fixes: createFixes(['client', 'send the "access_token" from the token response']),
  },
  wrong_typ: {
    checks: ['type'],
    unless: OTHER_KINDS,
    findEvidence: ({ header: { typ } }) =>
      typ === undefined || isPlainJwt(typ)
        ? undefined
        : `the token is another kind of JWT: "typ" is ${formatValue(typ)}`,
    fixes: createFixes(['client', 'send an access token, whose "typ" is "at+jwt" or "JWT"']),
  },
  not_rfc9068: {
    checks: ['type'],
    unless: OTHER_KINDS,
    findEvidence: ({ header: { typ }, expected }) =>
      expected.typ === 'at+jwt' && (typ === undefined || isPlainJwt(typ))
        ? `the API accepts only "typ" "at+jwt", but "typ" is ${formatValue(typ)}`
        : undefined,
    fixes: createFixes(
      ['authorization server', 'issue access tokens that follow RFC 9068'],
      ['resource server', 'set "typ" to "auto"'],
    ),
  },
};

function isPlainJwt(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?jwt$/i.test(typ);
}
