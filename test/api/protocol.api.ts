// The public API of @scopegate/protocol. Run "npm run api" to write this file again.

// @scopegate/protocol

export type AuthScheme = 'Bearer' | 'DPoP';

export interface BearerChallenge {
  readonly realm?: string | undefined;
  readonly error?: BearerErrorName | undefined;
  readonly error_description?: string | undefined;
  readonly scope?: string | undefined;
  readonly acr_values?: string | undefined;
  readonly max_age?: string | undefined;
  readonly resource_metadata?: string | undefined;
}

export type BearerErrorCode =
  | 'ERR_BEARER_MISSING_CREDENTIALS'
  | 'ERR_BEARER_INVALID_REQUEST'
  | 'ERR_BEARER_INVALID_TOKEN'
  | 'ERR_BEARER_INSUFFICIENT_SCOPE'
  | 'ERR_BEARER_INSUFFICIENT_USER_AUTHENTICATION';

export type BearerErrorName =
  'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'insufficient_user_authentication';

export type BearerToken = string & {
  readonly [bearerToken]: true;
};

export interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
  readonly token68: string | undefined;
}

export declare abstract class ChallengeError extends Error {
  #private;
  abstract readonly code: BearerErrorCode | DpopErrorCode;
  abstract readonly reason: RefusalReason;
  abstract readonly status: 400 | 401 | 403;
  readonly expose = true;
  protected constructor(message: string, challenge: ErrorChallenge, options?: ErrorOptions);
  get statusCode(): 400 | 401 | 403;
  get challenge(): ErrorChallenge;
  get headers(): ChallengeHeaders;
  get nonce(): string | undefined;
  inProtectionSpace(space: ProtectionSpace): this;
  requiringScope(scope: string | undefined): this;
  usingScheme(scheme: AuthScheme | undefined): this;
}

export interface ChallengeHeaders {
  readonly 'WWW-Authenticate': string | string[];
  readonly 'DPoP-Nonce'?: string;
}

export type ClaimProblem = 'missing' | 'malformed';

export interface ClientWithdrawal {
  readonly issuer: string;
  readonly clientId: string;
  readonly tokenId?: undefined;
  readonly sessionId?: undefined;
  readonly subject?: undefined;
  readonly issuedBefore?: number | undefined;
}

export type DpopErrorCode = 'ERR_DPOP_INVALID_PROOF' | 'ERR_DPOP_USE_NONCE';

export type DpopErrorName = 'invalid_dpop_proof' | 'use_dpop_nonce';

export interface ErrorChallenge extends Omit<BearerChallenge, 'error'> {
  readonly error?: BearerErrorName | DpopErrorName | undefined;
}

export declare class InsufficientScopeError extends ChallengeError {
  readonly name = 'InsufficientScopeError';
  readonly code = 'ERR_BEARER_INSUFFICIENT_SCOPE';
  readonly status = 403;
  readonly reason: InsufficientScopeReason;
  readonly required: string | undefined;
  constructor(reason: InsufficientScopeReason, required?: string);
}

export type InsufficientScopeReason = keyof typeof SCOPE_DESCRIPTIONS;

export declare class InsufficientUserAuthenticationError extends ChallengeError {
  readonly name = 'InsufficientUserAuthenticationError';
  readonly code = 'ERR_BEARER_INSUFFICIENT_USER_AUTHENTICATION';
  readonly status = 401;
  readonly reason: InsufficientUserAuthenticationReason;
  readonly required: RequiredAuthentication;
  constructor(
    reason: InsufficientUserAuthenticationReason,
    required: RequiredAuthentication,
    {
      scope,
    }?: {
      readonly scope?: string | undefined;
    },
  );
}

export type InsufficientUserAuthenticationReason = keyof typeof AUTHENTICATION_DESCRIPTIONS;

export declare class InvalidProofError extends ChallengeError {
  readonly name = 'InvalidProofError';
  readonly code = 'ERR_DPOP_INVALID_PROOF';
  readonly status = 401;
  readonly reason: InvalidProofReason;
  readonly claim: string | undefined;
  constructor(reason: InvalidProofReason, options?: InvalidProofOptions);
}

export interface InvalidProofOptions extends ErrorOptions {
  readonly claim?: string | undefined;
}

