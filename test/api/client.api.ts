// The public API of @scopegate/client. Run "npm run api" to write this file again.

import type { RequestAuthenticator } from '@scopegate/protocol';
import type { JsonWebKey, KeyObject, webcrypto } from 'node:crypto';

// @scopegate/client

declare class AccessToken {
  #private;
  readonly type: TokenType;
  readonly expiresAt: number | undefined;
  readonly scopes: ReadonlySet<string>;
  constructor(
    value: string,
    { type, expiresAt, scopes }: Pick<AccessToken, 'type' | 'expiresAt' | 'scopes'>,
  );
  get value(): string;
  toJSON(): {
    readonly type: TokenType;
    readonly expiresAt: number | undefined;
    readonly scopes: readonly string[];
  };
}
export type { AccessToken };

export type AssertionAlgorithm = SignatureAlgorithm;

export type AssertionAudience = 'issuer' | 'token_endpoint' | 'both';

export interface ClientAuthentication {
  readonly method: ClientAuthenticationMethod;
}

export type ClientAuthenticationMethod =
  'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'tls_client_auth';

export type DpopAlgorithm = SignatureAlgorithm;

export type DpopKeyOptions =
  | {
      readonly alg?: DpopAlgorithm | undefined;
      readonly keyPair?: undefined;
    }
  | {
      readonly keyPair: webcrypto.CryptoKeyPair;
      readonly alg?: undefined;
    };

export type PrivateKeyInput = string | JsonWebKey | KeyObject | webcrypto.CryptoKey;

export interface PrivateKeyJwtOptions {
  readonly alg?: AssertionAlgorithm | undefined;
  readonly kid?: string | undefined;
  readonly audience?: AssertionAudience | undefined;
}

export type PrivateKeyReader = () => PrivateKeyInput | Promise<PrivateKeyInput>;

export interface RequestAuthenticatorOptions {
  readonly clientId: string;
  readonly issuer: string;
  readonly tokenEndpoint?: string | undefined;
}

export declare class ResourceRedirectError extends TokenClientError {
  readonly name = 'ResourceRedirectError';
  readonly code = 'ERR_TOKEN_CLIENT_REDIRECT';
  readonly reason: ResourceRedirectReason;
  constructor(reason: ResourceRedirectReason);
}

export type ResourceRedirectReason = keyof typeof REDIRECT_MESSAGES;

export type SecretReader = () => string | Promise<string>;

export interface SharedToken {
  readonly value: string;
  readonly scopes: readonly string[];
}

export declare const TOKEN_CHANNEL = 'scopegate:token';

export interface TokenClient {
  for(options: TokenSourceOptions): TokenSource;
  close(): void;
}

export declare abstract class TokenClientError extends Error {
  abstract readonly code: TokenClientErrorCode;
  abstract readonly reason: TokenEndpointReason | TokenRequestReason | ResourceRedirectReason;
}

export type TokenClientErrorCode =
  'ERR_TOKEN_CLIENT_ENDPOINT' | 'ERR_TOKEN_CLIENT_REQUEST' | 'ERR_TOKEN_CLIENT_REDIRECT';

export interface TokenClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly dpop?: true | DpopKeyOptions | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly unknownLifetimeSeconds?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly tokenStore?: TokenStore | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock?: (() => number) | undefined;
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

export declare class TokenEndpointError extends TokenClientError {
  readonly name = 'TokenEndpointError';
  readonly code = 'ERR_TOKEN_CLIENT_ENDPOINT';
  readonly reason: TokenEndpointReason;
  readonly error: TokenEndpointReason;
  readonly status: number;
  readonly description: string | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(error: TokenEndpointReason, details: TokenEndpointErrorDetails);
}

