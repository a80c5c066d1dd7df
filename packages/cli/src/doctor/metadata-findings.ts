/**
 * Findings about the content of metadata documents.
 *
 * @module
 */
import {
  formatUrl,
  hasUserinfo,
  isReferenceAllowed,
  isTransportAllowed,
  parseUrl,
  type TransportRules,
} from '@scopegate/protocol/internal';
import { checkBindings } from './binding-findings.js';
import type { MetadataDocument } from './discovery-findings.js';
import { checkIntrospection } from './introspection-findings.js';
import { createFinding, type DoctorFinding } from '../advice/doctor-finding.js';

type Members = MetadataDocument['members'];

/** What the documents are checked for. */
export interface MetadataContext {
  /** The issuer identifier. */
  readonly issuer: string;
  /** Whether http is accepted for hosts other than this machine. */
  readonly allowHttp: boolean;
  /** The document that the verifier uses; `undefined` when it uses none. */
  readonly used: URL | undefined;
}

/** Checks the content of the documents. */
export function checkMetadata(
  documents: readonly MetadataDocument[],
  context: MetadataContext,
): readonly DoctorFinding[] {
  const { issuer, used } = context;
  const main = documents.find(({ url }) => url.href === used?.href) ?? documents[0];
  if (main === undefined) return [];
  const named = documents.filter(({ members }) => members['issuer'] === issuer);
  return [
    ...documents.flatMap((document) => checkIssuerMember(issuer, document)),
    ...checkAgreement(named),
    ...(named.length === 0 ? [main] : named).flatMap((each) => checkJwksUri(each, context)),
    ...checkTokenEndpoint(main.members['token_endpoint'], context),
    ...checkOffers(main.members),
    ...checkBindings(main.members),
    ...checkIntrospection(main.members, context),
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
  return [createFinding('documents_disagree', `the documents have different ${names}`)];
}

function checkJwksUri(
  { url: document, members }: MetadataDocument,
  { issuer, allowHttp }: MetadataContext,
): readonly DoctorFinding[] {
  const value = members['jwks_uri'];
  if (value === undefined) {
    return [createFinding('jwks_uri_missing', `${document.href} has no "jwks_uri"`)];
  }
  const url = parseUrl(value);
  if (url === undefined) {
    const shown = JSON.stringify(value).slice(0, 100);
    const isRelative = typeof value === 'string' && URL.canParse(value, document.href);
    const code = isRelative ? 'jwks_uri_relative' : 'jwks_uri_malformed';
    const fault = isRelative ? 'is relative' : 'is not a URL';
    return [createFinding(code, `"jwks_uri" of ${document.href} ${fault}: ${shown}`)];
  }
  const what = `"jwks_uri" of ${document.href} is ${formatUrl(url)}`;
  if (hasUserinfo(url))
    return [createFinding('jwks_uri_malformed', `${what} with user information`)];
  if (!isTransportAllowed(url, { allowHttp })) return [createFinding('jwks_uri_not_https', what)];
  const isAllowed = allowHttp || isReferenceAllowed(url, new URL(issuer));
  return isAllowed ? [] : [createFinding('jwks_uri_internal', what)];
}

function checkTokenEndpoint(value: unknown, rules: TransportRules): readonly DoctorFinding[] {
  const url = parseUrl(value);
  if (url === undefined) {
    return [createFinding('token_endpoint_missing', 'the metadata has no "token_endpoint"')];
  }
  if (isTransportAllowed(url, rules)) return [];
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
