/**
 * Checks an authorization server as a resource server sees it.
 *
 * @module
 */
import { isConfidentialUrl } from '@scopegate/protocol/internal';
import type { Severity } from './advice.js';
import { createFinding, type DoctorFinding } from './doctor-finding.js';
import { fetchDocument, type FetchOptions } from './document-fetch.js';
import { checkKeys } from './key-findings.js';
import {
  checkDelivery,
  checkMetadata,
  findJwksUri,
  isAnswered,
  parseUrl,
  readMetadata,
} from './metadata-findings.js';
import { checkCaching, checkClock, checkSpeed } from './transport-findings.js';

/** What the public documents of an authorization server show. Frozen in depth. */
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
 * Checks an authorization server by its public documents. Requests no token, and nothing that a
 * verifier would not request.
 *
 * @example
 * const { outcome, findings } = await checkIssuer('https://login.example.com', {
 *   fetch, clock: Date.now, timeoutMs: 5_000,
 * });
 */
export async function checkIssuer(issuer: string, options: FetchOptions): Promise<IssuerReport> {
  const url = parseUrl(issuer);
  if (url === undefined || !isIdentifier(url, issuer)) {
    return createReport(issuer, [
      createFinding('issuer_form', 'the value is not an issuer identifier'),
    ]);
  }
  if (!isConfidentialUrl(url)) {
    const what = `${issuer} does not use https, so it was not requested`;
    return createReport(issuer, [createFinding('issuer_not_https', what)]);
  }
  const urls = listMetadataUrls(url);
  const documents = await Promise.all(
    urls.map((each) => fetchDocument(each, METADATA_TYPES, options)),
  );
  const metadata = readMetadata(documents);
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

/** RFC 8414 §2. Refuses what the verifier refuses as its option "issuer". */
function isIdentifier({ protocol, username, password, pathname }: URL, issuer: string): boolean {
  const isPlain = !/[?#\s]/.test(issuer) && username === '' && password === '';
  return isPlain && /^https?:$/.test(protocol) && !pathname.includes('/.well-known/');
}

/** RFC 8414 §3.1: between host and path. OpenID Connect Discovery 1.0 §4: after the path. */
function listMetadataUrls({ origin, pathname }: URL): readonly URL[] {
  const path = pathname.replace(/\/$/, '');
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
    new URL(`${origin}${path}/.well-known/openid-configuration`),
  ];
}

function createReport(issuer: string, findings: readonly DoctorFinding[]): IssuerReport {
  const rank = ({ severity }: DoctorFinding): number => SEVERITIES.indexOf(severity);
  const sorted = [...findings].sort((one, other) => rank(one) - rank(other));
  const hasErrors = sorted.some(({ severity }) => severity === 'error');
  const outcome = hasErrors ? 'failed' : 'ok';
  return Object.freeze({ issuer, outcome, findings: Object.freeze(sorted) });
}
