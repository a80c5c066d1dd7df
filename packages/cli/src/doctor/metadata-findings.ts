/**
 * Findings about the two metadata documents of an authorization server.
 *
 * @module
 */
import {
  formatUrl,
  isConfidentialUrl,
  isPlainObject,
  isReferenceAllowed,
  parseUrl,
} from '@scopegate/protocol/internal';
import { createFinding, type DoctorCode, type DoctorFinding } from './doctor-finding.js';
import type { FetchedDocument } from './document-fetch.js';

type Members = Readonly<Record<string, unknown>>;

/** A metadata document that is a JSON object. */
export interface MetadataDocument {
  readonly url: URL;
  readonly members: Members;
}

const FAILURES: Readonly<Record<string, DoctorCode>> = {
  network: 'metadata_unreachable',
  timeout: 'metadata_unreachable',
  redirect: 'metadata_redirect',
  status: 'metadata_one_place',
  media_type: 'metadata_media_type',
};

/** Lists the documents that are JSON objects. */
export function listMetadata(documents: readonly FetchedDocument[]): readonly MetadataDocument[] {
  return documents.flatMap((document) =>
    document.kind === 'answered' && isPlainObject(document.body)
      ? [{ url: document.url, members: document.body }]
      : [],
  );
}

/** Checks how the documents were delivered. */
export function checkDelivery(documents: readonly FetchedDocument[]): readonly DoctorFinding[] {
  const isMissing = listMetadata(documents).length === 0;
  const findings = documents.flatMap((document) => {
    if (document.kind === 'answered') {
      if (isPlainObject(document.body)) return [];
      return [createFinding('metadata_broken', `${document.url.href} is not a JSON object`)];
    }
    const code = FAILURES[document.reason] ?? 'metadata_broken';
    // One missing document matters only when the other one exists.
    if (isMissing && code === 'metadata_one_place') return [];
    return [createFinding(code, document.message)];
  });
  if (!isMissing || !documents.some(isAnswered)) return findings;
  return [
    ...findings,
    createFinding('metadata_missing', 'neither well-known URL has a metadata document'),
  ];
}

/** Whether a server answered the request, even with an error. */
export function isAnswered(document: FetchedDocument): boolean {
  return document.kind === 'answered' || !['network', 'timeout'].includes(document.reason);
}

/**
 * Finds the URL of the key set in the first document that names the issuer; `undefined` if the
 * verifier would not request it, such as an internal address in the metadata of a public issuer.
 */
export function findJwksUri(
  issuer: string,
  documents: readonly MetadataDocument[],
): URL | undefined {
  const own = documents.find(({ members }) => members['issuer'] === issuer);
  const url = parseUrl(own?.members['jwks_uri']);
  return url !== undefined && isReferenceAllowed(url, new URL(issuer)) ? url : undefined;
}

/** Checks the content of the documents. */
export function checkMetadata(
  issuer: string,
  documents: readonly MetadataDocument[],
): readonly DoctorFinding[] {
  const [first] = documents;
  if (first === undefined) return [];
  return [
    ...documents.flatMap((document) => checkIssuerMember(issuer, document)),
    ...checkAgreement(documents),
    ...checkJwksUri(issuer, first.members['jwks_uri']),
    ...checkTokenEndpoint(first.members['token_endpoint']),
    ...checkOffers(first.members),
    createFinding('resource_indicators_unseen', 'support for "resource" cannot be checked'),
    createFinding('token_profile_unseen', 'the format of access tokens cannot be checked'),
  ];
}

function checkIssuerMember(
  issuer: string,
  { url, members }: MetadataDocument,
): readonly DoctorFinding[] {
  const named = members['issuer'];
  if (named === issuer) return [];
  const what =
    named === undefined
      ? `${url.href} does not name an issuer`
      : `${url.href} names the issuer ${JSON.stringify(named)}`;
  return [createFinding('issuer_mismatch', what)];
}

function checkAgreement(documents: readonly MetadataDocument[]): readonly DoctorFinding[] {
  const differing = ['jwks_uri', 'token_endpoint'].filter(
    (name) => new Set(documents.map(({ members }) => members[name])).size > 1,
  );
  if (differing.length === 0) return [];
  const names = differing.map((name) => `"${name}"`).join(' and ');
  return [createFinding('documents_disagree', `the two documents have different ${names}`)];
}

function checkJwksUri(issuer: string, value: unknown): readonly DoctorFinding[] {
  const url = parseUrl(value);
  if (url === undefined) {
    return [createFinding('jwks_uri_missing', 'the metadata has no "jwks_uri"')];
  }
  const what = `"jwks_uri" is ${formatUrl(url)}`;
  if (!isConfidentialUrl(url)) return [createFinding('jwks_uri_not_https', what)];
  const isAllowed = isReferenceAllowed(url, new URL(issuer));
  return isAllowed ? [] : [createFinding('jwks_uri_internal', what)];
}

function checkTokenEndpoint(value: unknown): readonly DoctorFinding[] {
  const url = parseUrl(value);
  if (url === undefined) {
    return [createFinding('token_endpoint_missing', 'the metadata has no "token_endpoint"')];
  }
  if (isConfidentialUrl(url)) return [];
  return [createFinding('token_endpoint_not_https', `"token_endpoint" is ${formatUrl(url)}`)];
}

function checkOffers(members: Members): readonly DoctorFinding[] {
  const findings: DoctorFinding[] = [];
  if (!listStrings(members['grant_types_supported']).includes('client_credentials')) {
    const what = '"grant_types_supported" does not list client_credentials';
    findings.push(createFinding('no_client_credentials', what));
  }
  const algorithms = listStrings(members['id_token_signing_alg_values_supported']);
  if (algorithms.includes('none')) {
    const what = 'the algorithms offered for ID tokens include "none"';
    findings.push(createFinding('offers_none', what));
  }
  if (algorithms.length > 0 && algorithms.every((alg) => alg.startsWith('HS') || alg === 'none')) {
    const what = `the only algorithms offered for ID tokens are ${algorithms.join(', ')}`;
    findings.push(createFinding('offers_secrets_only', what));
  }
  return findings;
}

function listStrings(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item): item is string => typeof item === 'string');
}
