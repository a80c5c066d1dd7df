/**
 * What the two metadata documents of an authorization server show.
 *
 * @module
 */
import {
  formatUrl,
  isConfidentialUrl,
  isPlainObject,
  isReferenceAllowed,
} from '@scopegate/protocol/internal';
import type { FetchedDocument } from './document-fetch.js';
import { type DoctorCode, type DoctorFinding, finding } from './doctor-finding.js';

type Members = Readonly<Record<string, unknown>>;

/** A document that can be read. */
export interface ReadMetadata {
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

/** The documents that hold a JSON object. */
export function readMetadata(documents: readonly FetchedDocument[]): readonly ReadMetadata[] {
  return documents.flatMap(({ url, answer }) =>
    isPlainObject(answer?.body) ? [{ url, members: answer.body }] : [],
  );
}

/** Judges how the documents were delivered. */
export function judgeDelivery(documents: readonly FetchedDocument[]): readonly DoctorFinding[] {
  const isNowhere = readMetadata(documents).length === 0;
  const found = documents.flatMap(({ url, answer, failure }) => {
    if (failure === undefined) {
      const isBroken = !isPlainObject(answer?.body);
      return isBroken ? [finding('metadata_broken', `${url.href} is no JSON object`)] : [];
    }
    const code = FAILURES[failure.reason] ?? 'metadata_broken';
    // That it is not in one place is worth a word only where it is in the other.
    if (isNowhere && code === 'metadata_one_place') return [];
    return [finding(code, failure.message)];
  });
  return isNowhere && documents.some(isAnswered)
    ? [...found, finding('metadata_missing', 'neither well-known place has a document')]
    : found;
}

/** Whether anything came from where a document should be. */
export function isAnswered({ failure }: FetchedDocument): boolean {
  return failure === undefined || !['network', 'timeout'].includes(failure.reason);
}

/**
 * The URL of the keys, if the verifier would ask there: by the first document that names the issuer,
 * and not in an internal network unless the issuer is there.
 */
export function findJwksUri(issuer: string, documents: readonly ReadMetadata[]): URL | undefined {
  const own = documents.find(({ members }) => members['issuer'] === issuer);
  const url = parseUrl(own?.members['jwks_uri']);
  return url !== undefined && isReferenceAllowed(url, new URL(issuer)) ? url : undefined;
}

/** Judges what the documents say. */
export function judgeMetadata(
  issuer: string,
  documents: readonly ReadMetadata[],
): readonly DoctorFinding[] {
  const [first] = documents;
  if (first === undefined) return [];
  return [
    ...documents.flatMap((document) => judgeIssuer(issuer, document)),
    ...judgeAgreement(documents),
    ...judgeJwksUri(issuer, first.members['jwks_uri']),
    ...judgeTokenEndpoint(first.members['token_endpoint']),
    ...judgeOffers(first.members),
    finding('resource_indicators_unseen', 'support for "resource" cannot be seen from outside'),
    finding('token_profile_unseen', 'the form of access tokens cannot be seen from outside'),
  ];
}

function judgeIssuer(issuer: string, { url, members }: ReadMetadata): readonly DoctorFinding[] {
  const named = members['issuer'];
  if (named === issuer) return [];
  return [finding('issuer_mismatch', `${url.href} names the issuer ${JSON.stringify(named)}`)];
}

function judgeAgreement(documents: readonly ReadMetadata[]): readonly DoctorFinding[] {
  const differing = ['jwks_uri', 'token_endpoint'].filter(
    (name) => new Set(documents.map(({ members }) => members[name])).size > 1,
  );
  const names = differing.map((name) => `"${name}"`).join(' and ');
  return names === ''
    ? []
    : [finding('documents_disagree', `the two documents do not agree on ${names}`)];
}

function judgeJwksUri(issuer: string, value: unknown): readonly DoctorFinding[] {
  const url = parseUrl(value);
  if (url === undefined) return [finding('jwks_uri_missing', 'the metadata has no "jwks_uri"')];
  if (!isConfidentialUrl(url))
    return [finding('jwks_uri_not_https', `"jwks_uri" is ${formatUrl(url)}`)];
  const isAllowed = isReferenceAllowed(url, new URL(issuer));
  return isAllowed ? [] : [finding('jwks_uri_internal', `"jwks_uri" is ${formatUrl(url)}`)];
}

function judgeTokenEndpoint(value: unknown): readonly DoctorFinding[] {
  const url = parseUrl(value);
  if (url === undefined) {
    return [finding('token_endpoint_missing', 'the metadata has no "token_endpoint"')];
  }
  if (isConfidentialUrl(url)) return [];
  return [finding('token_endpoint_not_https', `"token_endpoint" is ${url.href}`)];
}

function judgeOffers(members: Members): readonly DoctorFinding[] {
  const found: DoctorFinding[] = [];
  if (!textsOf(members['grant_types_supported']).includes('client_credentials')) {
    found.push(finding('no_client_credentials', 'the client credentials grant is not offered'));
  }
  const offered = textsOf(members['id_token_signing_alg_values_supported']);
  if (offered.includes('none')) {
    found.push(finding('offers_none', 'ID tokens may be signed with "none"'));
  }
  if (offered.length > 0 && offered.every((alg) => alg.startsWith('HS') || alg === 'none')) {
    found.push(finding('offers_secrets_only', `the algorithms offered are ${offered.join(', ')}`));
  }
  return found;
}

/** Reads an absolute URL. */
export function parseUrl(value: unknown): URL | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((item): item is string => typeof item === 'string');
}
