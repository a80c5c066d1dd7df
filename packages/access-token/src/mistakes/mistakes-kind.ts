/**
 * Mistakes in the kind of token, and in its issuer.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readStringClaim } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link KIND_MISTAKES}. */
export type KindCause =
  | 'id_token'
  | 'refresh_token'
  | 'logout_token'
  | 'wrong_typ'
  | 'not_rfc9068'
  | 'issuer_trailing_slash'
  | 'entra_version'
  | 'issuer_scheme'
  | 'wrong_environment';

/** Tokens that are not access tokens. */
export const OTHER_KINDS: readonly KindCause[] = ['id_token', 'refresh_token', 'logout_token'];

const ENTRA_V1 = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/;
const ENTRA_V2 = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/;

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
    fixes: createFixes(['client', 'send "access_token" of the token response, not "id_token"']),
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
      'send "access_token" of the token response, not "refresh_token"',
    ]),
  },
  logout_token: {
    checks: ['type'],
    findEvidence: (inspection) =>
      hasClaim(inspection, 'events')
        ? 'the token is a logout token or a security event token: it has "events"'
        : undefined,
    fixes: createFixes(['client', 'send "access_token" of the token response']),
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
  issuer_trailing_slash: {
    checks: ['issuer'],
    findEvidence: (inspection) =>
      describeIssuerMatch(
        inspection,
        (iss, trusted) => `${iss}/` === trusted || iss === `${trusted}/`,
      ),
    fixes: createFixes([
      'resource server',
      'set "issuer" to exactly the value of "iss", including the trailing slash or its absence',
    ]),
  },
  entra_version: {
    checks: ['issuer'],
    findEvidence: (inspection) =>
      describeIssuerMatch(
        inspection,
        (iss, trusted) => isOtherEntraVersion(iss, trusted) || isOtherEntraVersion(trusted, iss),
      ),
    fixes: createFixes(
      ['authorization server', 'set requestedAccessTokenVersion in the manifest of the API'],
      ['resource server', 'trust the issuer of the other version'],
    ),
  },
  issuer_scheme: {
    checks: ['issuer'],
    findEvidence: (inspection) =>
      describeIssuerMatch(inspection, (iss, trusted) => {
        const withoutScheme = (url: string): string => url.replace(/^https?:/, '');
        return iss !== trusted && withoutScheme(iss) === withoutScheme(trusted);
      }),
    fixes: createFixes([
      'authorization server',
      'configure its public https URL; behind a proxy it assumes http',
    ]),
  },
  wrong_environment: {
    checks: ['issuer'],
    unless: ['issuer_trailing_slash', 'entra_version'],
    findEvidence: (inspection) => describeIssuerMatch(inspection, isOtherEnvironment),
    fixes: createFixes(
      ['client', 'request the token from the environment that the API belongs to'],
      ['resource server', 'configure the issuer of this environment'],
    ),
  },
};

function isPlainJwt(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?jwt$/i.test(typ);
}

/** Describes the token's issuer and the first trusted one that it resembles, if there is one. */
function describeIssuerMatch(
  inspection: Inspection,
  isSimilar: (iss: string, trusted: string) => boolean,
): string | undefined {
  const iss = readStringClaim(inspection, 'iss');
  if (iss === undefined) return undefined;
  const trusted = [...inspection.policy.issuers.keys()].find((issuer) => isSimilar(iss, issuer));
  return (
    trusted && `"iss" is ${formatValue(iss)}, but the trusted issuer is ${formatValue(trusted)}`
  );
}

/** Whether the two issuers are versions 1 and 2 of one Entra ID tenant. */
function isOtherEntraVersion(version1: string, version2: string): boolean {
  const tenant = ENTRA_V1.exec(version1)?.[1];
  return tenant !== undefined && tenant === ENTRA_V2.exec(version2)?.[1];
}

/**
 * Whether two issuers have the same path on different hosts. Issuers without a path are only similar
 * when their hosts share a domain.
 */
function isOtherEnvironment(iss: string, trusted: string): boolean {
  if (!URL.canParse(iss) || !URL.canParse(trusted)) return false;
  const [one, other] = [new URL(iss), new URL(trusted)];
  if (one.host === other.host || one.protocol !== other.protocol) return false;
  if (one.pathname !== other.pathname) return false;
  return one.pathname !== '/' || readDomain(one) === readDomain(other);
}

function readDomain({ hostname }: URL): string {
  const labels = hostname.split('.');
  return labels.length > 2 && !/^\d+$/.test(labels.at(-1) ?? '')
    ? labels.slice(-2).join('.')
    : hostname;
}