export type InvalidProofReason = keyof typeof PROOF_DESCRIPTIONS;

export declare class InvalidRequestError extends ChallengeError {
  readonly name = 'InvalidRequestError';
  readonly code = 'ERR_BEARER_INVALID_REQUEST';
  readonly status = 400;
  readonly reason: InvalidRequestReason;
  constructor(reason: InvalidRequestReason);
}

export type InvalidRequestReason = keyof typeof REQUEST_DESCRIPTIONS;

export declare class InvalidTokenError extends ChallengeError {
  readonly name = 'InvalidTokenError';
  readonly code = 'ERR_BEARER_INVALID_TOKEN';
  readonly status = 401;
  readonly reason: InvalidTokenReason;
  readonly claim: string | undefined;
  readonly problem: ClaimProblem | undefined;
  readonly certificate: MissingCertificateReason | undefined;
  constructor(reason: InvalidTokenReason, options?: InvalidTokenOptions);
}

export interface InvalidTokenOptions extends ErrorOptions {
  readonly scope?: string | undefined;
  readonly claim?: string | undefined;
  readonly problem?: ClaimProblem | undefined;
  readonly certificate?: MissingCertificateReason | undefined;
}

export type InvalidTokenReason = keyof typeof TOKEN_DESCRIPTIONS;

export type MissingCertificateReason =
  'no_tls' | 'not_sent' | 'untrusted_peer' | 'repeated_header' | 'malformed_header';

export declare class MissingCredentialsError extends ChallengeError {
  readonly name = 'MissingCredentialsError';
  readonly code = 'ERR_BEARER_MISSING_CREDENTIALS';
  readonly reason: MissingCredentialsReason;
  readonly status = 401;
  constructor(space: ProtectionSpace, reason?: MissingCredentialsReason);
}

export type MissingCredentialsReason = 'missing_credentials' | 'unsupported_scheme';

export interface ProtectionSpace {
  readonly realm: string;
  readonly resourceMetadata?: string | undefined;
  readonly schemes?: readonly AuthScheme[] | undefined;
  readonly dpopAlgorithms?: readonly string[] | undefined;
  readonly dpopNonce?: string | undefined;
}

export type RefusalReason =
  | MissingCredentialsReason
  | InvalidRequestReason
  | InvalidTokenReason
  | InsufficientScopeReason
  | InsufficientUserAuthenticationReason
  | InvalidProofReason
  | 'nonce';

export type RequestAuthenticator = (
  form: URLSearchParams,
  headers: Headers,
) => void | Promise<void>;

export interface RequiredAuthentication {
  readonly acrValues?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
}

export interface RetryAfterHeaders {
  readonly 'Retry-After': string;
}

export type RevocationKind = 'token' | 'session' | 'subject' | 'client';

export interface RevocationSubject {
  readonly issuer: string;
  readonly tokenId: string | undefined;
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly sessionId: string | undefined;
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
}

export type ScopeToken = string & {
  readonly [scopeToken]: true;
};

export interface SessionWithdrawal {
  readonly issuer: string;
  readonly sessionId: string;
  readonly tokenId?: undefined;
  readonly subject?: undefined;
  readonly clientId?: undefined;
  readonly issuedBefore?: number | undefined;
}

export interface SubjectWithdrawal {
  readonly issuer: string;
  readonly subject: string;
  readonly tokenId?: undefined;
  readonly sessionId?: undefined;
  readonly clientId?: undefined;
  readonly issuedBefore?: number | undefined;
}

export interface TokenWithdrawal {
  readonly issuer: string;
  readonly tokenId: string;
  readonly sessionId?: undefined;
  readonly subject?: undefined;
  readonly clientId?: undefined;
  readonly issuedBefore?: undefined;
}

export declare abstract class UnavailableError extends Error {
  abstract readonly code: string;
  abstract readonly detail: string;
  readonly reason = 'unavailable';
  readonly status = 503;
  readonly statusCode = 503;
  readonly expose = false;
  readonly retryAfterSeconds: number;
  protected constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions);
  get headers(): RetryAfterHeaders;
}

