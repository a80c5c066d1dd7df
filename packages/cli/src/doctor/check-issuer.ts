/**
 * Checks an authorization server from the perspective of a resource server.
 *
 * @module
 */
import {
  hasUserinfo,
  isConfidentialUrl,
  metadataUrl,
  parseIssuer,
} from '@scopegate/protocol/internal';
import type { Severity } from './advice.js';
import { createFinding, type DoctorFinding } from './doctor-finding.js';
import { fetchDocument, type FetchOptions } from './document-fetch.js';
import { checkKeys } from './key-findings.js';
import {
  checkDelivery,
  checkMetadata,
  findJwksUri,
  isAnswered,
  listMetadata,
} from './metadata-findings.js';
import { checkCaching, checkClock, checkSpeed } from './transport-findings.js';

/** What the public documents of an authorization server show. Deeply frozen. */
export interface IssuerReport {
  /** The issuer identifier, as given. */
  readonly issuer: string;
  /** `failed`: there are errors; `undecided`: the issuer cannot be reached. */
  readonly outcome: 'ok' | 'failed' | 'undecided';
  /** The findings, the worst first. */
  readonly findings: readonly DoctorFinding[];
}

const METADATA_TYPES = ['application/json'];
const JWKS_TYPES = ['application/json', 'application/jwk-set+json'];

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Checks an authorization server by its public documents. It requests only documents that a verifier
 * would request, and no tokens.
 *
 * @example
 * const { outcome, findings } = await checkIssuer('https://login.example.com', {
 *   fetch, clock: Date.now, timeoutMs: 5_000,
 * });
 */
export async function checkIssuer(issuer: string, options: FetchOptions): Promise<IssuerReport> {
  const url = parseIssuer(issuer);
  if (url === undefined || !isIdentifier(url)) {
    return createReport(issuer, [
      createFinding('issuer_form', 'the value is not an issuer identifier'),
    ]);
  }
  if (!isConfidentialUrl(url)) {
    const what = `${issuer} does not use https, so it was not requested`;
    return createReport(issuer, [createFinding('issuer_not_https', what)]);
  }
  const documents = await Promise.all([
    fetchDocument(metadataUrl(url, 'oauth2'), METADATA_TYPES, options),
    fetchDocument(metadataUrl(url, 'oidc'), METADATA_TYPES, options),
  ]);
  const metadata = listMetadata(documents);
  const jwksUri = findJwksUri(issuer, metadata);
  const jwks = jwksUri && (await fetchDocument(jwksUri, JWKS_TYPES, options));
  const all = jwks === undefined ? documents : [...documents, jwks];
  const findings = [
    ...checkDelivery(documents),
    ...checkMetadata(issuer, metadata),
    ...(jwks === undefined ? [] : [...(await checkKeys(jwks)), ...checkCaching(jwks)]),
    ...checkSpeed(all),
    ...checkClock(all),
  ];
  const report = createReport(issuer, findings);
  return documents.some(isAnswered) ? report : Object.freeze({ ...report, outcome: 'undecided' });
}

/** RFC 8414 §2. The same rules as for the option "issuer" of the verifier. */
function isIdentifier(url: URL): boolean {
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  return isHttp && !hasUserinfo(url) && !url.pathname.includes('/.well-known/');
}

function createReport(issuer: string, findings: readonly DoctorFinding[]): IssuerReport {
  const rank = ({ severity }: DoctorFinding): number => SEVERITIES.indexOf(severity);
  const sorted = [...findings].sort((one, other) => rank(one) - rank(other));
  const hasErrors = sorted.some(({ severity }) => severity === 'error');
  const outcome = hasErrors ? 'failed' : 'ok';
  return Object.freeze({ issuer, outcome, findings: Object.freeze(sorted) });
}
