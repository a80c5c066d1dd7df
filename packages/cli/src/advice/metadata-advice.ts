/**
 * Advice on the findings about the issuer and its metadata.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about the issuer and its metadata. */
export type MetadataCode =
  | 'issuer_form'
  | 'issuer_not_https'
  | 'not_ready'
  | 'metadata_missing'
  | 'metadata_status'
  | 'metadata_one_place'
  | 'metadata_redirect'
  | 'metadata_html'
  | 'metadata_media_type'
  | 'metadata_broken'
  | 'issuer_mismatch'
  | 'documents_disagree'
  | 'jwks_uri_missing'
  | 'jwks_uri_relative'
  | 'jwks_uri_malformed'
  | 'jwks_uri_not_https'
  | 'jwks_uri_internal'
  | 'token_endpoint_missing'
  | 'token_endpoint_not_https'
  | 'no_client_credentials'
  | 'offers_none'
  | 'offers_secrets_only'
  | 'resource_indicators_unseen'
  | 'token_profile_unseen';

/** The advice on each finding. */
export const METADATA_ADVICE: Readonly<Record<MetadataCode, Advice>> = {
  issuer_form: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'the issuer is compared with "iss" octet by octet',
    fix: 'pass the value of "iss": an https URL without query, fragment, user information or "/.well-known/"',
  },
  issuer_not_https: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'anyone on the network can replace the keys and sign tokens',
    fix: 'serve the issuer over https; for a network that you trust, pass --dangerously-allow-http, and set "dangerouslyAllowHttp" in the resource server',
  },
  not_ready: {
    severity: 'error',
    rfc: 'RFC 7517 §5',
    why: 'without keys no token can be verified',
    fix: 'run the command again; if only this finding remains, set "keySet.timeoutMs" or "jwksUri" in the resource server',
  },
  metadata_missing: {
    severity: 'error',
    rfc: 'RFC 8414 §3',
    why: 'without metadata the keys cannot be located',
    fix: 'check that the issuer is the "iss" of the tokens; if the server has no metadata, set "jwksUri" in the resource server, and --jwks-uri here',
  },
  metadata_status: {
    severity: 'error',
    rfc: 'RFC 8414 §3.2',
    why: 'without metadata the keys cannot be located',
    fix: 'serve the document with status 200, without requiring credentials; the log of the authorization server shows the cause',
  },
  metadata_one_place: {
    severity: 'info',
    rfc: 'RFC 8414 §5',
    why: 'clients that know only one of the URLs may not find the metadata',
    fix: 'publish the same document at both URLs',
  },
  metadata_redirect: {
    severity: 'error',
    rfc: 'RFC 8414 §3.2',
    why: 'redirects are not followed, because they can lead to an untrusted server',
    fix: 'serve the document itself with status 200',
  },
  metadata_html: {
    severity: 'error',
    rfc: 'RFC 8414 §3.2',
    why: 'an HTML page, such as a login page or an error page, is not metadata',
    fix: 'serve the JSON document, without requiring credentials; if a proxy sends the page, configure it to forward /.well-known/',
  },
  metadata_media_type: {
    severity: 'warning',
    rfc: 'RFC 8414 §3.2',
    why: 'other libraries may refuse the document',
    fix: 'serve it with the media type application/json',
  },
  metadata_broken: {
    severity: 'error',
    rfc: 'RFC 8414 §3.2',
    why: 'a malformed document is ignored',
    fix: 'serve one JSON object of at most 512 KiB',
  },
  issuer_mismatch: {
    severity: 'error',
    rfc: 'RFC 8414 §3.3',
    why: 'metadata that names another issuer must not be used, however small the difference',
    fix: 'if the issuer in the document is correct, configure exactly that identifier',
  },
  documents_disagree: {
    severity: 'warning',
    rfc: 'RFC 8414 §5',
    why: 'the result depends on which of the documents a library reads',
    fix: 'publish the same values in all of the documents',
  },
  jwks_uri_missing: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'without keys no token can be verified',
    fix: 'publish "jwks_uri" as an absolute URL, or set "jwksUri" in the resource server',
  },
  jwks_uri_relative: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'without the URL of the keys no token can be verified',
    fix: 'publish "jwks_uri" as an absolute URL, or set "jwksUri" in the resource server',
  },
  jwks_uri_malformed: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'without the URL of the keys no token can be verified',
    fix: 'publish "jwks_uri" as an https URL without user information',
  },
  jwks_uri_not_https: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: 'anyone on the network can replace the keys and sign tokens',
    fix: 'publish the keys over https',
  },
  jwks_uri_internal: {
    severity: 'error',
    rfc: 'RFC 9700 §4.9',
    why: 'public metadata must not direct servers into their own network',
    fix: 'publish the keys at a public address',
  },
  token_endpoint_missing: {
    severity: 'warning',
    rfc: 'RFC 8414 §2',
    why: 'clients cannot discover where to request tokens',
    fix: 'publish "token_endpoint" as an absolute URL',
  },
  token_endpoint_not_https: {
    severity: 'error',
    rfc: 'RFC 6749 §3.2',
    why: 'client secrets and tokens travel unencrypted',
    fix: 'serve the token endpoint over https',
  },
  no_client_credentials: {
    severity: 'info',
    rfc: 'RFC 6749 §4.4',
    why: 'according to the metadata, services cannot request tokens for themselves',
    fix: 'if services call the API, enable the grant and list it in "grant_types_supported"',
  },
  offers_none: {
    severity: 'warning',
    rfc: 'RFC 8725 §3.2',
    why: 'one mistake in a client is enough to accept unsigned tokens',
    fix: 'remove "none" from the offered algorithms',
  },
  offers_secrets_only: {
    severity: 'warning',
    rfc: 'RFC 8725 §3.1',
    why: 'anyone who can verify a token with a shared secret can also forge one',
    fix: 'offer RS256 or ES256',
  },
  resource_indicators_unseen: {
    severity: 'info',
    rfc: 'RFC 8707 §2',
    why: 'no metadata member states that tokens can be requested for a specific resource',
    fix: 'request a token with "resource" and run scopegate explain on it',
  },
  token_profile_unseen: {
    severity: 'info',
    rfc: 'RFC 9068 §2',
    why: 'no metadata member states that access tokens follow RFC 9068',
    fix: 'run scopegate explain on a token; if its "typ" is "at+jwt", set the option "typ" to "at+jwt"',
  },
};
