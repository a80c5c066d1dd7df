/**
 * An authorization server, as a resource server sees it.
 *
 * @module
 */
import { isConfidentialUrl } from '@scopegate/protocol/internal';
import { fetchDocument, type FetchOptions } from './document-fetch.js';
import type { Severity } from './advice.js';
import { type DoctorFinding, finding } from './doctor-finding.js';
import { judgeKeys } from './key-findings.js';
import {
  findJwksUri,
  isAnswered,
  judgeDelivery,
  judgeMetadata,
  parseUrl,
  readMetadata,
} from './metadata-findings.js';
import { judgeCaching, judgeClock, judgeSpeed } from './transport-findings.js';

/** What an examination came to. */
export interface Examination {
  readonly issuer: string;
  /** Something answered, or there was no need to ask; otherwise nobody knows. */
  readonly looked: boolean;
  /** The worst first. */
  readonly findings: readonly DoctorFinding[];
}

const JWKS_TYPES = ['application/json', 'application/jwk-set+json'];

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Examines an authorization server by its public documents; requests no token. */
export async function examineIssuer(issuer: string, options: FetchOptions): Promise<Examination> {
  const url = parseUrl(issuer);
  if (url === undefined || !isIdentifier(url, issuer)) {
    return examination(issuer, [finding('issuer_form', 'the value is not an issuer identifier')]);
  }
  if (!isConfidentialUrl(url)) {
    return examination(issuer, [finding('issuer_not_https', `${issuer} was not asked`)]);
  }
  const json = ['application/json'];
  const places = wellKnownUrls(url);
  const documents = await Promise.all(places.map((place) => fetchDocument(place, json, options)));
  const metadata = readMetadata(documents);
  const jwksUri = findJwksUri(issuer, metadata);
  const jwks = jwksUri && (await fetchDocument(jwksUri, JWKS_TYPES, options));
  const all = jwks === undefined ? documents : [...documents, jwks];
  const findings = [
    ...judgeDelivery(documents),
    ...judgeMetadata(issuer, metadata),
    ...(jwks === undefined ? [] : [...(await judgeKeys(jwks)), ...judgeCaching(jwks)]),
    ...judgeSpeed(all),
    ...judgeClock(all),
  ];
  return examination(issuer, findings, documents.some(isAnswered));
}

/** RFC 8414 §2; what the verifier refuses as its option "issuer" is not asked. */
function isIdentifier({ protocol, username, password, pathname }: URL, issuer: string): boolean {
  const isPlain = !/[?#\s]/.test(issuer) && username === '' && password === '';
  return isPlain && /^https?:$/.test(protocol) && !pathname.includes('/.well-known/');
}

/** RFC 8414 §3.1: between host and path. OpenID Connect Discovery 1.0 §4: behind the path. */
function wellKnownUrls({ origin, pathname }: URL): readonly URL[] {
  const path = pathname.replace(/\/$/, '');
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
    new URL(`${origin}${path}/.well-known/openid-configuration`),
  ];
}

function examination(
  issuer: string,
  findings: readonly DoctorFinding[],
  looked = true,
): Examination {
  const rank = ({ severity }: DoctorFinding): number => SEVERITIES.indexOf(severity);
  const sorted = [...findings].sort((one, other) => rank(one) - rank(other));
  return Object.freeze({ issuer, looked, findings: Object.freeze(sorted) });
}
