/**
 * Identifiers and metadata of resources and authorization servers.
 *
 * @module
 */
import type { Specification } from './specification.js';

export const RFC8707: Specification = {
  title: 'RFC 8707: resource indicators',
  requirements: [
    {
      id: 'rfc8707#2/resource-is-absolute-uri',
      source: 'RFC 8707 §2',
      level: 'MUST',
      requirement:
        'The identifier of the resource is an absolute URI without a fragment; a query is allowed.',
      status: 'tested',
    },
    {
      id: 'rfc8707#3/tenant-audience-compared-whole',
      source: 'RFC 8707 §3',
      level: 'own',
      requirement: 'Audiences of tenants are compared whole, never by prefix or pattern.',
      status: 'tested',
    },
  ],
};

export const RFC8414: Specification = {
  title: 'RFC 8414 and OpenID Connect Discovery',
  requirements: [
    {
      id: 'rfc8414#2/issuer-is-https-url',
      source: 'RFC 8414 §2',
      level: 'MUST',
      requirement: 'An issuer identifier is an https URL without a query or fragment.',
      status: 'tested',
    },
    {
      id: 'rfc8414#3.1/well-known-between-host-and-path',
      source: 'RFC 8414 §3.1',
      level: 'MUST',
      requirement:
        "The well-known part goes between host and path; the path's trailing slash is dropped.",
      status: 'tested',
    },
    {
      id: 'rfc8414#5/openid-location-as-fallback',
      source: 'RFC 8414 §5',
      level: 'SHOULD',
      requirement:
        'The locations of OpenID Connect are tried if the first one has no usable document; at most three requests.',
      status: 'tested',
    },
    {
      id: 'rfc8414#3.3/other-issuer-metadata-discarded',
      source: 'RFC 8414 §3.3',
      level: 'MUST NOT',
      requirement: 'Metadata that names another issuer is discarded whole.',
      status: 'tested',
    },
    {
      id: 'rfc8414#3.2/metadata-is-json-with-200',
      source: 'RFC 8414 §3.2',
      level: 'MUST',
      requirement:
        'Metadata is a JSON object, sent with 200 and not as HTML; unknown members are ignored.',
      status: 'tested',
    },
    {
      id: 'rfc8414#2/jwks-uri-is-https',
      source: 'RFC 8414 §2',
      level: 'MUST',
      requirement: 'jwks_uri is an https URL.',
      status: 'tested',
    },
    {
      id: 'rfc8414#6.1/server-certificate-checked',
      source: 'RFC 8414 §6.1',
      level: 'MUST',
      requirement:
        'The certificate of the authorization server is checked, and no option turns that off.',
      status: 'tested',
    },
  ],
};

export const RFC9728: Specification = {
  title: 'RFC 9728: protected resource metadata',
  requirements: [
    {
      id: 'rfc9728#3/document-at-well-known-url',
      source: 'RFC 9728 §3',
      level: 'MUST',
      requirement: 'The document is served at the well-known URL, between host and path or query.',
      status: 'tested',
    },
    {
      id: 'rfc9728#3.1/slash-after-host-dropped',
      source: 'RFC 9728 §3.1',
      level: 'MUST',
      requirement: 'A slash directly after the host is dropped.',
      status: 'tested',
    },
    {
      id: 'rfc9728#3.2/document-is-public-json',
      source: 'RFC 9728 §3.2',
      level: 'MUST',
      requirement:
        'The document is a JSON object, served with 200 as application/json, without a token.',
      status: 'tested',
    },
    {
      id: 'rfc9728#2/resource-is-configured-identifier',
      source: 'RFC 9728 §2, §3.3',
      level: 'MUST',
      requirement:
        'resource is exactly the configured identifier, whatever hosts the request names.',
      status: 'tested',
    },
    {
      id: 'rfc9728#3.2/empty-parameters-omitted',
      source: 'RFC 9728 §3.2',
      level: 'MUST',
      requirement: 'Parameters without values are omitted, and lists are arrays.',
      status: 'tested',
    },
    {
      id: 'rfc9728#2/scopes-and-servers-published',
      source: 'RFC 9728 §2',
      level: 'SHOULD',
      requirement:
        'Scopes, name and authorization servers are published, the latter as they are configured.',
      status: 'tested',
    },
    {
      id: 'rfc9728#2/document-urls-are-https',
      source: 'RFC 9728 §2',
      level: 'MUST',
      requirement:
        'URLs of the document are https; a jwks_uri or signing algorithms of the resource cannot be published.',
      status: 'tested',
    },
    {
      id: 'rfc9728#2/document-matches-guards',
      source: 'RFC 9728 §2',
      level: 'own',
      requirement: 'The document describes what the guards enforce.',
      status: 'tested',
    },
    {
      id: 'rfc9728#5.1/challenge-points-at-document',
      source: 'RFC 9728 §5.1',
      level: 'MAY',
      requirement: 'Challenges refer to the document once it is served.',
      status: 'tested',
    },
    {
      id: 'rfc9728#3.3/one-document-per-resource',
      source: 'RFC 9728 §3.3',
      level: 'own',
      requirement: 'Several resources of one application have their own identifiers and documents.',
      status: 'tested',
    },
    {
      id: 'rfc9728#7.10/document-cacheable-and-cors',
      source: 'RFC 9728 §7.10',
      level: 'SHOULD',
      requirement:
        'The document says how long it may be cached, and scripts of any origin may read it.',
      status: 'tested',
    },
  ],
};
