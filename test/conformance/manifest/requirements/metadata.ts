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
      id: 'RFC8707-2-a',
      source: 'RFC 8707 §2',
      level: 'MUST',
      requirement:
        'The identifier of the resource is an absolute URI without fragment; a query is allowed.',
      status: 'tested',
    },
    {
      id: 'RFC8707-3-a',
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
      id: 'RFC8414-2-a',
      source: 'RFC 8414 §2',
      level: 'MUST',
      requirement: 'An issuer identifier is an https URL without query or fragment.',
      status: 'tested',
    },
    {
      id: 'RFC8414-3.1-a',
      source: 'RFC 8414 §3.1',
      level: 'MUST',
      requirement: 'The well-known part goes between host and path, whose last slash is dropped.',
      status: 'tested',
    },
    {
      id: 'RFC8414-5-a',
      source: 'RFC 8414 §5',
      level: 'SHOULD',
      requirement: "OpenID Connect's place is asked when the first gives no document.",
      status: 'tested',
    },
    {
      id: 'RFC8414-3.3-a',
      source: 'RFC 8414 §3.3',
      level: 'MUST NOT',
      requirement: 'Metadata that names another issuer is discarded whole.',
      status: 'tested',
    },
    {
      id: 'RFC8414-3.2-a',
      source: 'RFC 8414 §3.2',
      level: 'MUST',
      requirement:
        'Metadata is a JSON object of type application/json, answered with 200; unknown members are ignored.',
      status: 'tested',
    },
    {
      id: 'RFC8414-2-b',
      source: 'RFC 8414 §2',
      level: 'MUST',
      requirement: 'jwks_uri is an https URL.',
      status: 'tested',
    },
    {
      id: 'RFC8414-6.1-a',
      source: 'RFC 8414 §6.1',
      level: 'MUST',
      requirement:
        'The certificate of the authorization server is checked, and no option stops that.',
      status: 'tested',
    },
  ],
};

export const RFC9728: Specification = {
  title: 'RFC 9728: protected resource metadata',
  requirements: [
    {
      id: 'RFC9728-3-a',
      source: 'RFC 9728 §3',
      level: 'MUST',
      requirement: 'The document stands at the well-known URL between host and path or query.',
      status: 'tested',
    },
    {
      id: 'RFC9728-3.1-a',
      source: 'RFC 9728 §3.1',
      level: 'MUST',
      requirement: 'A slash right behind the host is dropped.',
      status: 'tested',
    },
    {
      id: 'RFC9728-3.2-a',
      source: 'RFC 9728 §3.2',
      level: 'MUST',
      requirement:
        'The document is a JSON object, answered with 200 as application/json, without a token.',
      status: 'tested',
    },
    {
      id: 'RFC9728-2-a',
      source: 'RFC 9728 §2, §3.3',
      level: 'MUST',
      requirement:
        'resource is the configured identifier to the octet, whatever the request says of hosts.',
      status: 'tested',
    },
    {
      id: 'RFC9728-3.2-b',
      source: 'RFC 9728 §3.2',
      level: 'MUST',
      requirement: 'Parameters without values are left out, and lists are lists.',
      status: 'tested',
    },
    {
      id: 'RFC9728-2-b',
      source: 'RFC 9728 §2',
      level: 'SHOULD',
      requirement:
        'Scopes, name and authorization servers are published, the latter as they are configured.',
      status: 'tested',
    },
    {
      id: 'RFC9728-2-c',
      source: 'RFC 9728 §2',
      level: 'MUST',
      requirement:
        'URLs of the document are https; a jwks_uri or signing algorithms of the resource cannot be published.',
      status: 'tested',
    },
    {
      id: 'RFC9728-2-d',
      source: 'RFC 9728 §2',
      level: 'own',
      requirement: 'The document says of tokens what the guards enforce.',
      status: 'tested',
    },
    {
      id: 'RFC9728-5.1-a',
      source: 'RFC 9728 §5.1',
      level: 'MAY',
      requirement: 'Challenges point at the document once it is served.',
      status: 'tested',
    },
    {
      id: 'RFC9728-3.3-a',
      source: 'RFC 9728 §3.3',
      level: 'own',
      requirement:
        'Several resources of one application have identifiers and documents of their own.',
      status: 'tested',
    },
    {
      id: 'RFC9728-7.10-a',
      source: 'RFC 9728 §7.10',
      level: 'SHOULD',
      requirement:
        'The document says how long it may be cached, and scripts of any origin may read it.',
      status: 'tested',
    },
  ],
};
