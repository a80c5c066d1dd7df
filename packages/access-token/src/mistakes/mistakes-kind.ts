/**
 * Mistakes in the kind of token.
 *
 * @module
 */
import { ACCESS_TOKEN_CLAIMS, isPlainJwt, listOtherKindMarks } from '../claims/token-kind.js';
import { createFixes } from '../inspection/fix.js';
import { formatNames, formatValue } from '../inspection/printable.js';
import { type JsonObject, member } from '../jws/json-object.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link KIND_MISTAKES}. */
export type KindCause =
  | 'id_token'
  | 'nonce_in_token'
  | 'refresh_token'
  | 'logout_token'
  | 'wrong_typ'
  | 'no_access_token_claim'
  | 'not_rfc9068';

/** Tokens that are not access tokens. */
export const OTHER_KINDS: readonly KindCause[] = ['id_token', 'refresh_token', 'logout_token'];

/** In the order in which they are reported. */
export const KIND_MISTAKES: Readonly<Record<KindCause, KnownMistake<KindCause>>> = {
  id_token: {
    checks: ['type'],
    unless: ['logout_token'],
    findEvidence: ({ claims = {} }) => {
      const marks = listOtherKindMarks(claims);
      if (!marks.some((name) => isIdTokenMark(claims, name))) return undefined;
      return `the token is an ID token, which is for the client only: it has ${formatNames(marks)}`;
    },
    fixes: createFixes([
      'client',
      'send the "access_token" from the token response, not the "id_token"',
    ]),
  },
  nonce_in_token: {
    checks: ['type'],
    unless: OTHER_KINDS,
    findEvidence: ({ claims = {} }) =>
      listOtherKindMarks(claims).includes('nonce')
        ? 'the token is an ID token, or an access token into which its issuer writes "nonce": ' +
          'no other claim shows which'
        : undefined,
    fixes: createFixes(
      [
        'client',
        'if it is the "id_token" from the token response, send the "access_token" instead',
      ],
      [
        'authorization server',
        'if it is an access token, set its "typ" to "at+jwt", or issue "scope" and "client_id" in it',
      ],
    ),
  },
  refresh_token: {
    checks: ['type'],
    findEvidence: ({ header, claims = {} }) => {
      const name = listOtherKindMarks(claims).find((mark) => isRefreshTokenMark(claims, mark));
      if (name === undefined && header['typ'] !== 'rt+jwt') return undefined;
      const where = name === undefined ? 'its header parameter "typ"' : `"${name}"`;
      return `the token is a refresh token, which is for the authorization server only: ${where} says so`;
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
    findEvidence: ({ header }) =>
      isPlainJwt(header)
        ? undefined
        : `the token is another kind of JWT: "typ" is ${formatValue(header['typ'])}`,
    fixes: createFixes(['client', 'send an access token, whose "typ" is "at+jwt" or "JWT"']),
  },
  no_access_token_claim: {
    checks: ['type'],
    unless: [...OTHER_KINDS, 'nonce_in_token'],
    findEvidence: ({ header, claims = {}, expected }) => {
      const isMarked = ACCESS_TOKEN_CLAIMS.some((name) => Object.hasOwn(claims, name));
      return expected.typ === 'auto' && isPlainJwt(header) && !isMarked
        ? `nothing shows that the token is an access token: it has none of ${formatNames(ACCESS_TOKEN_CLAIMS)}`
        : undefined;
    },
    fixes: createFixes(
      [
        'authorization server',
        'issue "client_id" or "scope", or set the header parameter "typ" to "at+jwt"',
      ],
      [
        'resource server',
        'if the issuer writes no such claim into access tokens, set "typ" to "jwt"',
      ],
    ),
  },
  not_rfc9068: {
    checks: ['type'],
    unless: OTHER_KINDS,
    findEvidence: ({ header, expected }) =>
      expected.typ === 'at+jwt' && isPlainJwt(header)
        ? `the API accepts only "typ" "at+jwt", but "typ" is ${formatValue(header['typ'])}`
        : undefined,
    fixes: createFixes(
      ['authorization server', 'issue access tokens that follow RFC 9068'],
      ['resource server', 'set "typ" to "auto"'],
    ),
  },
};

function isIdTokenMark(claims: JsonObject, name: string): boolean {
  return (
    name === 'at_hash' || name === 'c_hash' || /^(?:serialized-)?id/i.test(readText(claims, name))
  );
}

function isRefreshTokenMark(claims: JsonObject, name: string): boolean {
  return /^(?:refresh|offline)/i.test(readText(claims, name));
}

/** A mark such as `nonce` may have any value; only those of `typ` and the like name a kind. */
function readText(claims: JsonObject, name: string): string {
  const value = name === 'nonce' ? undefined : member(claims, name);
  return typeof value === 'string' ? value : '';
}
