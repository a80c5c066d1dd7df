/**
 * Advice on the findings about token introspection.
 *
 * @module
 */
import type { Advice } from './advice.js';

/** The names of the findings about token introspection. */
export type IntrospectionCode =
  | 'offers_introspection'
  | 'offers_signed_introspection'
  | 'introspection_malformed'
  | 'introspection_without_authentication'
  | 'introspection_endpoint_not_https'
  | 'introspection_endpoint_internal'
  | 'introspection_works'
  | 'introspection_not_tried'
  | 'introspection_accepts_any_token'
  | 'introspection_credentials_refused'
  | 'introspection_credentials_unreadable'
  | 'introspection_endpoint_not_found'
  | 'introspection_unreachable'
  | 'introspection_status'
  | 'introspection_response_unusable'
  | 'introspection_keys_unavailable';

const OUTAGE = 'every token that must be introspected is answered with 503';

/** The advice on each finding. */
export const INTROSPECTION_ADVICE: Readonly<Record<IntrospectionCode, Advice>> = {
  offers_introspection: {
    severity: 'info',
    rfc: 'RFC 8414 §2',
    why: 'resource servers can ask whether a token is active: opaque tokens can be accepted, and revoked tokens refused',
    fix: 'to introspect tokens, set "introspection" in the resource server, with one of these authentication methods',
  },
  offers_signed_introspection: {
    severity: 'info',
    rfc: 'RFC 9701 §7',
    why: 'a signed response proves what the authorization server answered',
    fix: 'to require signed responses, set "introspection.signed" in the resource server',
  },
  introspection_malformed: {
    severity: 'warning',
    rfc: 'RFC 8414 §2',
    why: 'resource servers cannot find out where and how to introspect tokens',
    fix: 'publish "introspection_endpoint" as an absolute URL without a fragment, and the lists of supported values as non-empty arrays of strings',
  },
  introspection_without_authentication: {
    severity: 'warning',
    rfc: 'RFC 7662 §2.1',
    why: 'anyone can send guessed or stolen tokens to the endpoint to find out whether they are active',
    fix: 'require client authentication at the introspection endpoint',
  },
  introspection_endpoint_not_https: {
    severity: 'error',
    rfc: 'RFC 7662 §4',
    why: 'tokens and client secrets travel unencrypted',
    fix: 'serve the introspection endpoint over https',
  },
  introspection_endpoint_internal: {
    severity: 'warning',
    rfc: 'RFC 8414 §6.1',
    why: 'a resource server does not send tokens to an internal host because a public document names it',
    fix: 'publish the public URL; otherwise set "introspection.endpoint" in the resource server',
  },
  introspection_works: {
    severity: 'info',
    rfc: 'RFC 7662 §2.2',
    why: 'the endpoint answers and accepts the credentials of the application; which real tokens it answers about cannot be checked in this way',
    fix: 'run scopegate explain with --app on an opaque token to find out',
  },
  introspection_not_tried: {
    severity: 'info',
    rfc: 'RFC 7662 §2.1',
    why: 'whether the endpoint answers and accepts the credentials of the application is unknown',
    fix: 'run scopegate explain with --app on a token; add --fresh if it is a JWT',
  },
  introspection_accepts_any_token: {
    severity: 'error',
    rfc: 'RFC 7662 §2.2',
    why: 'an endpoint that does not check tokens lets anyone in who makes one up',
    fix: 'make sure that the endpoint is that of the authorization server and not a mock; it must answer "active" false for unknown tokens',
  },
  introspection_credentials_refused: {
    severity: 'error',
    rfc: 'RFC 7662 §2.3',
    why: OUTAGE,
    fix: 'set "introspection.clientId", "clientSecret" and "clientAuthenticationMethod" as they are registered, and allow this client to use the introspection endpoint',
  },
  introspection_credentials_unreadable: {
    severity: 'error',
    rfc: 'RFC 7662 §2.1',
    why: OUTAGE,
    fix: 'run this command with the environment of the application; "introspection.clientSecret" or "authenticate" must work there',
  },
  introspection_endpoint_not_found: {
    severity: 'error',
    rfc: 'RFC 8414 §2',
    why: OUTAGE,
    fix: 'set "introspection.endpoint" in the resource server; or publish "introspection_endpoint" in the metadata, as an https URL',
  },
  introspection_unreachable: {
    severity: 'error',
    rfc: 'RFC 7662 §2',
    why: OUTAGE,
    fix: 'check the host and the port of the endpoint, and the network between the API and it; if it only answers slowly, increase "introspection.timeoutMs"',
  },
  introspection_status: {
    severity: 'error',
    rfc: 'RFC 7662 §2.2',
    why: OUTAGE,
    fix: 'make sure that the URL is that of the introspection endpoint and that it does not redirect; otherwise see the log of the authorization server',
  },
  introspection_response_unusable: {
    severity: 'error',
    rfc: 'RFC 7662 §2.2',
    why: OUTAGE,
    fix: 'make sure that the URL is that of the introspection endpoint, which answers with JSON whose "active" is a boolean; omit "introspection.signed" if the server does not support RFC 9701',
  },
  introspection_keys_unavailable: {
    severity: 'error',
    rfc: 'RFC 9701 §5',
    why: OUTAGE,
    fix: 'make the keys of the issuer available; otherwise omit "introspection.signed" in the resource server',
  },
};