export interface TokenEndpointErrorDetails {
  readonly status: number;
  readonly hint?: string | undefined;
  readonly description?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export type TokenEndpointReason =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | (string & Record<never, never>);

export type TokenEvent = TokenSubject &
  (
    | {
        readonly event: 'requested' | 'renewed';
        readonly durationMs: number;
        readonly expiresAt: number | undefined;
        readonly missingScopes: readonly string[];
        readonly shared: TokenSharing | undefined;
      }
    | {
        readonly event: 'failed';
        readonly durationMs: number;
        readonly code: TokenClientErrorCode | undefined;
        readonly reason: string;
        readonly status: number | undefined;
        readonly held: boolean;
        readonly retryInMs: number;
      }
    | {
        readonly event: 'retried';
        readonly reason: 'invalid_client' | 'invalid_token' | 'unavailable' | 'use_dpop_nonce';
      }
  );

export interface TokenLease {
  extend(): Promise<boolean>;
  fulfill(token: SharedToken, remainingMs: number): Promise<void>;
  release(backOffMs: number): Promise<void>;
  decline(forMs: number): Promise<void>;
}

export declare class TokenRequestError extends TokenClientError {
  readonly name = 'TokenRequestError';
  readonly code = 'ERR_TOKEN_CLIENT_REQUEST';
  readonly reason: TokenRequestReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly missingScopes: readonly string[] | undefined;
  constructor(reason: TokenRequestReason, details?: TokenRequestErrorDetails);
}

export interface TokenRequestErrorDetails {
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly missingScopes?: readonly string[] | undefined;
}

export type TokenRequestReason = keyof typeof REQUEST_MESSAGES;

export type TokenSharing = 'won' | 'adopted' | 'alone';

export interface TokenSource {
  readonly fetch: typeof globalThis.fetch;
  readonly token: (options?: { readonly signal?: AbortSignal | undefined }) => Promise<AccessToken>;
}

export interface TokenSourceOptions {
  readonly resource?: string | undefined;
  readonly scope?: string | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly requireGranted?: boolean | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly maxRetryAfterSeconds?: number | undefined;
}

export interface TokenStore {
  takeTurn(id: string, unwanted: string | undefined): Promise<TokenTurn>;
}

export interface TokenSubject {
  readonly issuer: string;
  readonly clientId: string;
  readonly resource: string | undefined;
  readonly scope: string;
}

export type TokenTurn =
  | {
      readonly turn: 'token';
      readonly token: SharedToken;
      readonly remainingMs: number;
      readonly ageMs: number;
    }
  | {
      readonly turn: 'lease';
      readonly lease: TokenLease;
    }
  | {
      readonly turn: 'wait' | 'back-off' | 'alone';
      readonly forMs: number;
    };

export type TokenType = 'Bearer' | 'DPoP';

export declare function clientSecretBasic(readSecret: SecretReader): ClientAuthentication;

export declare function clientSecretPost(readSecret: SecretReader): ClientAuthentication;

export declare function createTokenClient(options: TokenClientOptions): TokenClient;

export declare function fromEnv(name: string): SecretReader;

export declare function fromFile(path: string): SecretReader;

export declare function privateKeyJwt(
  readKey: PrivateKeyReader,
  options?: PrivateKeyJwtOptions,
): ClientAuthentication;

export declare function tlsClientAuth(): ClientAuthentication;

export declare function toRequestAuthenticator(
  authentication: ClientAuthentication,
  options: RequestAuthenticatorOptions,
): RequestAuthenticator;

// Not exported: the declarations above mention these.

declare const REDIRECT_MESSAGES: {
  readonly too_many: 'the API redirected more than 20 times';
  readonly location: 'the API redirected to a location that is not an http or https URL';
  readonly insecure: 'the API redirected to a URL that does not use https';
  readonly userinfo: 'the API redirected to a URL that contains credentials';
  readonly body: 'the API redirected a request whose body cannot be sent again';
  readonly origin: 'the API redirected a request body to an origin that "resource" and "origins" do not cover';
  readonly forbidden: 'the API redirected a request that was made with redirect: "error"';
};

declare const REQUEST_MESSAGES: {
  readonly network: 'the authorization server cannot be reached';
  readonly timeout: 'the authorization server did not respond in time';
  readonly redirect: 'the authorization server sent a redirect; redirects are not followed';
  readonly status: 'the authorization server responded with an unexpected status';
  readonly too_large: 'the response of the authorization server is too large';
  readonly json: 'the response of the authorization server is not a JSON object';
  readonly answer: 'the token response is invalid';
  readonly token_type: 'the token response has the wrong "token_type"';
  readonly issuer: 'the metadata names a different issuer';
  readonly token_endpoint: 'the metadata does not name a usable token endpoint';
  readonly credential: 'the credential of the client cannot be read';
  readonly scope: 'the access token is missing requested scopes';
  readonly back_off: 'token requests are paused, because one of another process failed';
  readonly closed: 'the token client is closed';
};

type SignatureAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';
