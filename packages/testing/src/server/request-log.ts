/**
 * What the issuer was asked, counted; nothing secret is kept.
 *
 * @module
 */

/** A token request without its secrets. */
export interface TokenRequestRecord {
  readonly method: string;
  /** The media type with its parameters, as sent. */
  readonly contentType: string | undefined;
  /** Whether the URL had a query, which RFC 6749 §3.2 leaves to the endpoint alone. */
  readonly hasQuery: boolean;
  /** How the client showed who it is; `'several'` breaks RFC 6749 §2.3. */
  readonly clientAuthentication:
    'client_secret_basic' | 'client_secret_post' | 'client_assertion' | 'none' | 'several';
  readonly clientId: string | undefined;
  readonly grantType: string | undefined;
  readonly scope: string | undefined;
  /** Every `resource` parameter. RFC 8707 §2. */
  readonly resource: readonly string[];
}

/** How often each endpoint was asked. The numbers go on rising: compare before and after. */
export interface RequestLog {
  /** The RFC 8414 document. */
  readonly metadata: number;
  /** The OpenID Connect discovery document. */
  readonly openid: number;
  /** The JWKS, its 304 answers included. */
  readonly jwks: number;
  readonly token: number;
  /** Answers with status 304. */
  readonly notModified: number;
  /** The key set that a forged `jku` header points at. Nobody ought to ask for it. */
  readonly forgedJwks: number;
  /** Every token request, in order. */
  readonly tokenRequests: readonly TokenRequestRecord[];
}

/** The names of the counters. */
export type RequestCounter = Exclude<keyof RequestLog, 'tokenRequests'>;

/** A log that is still written. */
export type WritableRequestLog = Record<RequestCounter, number> & {
  readonly tokenRequests: TokenRequestRecord[];
};

/** Makes an empty log. */
export function createRequestLog(): WritableRequestLog {
  return {
    metadata: 0,
    openid: 0,
    jwks: 0,
    token: 0,
    notModified: 0,
    forgedJwks: 0,
    tokenRequests: [],
  };
}