export declare class UseNonceError extends ChallengeError {
  #private;
  readonly name = 'UseNonceError';
  readonly code = 'ERR_DPOP_USE_NONCE';
  readonly status = 401;
  readonly reason = 'nonce';
  constructor(nonce: string);
  get nonce(): string;
}

export type Withdrawal = TokenWithdrawal | SessionWithdrawal | SubjectWithdrawal | ClientWithdrawal;

export declare function createScopeSet(scopes: Iterable<string>): ReadonlySet<string>;

export declare function formatBearerChallenge(challenge: BearerChallenge): string;

export declare function formatChallenge(
  scheme: string,
  params: Readonly<Record<string, string | undefined>>,
): string;

export declare function formatScope(scopes: Iterable<string>): string;

export declare function isBearerToken(credentials: string): credentials is BearerToken;

export declare function isScopeToken(value: unknown): value is ScopeToken;

export declare function parseAuthorization(
  authorization: string | undefined,
): BearerToken | undefined;

export declare function parseChallenges(field: string): readonly Challenge[] | undefined;

export declare function parseScope(scope: string): ReadonlySet<string>;

// Not exported: the declarations above mention these.

declare const AUTHENTICATION_DESCRIPTIONS: {
  readonly acr: 'this resource requires another authentication of the user';
  readonly auth_time: 'this resource requires a more recent authentication of the user';
};

declare const PROOF_DESCRIPTIONS: {
  readonly proof_missing: 'the request must carry a DPoP proof';
  readonly proof_repeated: 'the request must carry one DPoP header with one proof';
  readonly proof_malformed: 'the DPoP proof is malformed';
  readonly proof_typ: 'the typ of the DPoP proof must be dpop+jwt';
  readonly proof_alg: 'the DPoP proof is signed with an algorithm that is not accepted';
  readonly proof_key: 'the key in the DPoP proof is not usable';
  readonly proof_signature: 'the signature of the DPoP proof is not valid';
  readonly proof_claim: 'a claim of the DPoP proof is missing or malformed';
  readonly proof_method: 'the DPoP proof is for another request method';
  readonly proof_url: 'the DPoP proof is for another URL';
  readonly proof_token: 'the DPoP proof is for another access token';
  readonly proof_time: 'the DPoP proof was not created within the accepted time';
  readonly proof_replayed: 'the DPoP proof was used before';
};

declare const REQUEST_DESCRIPTIONS: {
  readonly malformed_authorization: 'the Authorization header must be Bearer, a space and one token';
  readonly malformed_dpop_authorization: 'the Authorization header must be DPoP, a space and one token';
  readonly repeated_authorization: 'the request must carry one Authorization header';
  readonly several_locations: 'the request must carry the access token in one place';
  readonly malformed_parameter: 'the access_token parameter must occur once, as one token';
};

declare const SCOPE_DESCRIPTIONS: {
  readonly scope: 'the access token lacks scope for this resource';
  readonly principal: 'this resource does not accept tokens of this kind of caller';
  readonly check: 'the access token does not meet a condition of this resource';
};

declare const TOKEN_DESCRIPTIONS: {
  readonly malformed: 'the access token is malformed';
  readonly typ: 'the token is not an access token of a supported type';
  readonly alg: 'the access token is signed with an algorithm that is not accepted';
  readonly issuer: 'the access token was issued by another authorization server';
  readonly key: 'the access token is signed with an unknown key';
  readonly signature: 'the signature of the access token is not valid';
  readonly audience: 'the access token is meant for another resource';
  readonly expired: 'the access token has expired';
  readonly not_yet_valid: 'the access token is not valid yet';
  readonly lifetime: 'the lifetime of the access token is longer than this resource allows';
  readonly claim: 'a claim of the access token is missing or malformed';
  readonly sender_constraint: 'the access token is bound to a key whose possession was not proven';
  readonly binding: 'the access token is bound to another key or certificate';
  readonly unbound: 'the access token must be bound to a key or a certificate of the caller';
  readonly encryption: 'the access token is not encrypted as this resource requires';
  readonly decryption: 'the access token cannot be decrypted';
  readonly inactive: 'the access token is not active';
  readonly revoked: 'the access token was revoked';
  readonly excess_scope: 'the access token carries more scope than this resource allows';
};

declare const bearerToken: unique symbol;

declare const scopeToken: unique symbol;
