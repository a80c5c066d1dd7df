/**
 * Counts the requests to the issuer. Secrets are not recorded.
 *
 * @module
 */

/** A token request, without secrets. */
export interface TokenRequestRecord {
  /** The HTTP method. */
  readonly method: string;
  /** The `Content-Type` field as sent; `undefined` for none. */
  readonly contentType: string | undefined;
  /** Whether the request URL had a query component. */
  readonly hasQuery: boolean;
  /** How the client authenticated. `'several'` methods in one request violate RFC 6749 §2.3. */
  readonly clientAuthentication:
    'client_secret_basic' | 'client_secret_post' | 'client_assertion' | 'none' | 'several';
  /** The client identifier, from the header or the body; `undefined` for none. */
  readonly clientId: string | undefined;
  /** The `grant_type` parameter; `undefined` for none. */
  readonly grantType: string | undefined;
  /** The `scope` parameter; `undefined` for none. */
  readonly scope: string | undefined;
  /** The thumbprint of the key in the DPoP proof, valid or not; `undefined` without a proof. RFC 9449 §5. */
  readonly proofKey: string | undefined;
  /** The `resource` parameters, in order. RFC 8707 §2. */
  readonly resource: readonly string[];
}

/** An introspection request, without the token and without secrets. RFC 7662 §2.1. */
export interface IntrospectionRequestRecord {
  /** The HTTP method. */
  readonly method: string;
  /** The `Content-Type` field as sent; `undefined` for none. */
  readonly contentType: string | undefined;
  /** The `Accept` field as sent; `undefined` for none. RFC 9701 §4. */
  readonly accept: string | undefined;
  /** Whether the request URL had a query component. */
  readonly hasQuery: boolean;
  /** How the resource server authenticated. */
  readonly clientAuthentication: TokenRequestRecord['clientAuthentication'];
  /** The client identifier of the resource server; `undefined` for none. */
  readonly clientId: string | undefined;
  /** The `token_type_hint` parameter; `undefined` for none. */
  readonly tokenTypeHint: string | undefined;
  /** What the response says about the token; `undefined` for an error response. Faults are not considered. */
  readonly active: boolean | undefined;
}

/** The number of requests to each endpoint. Counters are never reset: compare before and after. */
export interface RequestLog {
  /** Number of requests for the RFC 8414 metadata. */
  readonly metadata: number;
  /** Number of requests for the OpenID Connect discovery document. */
  readonly openid: number;
  /** Number of requests for the JWKS, including those answered with 304. */
  readonly jwks: number;
  /** Number of token requests. */
  readonly token: number;
  /** Number of introspection requests. */
  readonly introspection: number;
  /** Number of responses with status 304. */
  readonly notModified: number;
  /** Number of requests for the JWKS to which a forged `jku` header points. Should stay 0. */
  readonly forgedJwks: number;
  /** Every token request, including refused ones, in order. */
  readonly tokenRequests: readonly TokenRequestRecord[];
  /** Every introspection request, including refused ones, in order. */
  readonly introspectionRequests: readonly IntrospectionRequestRecord[];
}

/** The names of the counters. */
export type RequestCounter = Exclude<keyof RequestLog, 'tokenRequests' | 'introspectionRequests'>;

/** A log that can be written to. */
export type WritableRequestLog = Record<RequestCounter, number> & {
  readonly tokenRequests: TokenRequestRecord[];
  readonly introspectionRequests: IntrospectionRequestRecord[];
};

/** Creates an empty log. */
export function createRequestLog(): WritableRequestLog {
  return {
    metadata: 0,
    openid: 0,
    jwks: 0,
    token: 0,
    introspection: 0,
    notModified: 0,
    forgedJwks: 0,
    tokenRequests: [],
    introspectionRequests: [],
  };
}
