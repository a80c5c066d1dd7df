/**
 * Mistakes in the issuer of a token.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readStringClaim } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link ISSUER_MISTAKES}. */
export type IssuerCause =
  'issuer_trailing_slash' | 'issuer_path' | 'entra_version' | 'issuer_scheme' | 'wrong_environment';

const ENTRA_V1 = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/;
const ENTRA_V2 = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/;

/** In the order in which they are reported. */
export const ISSUER_MISTAKES: Readonly<Record<IssuerCause, KnownMistake<IssuerCause>>> = {
  issuer_trailing_slash: {
    checks: ['issuer'],
    findEvidence: (inspection) =>
      describeIssuerMatch(
        inspection,
        (iss, trusted) => `${iss}/` === trusted || iss === `${trusted}/`,
      ),
    fixes: createFixes([
      'resource server',
      'set "issuer" to exactly the value of "iss", with or without the trailing slash',
    ]),
  },
  issuer_path: {
    checks: ['issuer'],
    unless: ['issuer_trailing_slash'],
    findEvidence: (inspection) => describeIssuerMatch(inspection, isOtherPath),
    fixes: createFixes(
      [
        'resource server',
        'if the API accepts tokens of that issuer, set "issuer" to exactly the value of "iss"',
      ],
      ['client', 'request the token from the tenant or realm that the API belongs to'],
    ),
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
        const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '');
        return iss !== trusted && withoutScheme(iss) === withoutScheme(trusted);
      }),
    fixes: createFixes(
      [
        'authorization server',
        'configure the public https URL as the issuer; behind a proxy, http is assumed by default',
      ],
      ['resource server', 'set "issuer" to exactly the value of "iss", with its scheme'],
    ),
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

/** Describes the token's issuer and the first trusted one that it resembles, if there is one. */
function describeIssuerMatch(
  inspection: Inspection,
  isSimilar: (iss: string, trusted: string) => boolean,
): string | undefined {
  const iss = readStringClaim(inspection, 'iss');
  if (iss === undefined) return undefined;
  const trusted = inspection.policy.issuers
    .list()
    .map(({ issuer }) => issuer)
    .find((issuer) => isSimilar(iss, issuer));
  return (
    trusted && `"iss" is ${formatValue(iss)}, but the trusted issuer is ${formatValue(trusted)}`
  );
}

/** Whether two issuers differ only in their path, such as `https://host` and `https://host/api/auth`. */
function isOtherPath(iss: string, trusted: string): boolean {
  if (!URL.canParse(iss) || !URL.canParse(trusted)) return false;
  const [one, other] = [new URL(iss), new URL(trusted)];
  return one.protocol.startsWith('http') && one.origin === other.origin && iss !== trusted;
}

/** Whether the two issuers are versions 1 and 2 of one Entra ID tenant. */
function isOtherEntraVersion(version1: string, version2: string): boolean {
  const tenant = ENTRA_V1.exec(version1)?.[1];
  return tenant !== undefined && tenant === ENTRA_V2.exec(version2)?.[1];
}

/**
 * Whether two issuers have the same path on different hosts. Issuers without a path must also
 * share a domain.
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
