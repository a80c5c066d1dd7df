/**
 * Advice on the issuer and its metadata.
 *
 * @module
 */
import { type Advice, advice } from './advice.js';

/** What can be found of the issuer and its metadata. */
export type MetadataCode =
  | 'issuer_form'
  | 'issuer_not_https'
  | 'metadata_unreachable'
  | 'metadata_missing'
  | 'metadata_one_place'
  | 'metadata_redirect'
  | 'metadata_media_type'
  | 'metadata_broken'
  | 'issuer_mismatch'
  | 'documents_disagree'
  | 'jwks_uri_missing'
  | 'jwks_uri_not_https'
  | 'jwks_uri_internal'
  | 'token_endpoint_missing'
  | 'token_endpoint_not_https'
  | 'no_client_credentials'
  | 'offers_none'
  | 'offers_secrets_only'
  | 'resource_indicators_unseen'
  | 'token_profile_unseen';

/** The advice on each. */
export const METADATA_ADVICE: Readonly<Record<MetadataCode, Advice>> = {
  issuer_form: advice(
    'error',
    'RFC 8414 §2',
    'tokens are compared with the identifier octet by octet',
    'give the identifier as it stands in "iss": an https URL without query, fragment, user or "/.well-known/"',
  ),
  issuer_not_https: advice(
    'error',
    'RFC 8414 §2',
    'whoever is on the network can replace the keys and sign any token',
    'serve the issuer by https; http is for this machine only',
  ),
  metadata_unreachable: advice(
    'error',
    'RFC 8414 §3',
    'without metadata nobody knows where the keys are',
    'look at the network, the certificate and the host name',
  ),
  metadata_missing: advice(
    'error',
    'RFC 8414 §3',
    'without metadata nobody knows where the keys are',
    'publish the metadata, or configure "jwksUri" in the resource server',
  ),
  metadata_one_place: advice(
    'info',
    'RFC 8414 §5',
    'clients that know one of the two places only may miss it',
    'publish the same document in both places',
  ),
  metadata_redirect: advice(
    'warning',
    'RFC 8414 §3.2',
    'a redirect can lead to a place that nobody trusts, so it is not followed',
    'answer with 200 and the document',
  ),
  metadata_media_type: advice(
    'warning',
    'RFC 8414 §3.2',
    'a document of another type may be a login page, so it is not read',
    'answer with content type application/json',
  ),
  metadata_broken: advice(
    'error',
    'RFC 8414 §3.2',
    'a document that cannot be read is as good as none',
    'answer with one JSON object of modest size',
  ),
  issuer_mismatch: advice(
    'error',
    'RFC 8414 §3.3',
    'the document of another issuer must not be used, however small the difference',
    'configure the identifier that the document names, slash by slash, if it is the right one',
  ),
  documents_disagree: advice(
    'warning',
    'RFC 8414 §5',
    'what works depends on which document a library reads',
    'publish the same values in both documents',
  ),
  jwks_uri_missing: advice(
    'error',
    'RFC 8414 §2',
    'without keys no token can be verified',
    'publish "jwks_uri", an absolute URL',
  ),
  jwks_uri_not_https: advice(
    'error',
    'RFC 8414 §2',
    'whoever is on the network can replace the keys and sign any token',
    'publish the keys by https',
  ),
  jwks_uri_internal: advice(
    'error',
    'RFC 9700 §4.9',
    'a public document must not send servers into their own network',
    'publish the keys at a public address',
  ),
  token_endpoint_missing: advice(
    'warning',
    'RFC 8414 §2',
    'clients cannot find out where to request tokens',
    'publish "token_endpoint"',
  ),
  token_endpoint_not_https: advice(
    'error',
    'RFC 6749 §3.2',
    'secrets of clients and tokens travel in the clear',
    'serve the token endpoint by https',
  ),
  no_client_credentials: advice(
    'info',
    'RFC 6749 §4.4',
    'machines cannot get tokens for themselves, as far as the metadata says',
    'enable the grant and list it in "grant_types_supported", if machines call the API',
  ),
  offers_none: advice(
    'warning',
    'RFC 8725 §3.2',
    'unsigned tokens are in reach of a mistake',
    'take "none" out of the algorithms that are offered',
  ),
  offers_secrets_only: advice(
    'warning',
    'RFC 8725 §3.1',
    'with a shared secret, whoever can verify a token can forge it',
    'offer RS256 or ES256',
  ),
  resource_indicators_unseen: advice(
    'info',
    'RFC 8707 §2',
    'whether tokens can be requested for one API does not stand in any metadata',
    'request a token with "resource" and have it explained',
  ),
  token_profile_unseen: advice(
    'info',
    'RFC 9068 §2',
    'whether access tokens are JWTs of RFC 9068 does not stand in any metadata',
    'have a token explained; set "typ" to "at+jwt" where it says so',
  ),
};
