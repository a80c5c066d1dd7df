// The public API of @scopegate/access-token. Run "npm run api" to write this file again.

import type {
  AuthScheme,
  InsufficientScopeError,
  InsufficientScopeReason,
  InsufficientUserAuthenticationError,
  InsufficientUserAuthenticationReason,
  InvalidProofError,
  InvalidProofReason,
  InvalidRequestError,
  InvalidTokenError,
  InvalidTokenReason,
  MissingCertificateReason,
  MissingCredentialsError,
  RequestAuthenticator,
  RevocationKind,
  RevocationSubject,
  UnavailableError,
  UseNonceError,
  Withdrawal,
} from '@scopegate/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

// @scopegate/access-token

export { type AuthScheme } from '@scopegate/protocol';
export { type BearerErrorCode } from '@scopegate/protocol';
export { type BearerToken } from '@scopegate/protocol';
export { ChallengeError } from '@scopegate/protocol';
export { type ChallengeHeaders } from '@scopegate/protocol';
export { type ClaimProblem } from '@scopegate/protocol';
export { type ClientWithdrawal } from '@scopegate/protocol';
export { type DpopErrorCode } from '@scopegate/protocol';
export { InsufficientScopeError } from '@scopegate/protocol';
export { type InsufficientScopeReason } from '@scopegate/protocol';
export { InsufficientUserAuthenticationError } from '@scopegate/protocol';
export { type InsufficientUserAuthenticationReason } from '@scopegate/protocol';
export { InvalidProofError } from '@scopegate/protocol';
export { type InvalidProofOptions } from '@scopegate/protocol';
export { type InvalidProofReason } from '@scopegate/protocol';
export { InvalidRequestError } from '@scopegate/protocol';
export { type InvalidRequestReason } from '@scopegate/protocol';
export { InvalidTokenError } from '@scopegate/protocol';
export { type InvalidTokenOptions } from '@scopegate/protocol';
export { type InvalidTokenReason } from '@scopegate/protocol';
export { type MissingCertificateReason } from '@scopegate/protocol';
export { MissingCredentialsError } from '@scopegate/protocol';
export { type MissingCredentialsReason } from '@scopegate/protocol';
export { type ProtectionSpace } from '@scopegate/protocol';
export { type RefusalReason } from '@scopegate/protocol';
export { type RequestAuthenticator } from '@scopegate/protocol';
export { type RequiredAuthentication } from '@scopegate/protocol';
export { type RetryAfterHeaders } from '@scopegate/protocol';
export { type RevocationKind } from '@scopegate/protocol';
export { type RevocationSubject } from '@scopegate/protocol';
export { type SessionWithdrawal } from '@scopegate/protocol';
export { type SubjectWithdrawal } from '@scopegate/protocol';
export { type TokenWithdrawal } from '@scopegate/protocol';
export { UnavailableError } from '@scopegate/protocol';
export { UseNonceError } from '@scopegate/protocol';
export { type Withdrawal } from '@scopegate/protocol';
export { parseAuthorization } from '@scopegate/protocol';

export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly client_id?: string;
  readonly jti?: string;
  readonly scope?: unknown;
  readonly [name: string]: unknown;
}

export interface AccessTokenVerifier<Claims = AccessTokenClaims> {
  verify(token: string): Promise<VerifiedAccessToken<Claims>>;
  verifyPresented(
    presentation: Presentation,
    requirement?: PresentationRequirement,
  ): Promise<PresentedToken<Claims>>;
  readPresentation(request: IncomingMessage): Presentation | undefined;
  whileAcceptable(
    token: VerifiedAccessToken<unknown>,
    options?: WhileAcceptableOptions,
  ): AbortSignal;
  assertAcceptable(token: VerifiedAccessToken<unknown>): Promise<void>;
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  ready(): Promise<void>;
  refresh(): Promise<void>;
  health(): VerifierHealth;
  close(): void;
}

export type AccessTokenVerifierOptions<Claims = AccessTokenClaims> = CommonOptions<Claims> &
  (SeveralIssuersOptions | IssuerOptions);

export type Algorithm = PublicKeyAlgorithm | SecretAlgorithm;

export type AudienceClaim = 'aud' | 'client_id';

export interface AuthorizationDetail {
  readonly type: string;
  readonly [name: string]: unknown;
}

export type CertificateFormat = 'rfc9440' | 'escaped-pem' | 'base64-der' | 'xfcc' | 'sha256-hex';

export interface CertificateHeader {
  readonly header: string;
  readonly format: CertificateFormat;
  readonly from: readonly string[] | 'unix-socket';
}

export type CheckName =
  | FormatCheckName
  | EncryptionCheckName
  | IntrospectionCheckName
  | KeyCheckName
  | TokenCheckName
  | ProofCheckName
  | StateCheckName
  | RouteCheckName;

export type CheckOutcome = 'passed' | 'failed' | 'skipped';

export type CheckReason =
  | InvalidTokenReason
  | InsufficientScopeReason
  | InsufficientUserAuthenticationReason
  | InvalidProofReason
  | 'nonce'
  | 'unavailable';

export interface CommonOptions<Claims = AccessTokenClaims> extends PossessionOptions {
  readonly clockToleranceSeconds?: number | undefined;
  readonly maxLifetimeSeconds?: number | undefined;
  readonly maxTokenBytes?: number | undefined;
  readonly tokenCache?: false | TokenCacheOptions | undefined;
  readonly claims?: StandardSchemaV1<unknown, Claims> | undefined;
  readonly keySet?: KeySetOptions | undefined;
  readonly revocation?: RevocationSource | RevocationHook | undefined;
  readonly clock?: (() => number) | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly dangerouslyAllowHttp?: boolean | undefined;
}

export interface Confirmation {
  readonly jkt: string | undefined;
  readonly x5tS256: string | undefined;
}

export interface DecryptionOptions {
  readonly keys: readonly (object | KeyObject)[];
  readonly required?: boolean | undefined;
}

export declare class DecryptionUnavailableError extends UnavailableError {
  readonly name = 'DecryptionUnavailableError';
  readonly code = 'ERR_DECRYPTION_UNAVAILABLE';
  readonly detail = 'too many access tokens are being decrypted; try again later';
  constructor(retryAfterSeconds: number);
}

export interface DpopOptions {
  readonly publicUrl?: string | readonly string[] | undefined;
  readonly algorithms?: readonly PublicKeyAlgorithm[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly clockToleranceSeconds?: number | undefined;
  readonly replay?: ProcessReplayOptions | SharedReplayOptions | undefined;
  readonly nonce?: NonceOptions | undefined;
}

export interface ExplainOptions {
  readonly scope?: string | undefined;
  readonly senderConstraint?: SenderConstraint | undefined;
  readonly fresh?: boolean | undefined;
  readonly acrValues?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly scheme?: AuthScheme | undefined;
  readonly proof?: string | readonly string[] | undefined;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly certificate?: string | undefined;
}

export interface ExplainedCheck {
  readonly name: CheckName;
  readonly outcome: CheckOutcome;
  readonly reason: CheckReason | undefined;
  readonly expected: string;
  readonly found: string;
  readonly rfc: string;
  readonly fixes: readonly Fix[];
}

export interface ExplainedDecryption {
  readonly isDecrypted: boolean;
  readonly keys: readonly ExplainedDecryptionKey[];
}

export interface ExplainedDecryptionKey {
  readonly name: string;
  readonly kid: string | undefined;
  readonly algorithms: readonly string[];
  readonly outcome: KeyTrialOutcome;
}

export interface ExplainedIntrospection {
  readonly issuer: string;
  readonly outcome: 'active' | 'inactive' | 'unavailable';
  readonly failure: IntrospectionFailure | undefined;
  readonly error: string | undefined;
  readonly nextAttemptAt: number | undefined;
}

export interface ExplainedKey {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly type: string;
  readonly bits: number | undefined;
}

export interface ExplainedKeySet {
  readonly issuer: string;
  readonly state: KeySetState;
  readonly keys: number;
  readonly ageMs: number | undefined;
  readonly lastError: string | undefined;
}

export interface Finding {
  readonly cause: FindingCause;
  readonly evidence: string;
  readonly fixes: readonly Fix[];
}

export type FindingCause =
  | FormatCause
  | EncryptionCause
  | SignatureCause
  | KindCause
  | IssuerCause
  | AudienceCause
  | TimeCause
  | ClaimCause
  | PossessionCause
  | ProofCause
  | IntrospectionCause
  | AuthenticationCause;

export interface Fix {
  readonly side: Side;
  readonly action: string;
}

export declare const INTROSPECTION_CHANNEL = 'scopegate:introspection';

export interface IntrospectedJwts {
  readonly introspection?:
    | (IntrospectionOptions & {
        readonly tokens: 'jwt' | 'both';
      })
    | undefined;
}

export interface IntrospectedTokens {
  readonly introspection?: IntrospectionOptions | undefined;
}

export interface IntrospectionCache {
  read(key: string): Promise<IntrospectionRecord | undefined>;
  write(key: string, record: IntrospectionRecord, lifetimeMs: number): Promise<void>;
  remove(key: string): Promise<void>;
}

export type IntrospectionCredentials =
  | {
      readonly clientId?: string | undefined;
      readonly clientSecret?: never;
      readonly clientAuthenticationMethod?: never;
      readonly authenticate: RequestAuthenticator;
    }
  | {
      readonly clientId: string;
      readonly clientSecret: () => string | Promise<string>;
      readonly clientAuthenticationMethod?:
        'client_secret_basic' | 'client_secret_post' | undefined;
      readonly authenticate?: never;
    };

export type IntrospectionEvent = {
  readonly issuer: string;
} & (
  | {
      readonly event: 'asked';
      readonly result: 'active' | 'inactive' | 'failed';
      readonly cached: boolean;
      readonly durationMs: number;
      readonly failure: IntrospectionFailure | undefined;
    }
  | {
      readonly event: 'unavailable';
      readonly failure: IntrospectionFailure;
      readonly error: Error;
    }
  | {
      readonly event: 'recovered';
      readonly unavailableForMs: number;
      readonly failures: number;
    }
  | {
      readonly event: 'credentials-refused';
      readonly status: number | undefined;
    }
  | {
      readonly event: 'stale-used';
      readonly uses: number;
    }
  | {
      readonly event: 'always-inactive';
      readonly responses: number;
    }
);

export type IntrospectionFailure = keyof typeof INTROSPECTION_FAILURES;

export interface IntrospectionHealth {
  readonly issuer: string;
  readonly tokenPrefix: string | undefined;
  readonly state: 'unused' | 'available' | 'unavailable';
  readonly lastError: Error | undefined;
  readonly nextAttemptAt: number | undefined;
  readonly alwaysInactive: boolean;
}

export type IntrospectionOptions = IntrospectionCredentials & {
  readonly tokens: 'jwt' | 'opaque' | 'both';
  readonly tokenPrefix?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly signed?: boolean | undefined;
  readonly cacheSeconds?: number | undefined;
  readonly negativeCacheSeconds?: number | undefined;
  readonly maxStaleSeconds?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxPending?: number | undefined;
  readonly issuerChecksAudience?: boolean | undefined;
  readonly cache?: IntrospectionCache | undefined;
};

export interface IntrospectionRecord {
  readonly members: Readonly<Record<string, unknown>>;
  readonly askedAt: number;
}

export declare class IntrospectionUnavailableError extends UnavailableError {
  readonly name = 'IntrospectionUnavailableError';
  readonly code = 'ERR_INTROSPECTION_UNAVAILABLE';
  readonly detail = 'whether the access token is active is unknown now; try again later';
  readonly failure: IntrospectionFailure;
  readonly issuer: string | undefined;
  constructor(
    failure: IntrospectionFailure,
    retryAfterSeconds: number,
    { issuer, ...options }?: IntrospectionUnavailableOptions,
  );
}

export interface IntrospectionUnavailableOptions extends ErrorOptions {
  readonly issuer?: string | undefined;
}

export type IssuerEntry = Partial<TokenPolicy> &
  KeySource & {
    readonly issuer: string;
    readonly issuers?: never;
  };

export type IssuerGroup = Partial<TokenPolicy> & {
  readonly issuers: readonly IssuerEntry[];
  readonly issuer?: never;
  readonly jwksUri?: never;
  readonly jwks?: never;
  readonly secret?: never;
  readonly introspection?: never;
};

export type IssuerOptions = TokenPolicy &
  KeySource & {
    readonly issuer: string;
    readonly issuers?: never;
  };

export declare class IssuerResolutionError extends KeySetError {
  readonly name = 'IssuerResolutionError';
  readonly code = 'ERR_ISSUER_RESOLUTION';
  readonly reason: IssuerResolutionReason;
  readonly url: undefined;
  constructor(reason: IssuerResolutionReason, options?: ErrorOptions);
}

export type IssuerResolutionReason = keyof typeof MESSAGES;

export interface IssuerResolver {
  readonly resolve: (
    issuer: string,
  ) =>
    | IssuerEntry
    | IssuerGroup
    | undefined
    | null
    | Promise<IssuerEntry | IssuerGroup | undefined | null>;
  readonly max?: number | undefined;
  readonly maxAgeMs?: number | undefined;
}

export declare const KEY_SET_CHANNEL = 'scopegate:key-set';

export declare abstract class KeySetError extends Error {
  abstract readonly code: KeySetErrorCode;
  abstract readonly url: string | undefined;
}

export type KeySetErrorCode =
  'ERR_KEY_SET_UNAVAILABLE' | 'ERR_KEY_SET_MALFORMED' | 'ERR_ISSUER_RESOLUTION';

export type KeySetEvent = {
  readonly issuer: string;
} & (
  | ({
      readonly event: 'refreshed';
      readonly keys: number;
      readonly notModified: boolean;
      readonly lifetimeMs: number;
    } & TimedRefresh)
  | ({
      readonly event: 'failed';
      readonly error: Error;
      readonly failures: number;
      readonly retryInMs: number;
    } & TimedRefresh)
  | {
      readonly event: 'stale';
      readonly staleForMs: number;
      readonly uses: number;
    }
  | {
      readonly event: 'unknown-key';
      readonly result: UnknownKeyResult;
    }
  | {
      readonly event: 'snapshot-used';
      readonly keys: number;
      readonly ageMs: number;
      readonly isFresh: boolean;
    }
  | {
      readonly event: 'changed';
      readonly added: number;
      readonly withdrawn: number;
    }
  | {
      readonly event: 'withdrawn';
      readonly retryInMs: number;
    }
  | {
      readonly event: 'media-type';
      readonly url: string;
    }
  | {
      readonly event: 'key-skipped';
      readonly index: number;
      readonly reason: KeySkippedReason;
    }
);

export interface KeySetHealth {
  readonly issuer: string;
  readonly state: KeySetState;
  readonly keys: number;
  readonly fromSnapshot: boolean;
  readonly ageMs: number | undefined;
  readonly lastError: Error | undefined;
  readonly nextAttemptAt: number | undefined;
}

export declare class KeySetMalformedError extends KeySetError {
  readonly name = 'KeySetMalformedError';
  readonly code = 'ERR_KEY_SET_MALFORMED';
  readonly reason: KeySetMalformedReason;
  readonly url: string | undefined;
  constructor(reason: KeySetMalformedReason, url?: URL);
}

export type KeySetMalformedReason = keyof typeof MALFORMED;

export interface KeySetOptions {
  readonly maxStaleMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly defaultLifetimeMs?: number | undefined;
  readonly minLifetimeMs?: number | undefined;
  readonly maxLifetimeMs?: number | undefined;
  readonly snapshots?: KeySetSnapshots | undefined;
}

export interface KeySetSnapshot {
  readonly jwks: unknown;
  readonly url: string;
  readonly fetchedAt: number;
  readonly lifetimeMs?: number | undefined;
}

export interface KeySetSnapshots {
  read(issuer: string): Promise<KeySetSnapshot | undefined>;
  write(issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number): Promise<void>;
}

export type KeySetState = 'empty' | 'fresh' | 'stale' | 'withdrawn' | 'unavailable';

export declare class KeySetUnavailableError extends KeySetError {
  readonly name = 'KeySetUnavailableError';
  readonly code = 'ERR_KEY_SET_UNAVAILABLE';
  readonly reason = 'unavailable';
  readonly status = 503;
  readonly statusCode = 503;
  readonly expose = false;
  readonly retryAfterSeconds: number;
  readonly issuer: string | undefined;
  readonly url: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly systemCode: string | undefined;
  constructor(retryAfterSeconds: number, options?: KeySetUnavailableOptions);
  get headers(): RetryHeaders;
}

export interface KeySetUnavailableOptions extends ErrorOptions {
  readonly issuer?: string | undefined;
}

export type KeySkippedReason =
  | 'malformed'
  | 'private'
  | 'use'
  | 'unsupported'
  | 'rsa_size'
  | 'rsa_modulus'
  | 'rsa_exponent'
  | 'small_order';

export type KeySource =
  | (IntrospectedJwts & {
      readonly jwksUri?: never;
      readonly jwks?: never;
      readonly secret: Uint8Array | KeyObject;
    })
  | (IntrospectedJwts & {
      readonly jwksUri?: never;
      readonly jwks: {
        readonly keys: readonly object[];
      };
      readonly secret?: never;
    })
  | (IntrospectedTokens & {
      readonly jwksUri?: string | undefined;
      readonly jwks?: never;
      readonly secret?: never;
    });

export type KeyTrialOutcome = 'decrypted' | 'failed' | 'algorithm' | 'curve' | 'kid' | 'not_tried';

export interface MtlsOptions {
  readonly certificate: 'socket' | CertificateHeader;
}

export interface NonceOptions {
  readonly secret: Uint8Array | readonly Uint8Array[];
  readonly lifetimeSeconds?: number | undefined;
}

export type PeerSocket = TlsPeer & AddressedPeer;

export interface PossessionOptions {
  readonly dpop?: true | DpopOptions | undefined;
  readonly mtls?: MtlsOptions | undefined;
  readonly senderConstraint?: SenderConstraint | undefined;
}

export interface Presentation {
  readonly scheme: AuthScheme;
  readonly token: string;
  readonly proofs: readonly string[];
  readonly method: string;
  readonly target: string;
  readonly certificate?: string | undefined;
  readonly missingCertificate?: MissingCertificateReason | undefined;
  readonly request?: object | undefined;
}

export interface PresentationRequirement {
  readonly senderConstraint?: SenderConstraint | undefined;
  readonly fresh?: boolean | undefined;
}

export interface PresentedToken<Claims> {
  readonly token: VerifiedAccessToken<Claims>;
  readonly nonce: string | undefined;
}

export type Principal = 'client' | 'user' | 'unknown';

export interface ProcessReplayOptions {
  readonly maxEntries?: number | undefined;
  readonly store?: undefined;
}

export type PublicKeyAlgorithm = (typeof PUBLIC_KEY_ALGORITHMS)[number];

export declare const REPLAY_CHANNEL = 'scopegate:replay';

export declare const REVOCATION_CHANNEL = 'scopegate:revocation';

export type RefreshTrigger = 'first' | 'scheduled' | 'due' | 'unknown_key' | 'requested';

export type ReplayEvent = {
  readonly store: 'process' | 'shared';
} & (
  | {
      readonly event: 'unavailable';
      readonly failure: ReplayFailure;
      readonly systemCode: string | undefined;
    }
  | {
      readonly event: 'recovered';
      readonly unavailableForMs: number;
      readonly failures: number;
    }
  | {
      readonly event: 'data-lost';
      readonly notBefore: number;
    }
);

export type ReplayFailure = keyof typeof FAILURES;

export interface ReplayStore {
  register(proof: string, windowMs: number): boolean | Promise<boolean>;
  readonly notBefore?: number | undefined;
}

export declare class ReplayStoreUnavailableError extends UnavailableError {
  readonly name = 'ReplayStoreUnavailableError';
  readonly code = 'ERR_REPLAY_STORE_UNAVAILABLE';
  readonly detail =
    'whether the DPoP proof was used before is unknown now; try again later with a new proof';
  readonly failure: ReplayFailure;
  readonly systemCode: string | undefined;
  constructor(failure: ReplayFailure, options?: ErrorOptions);
}

export interface RetryHeaders {
  readonly 'Retry-After': string;
}

export type RevocationEvent =
  | {
      readonly event: 'withdrawn';
      readonly kind: RevocationKind;
      readonly entries: number;
    }
  | {
      readonly event: 'full';
      readonly maxEntries: number;
    }
  | {
      readonly event: 'unavailable';
      readonly origin: 'source' | 'hook';
      readonly failure: RevocationFailure;
      readonly systemCode: string | undefined;
    }
  | {
      readonly event: 'recovered';
      readonly origin: 'source' | 'hook';
      readonly unavailableForMs: number;
      readonly failures: number;
    };

export type RevocationFailure = keyof typeof FAILURES2;

export interface RevocationHealth {
  readonly origin: 'source' | 'hook';
  readonly failure: RevocationFailure | undefined;
}

export interface RevocationHook {
  readonly isRevoked: (token: RevocationSubject) => boolean | Promise<boolean>;
  readonly timeoutMs?: number | undefined;
  readonly version?: undefined;
  readonly isCurrent?: undefined;
}

export interface RevocationList extends RevocationSource {
  readonly maxLifetimeSeconds: number;
  withdraw(withdrawal: Withdrawal): Promise<void>;
  heard(): void;
  ready(): Promise<void>;
  onChange(listener: () => void): () => void;
  health(): RevocationListHealth;
}

export declare class RevocationListFullError extends Error {
  readonly name = 'RevocationListFullError';
  readonly code = 'ERR_REVOCATION_LIST_FULL';
  readonly maxEntries: number;
  constructor(maxEntries: number);
}

export interface RevocationListHealth {
  readonly entries: number;
  readonly maxEntries: number;
  readonly isCurrent: boolean;
  readonly silentForMs: number | undefined;
}

export interface RevocationListOptions {
  readonly maxLifetimeSeconds: number;
  readonly maxEntries?: number | undefined;
  readonly maxSilenceSeconds?: number | undefined;
  readonly clock?: (() => number) | undefined;
}

export interface RevocationSource {
  readonly version: number;
  isCurrent(nowMs: number): boolean;
  isRevoked(token: RevocationSubject): boolean;
  readonly maxLifetimeSeconds?: number | undefined;
  ready?(): Promise<void>;
  onChange?(listener: () => void): () => void;
}

export declare class RevocationUnavailableError extends UnavailableError {
  readonly name = 'RevocationUnavailableError';
  readonly code = 'ERR_REVOCATION_UNAVAILABLE';
  readonly detail = 'whether the access token was revoked is unknown now; try again later';
  readonly failure: RevocationFailure;
  constructor(failure: RevocationFailure, options?: ErrorOptions);
}

export type ScopegateError =
  | MissingCredentialsError
  | InvalidRequestError
  | InvalidTokenError
  | InsufficientScopeError
  | InsufficientUserAuthenticationError
  | InvalidProofError
  | UseNonceError
  | KeySetUnavailableError
  | ReplayStoreUnavailableError
  | IntrospectionUnavailableError
  | DecryptionUnavailableError
  | RevocationUnavailableError;

export type SecretAlgorithm = (typeof SECRET_ALGORITHMS)[number];

export type SenderConstraint = 'dpop' | 'mtls' | 'any';

export type SeveralIssuersOptions = Partial<TokenPolicy> & {
  readonly issuers: readonly (IssuerEntry | IssuerGroup)[] | IssuerResolver;
  readonly issuer?: never;
  readonly jwksUri?: never;
  readonly jwks?: never;
  readonly secret?: never;
  readonly introspection?: never;
};

export interface SharedReplayOptions {
  readonly store: ReplayStore;
  readonly timeoutMs?: number | undefined;
  readonly whileUnavailable?: 'refuse' | 'local' | undefined;
  readonly maxEntries?: undefined;
}

export type Side = 'resource server' | 'authorization server' | 'client';

export interface TokenCacheHealth {
  readonly entries: number;
  readonly maxEntries: number;
}

export interface TokenCacheOptions {
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
}

export interface TokenExplanation {
  readonly verdict: 'accepted' | 'refused' | 'undecided';
  readonly reason: CheckReason | undefined;
  readonly cached: boolean;
  readonly principal: Principal | undefined;
  readonly decryption: ExplainedDecryption | undefined;
  readonly key: ExplainedKey | undefined;
  readonly keySet: ExplainedKeySet | undefined;
  readonly introspection: ExplainedIntrospection | undefined;
  readonly checks: readonly ExplainedCheck[];
  readonly findings: readonly Finding[];
}

export interface TokenPolicy {
  readonly audience: string | readonly string[];
  readonly audienceClaim?: AudienceClaim | undefined;
  readonly algorithms?: readonly Algorithm[] | undefined;
  readonly typ?: TypPolicy | undefined;
  readonly scopeClaims?: readonly string[] | undefined;
  readonly dangerouslyIgnoreSenderConstraint?: boolean | undefined;
  readonly decryption?: DecryptionOptions | undefined;
}

export interface TokenTrialOptions {
  readonly typ?: TypPolicy | undefined;
  readonly algorithms?: readonly Algorithm[] | undefined;
  readonly maxLifetimeSeconds?: number | undefined;
  readonly audience?: string | readonly string[] | undefined;
  readonly issuers?: readonly string[] | undefined;
}

export type TypPolicy = 'auto' | 'at+jwt' | 'jwt';

export type UnknownKeyResult = 'found' | 'unknown' | 'budget_spent';

export interface VerifiedAccessToken<Claims = AccessTokenClaims> {
  readonly [verified]: true;
  readonly format: 'jwt' | 'opaque';
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly audience: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
  readonly tokenId: string | undefined;
  readonly confirmation: Confirmation | undefined;
  readonly principal: Principal;
  readonly authenticationContext: string | undefined;
  readonly authenticatedAt: number | undefined;
  readonly sessionId: string | undefined;
  readonly authorizationDetails: readonly AuthorizationDetail[];
  readonly claims: Claims;
  readonly header: Readonly<Record<string, unknown>>;
}

export interface VerifierHealth {
  readonly issuers: readonly KeySetHealth[];
  readonly introspection: readonly IntrospectionHealth[];
  readonly tokenCache: TokenCacheHealth | undefined;
  readonly revocation: RevocationHealth | undefined;
  readonly replay: 'process' | 'shared' | undefined;
  readonly publicUrls: readonly string[] | undefined;
}

export interface WhileAcceptableOptions {
  readonly signal?: AbortSignal | undefined;
}

export declare function createAccessTokenVerifier<Claims = AccessTokenClaims>(
  options: AccessTokenVerifierOptions<Claims>,
): AccessTokenVerifier<Claims>;

export declare function createRevocationList(options: RevocationListOptions): RevocationList;

// @scopegate/access-token/providers

export interface Auth0Options {
  readonly domain: string;
  readonly audience: ProviderAudience;
}

export interface AuthentikOptions {
  readonly serverUrl: string;
  readonly applicationSlug: string;
  readonly clientId: string;
}

export interface CognitoOptions {
  readonly userPoolId: string;
  readonly clientId: string | readonly string[];
}

export interface CurityOptions {
  readonly issuer: string;
  readonly audience: ProviderAudience;
  readonly introspection: IntrospectionOptions;
}

export interface DuendeOptions {
  readonly issuer: string;
  readonly audience: ProviderAudience;
}

export interface EntraOptions {
  readonly tenantId: string;
  readonly audience: ProviderAudience;
}

export interface FirebaseOptions {
  readonly projectId: string;
}

export interface KeycloakOptions {
  readonly serverUrl: string;
  readonly realm: string;
  readonly audience: ProviderAudience;
}

export interface OktaOptions {
  readonly domain: string;
  readonly audience: ProviderAudience;
  readonly authorizationServerId?: string | undefined;
}

export interface OryOptions {
  readonly issuer: string;
  readonly audience: ProviderAudience;
  readonly introspection: IntrospectionOptions & {
    readonly endpoint: string;
  };
}

export interface PingOptions {
  readonly environmentId: string;
  readonly audience: ProviderAudience;
  readonly domain?: string | undefined;
}

export type ProviderAudience = TokenPolicy['audience'];

export interface SpringAuthorizationServerOptions {
  readonly issuer: string;
  readonly audience: ProviderAudience;
}

export interface SupabaseOptions {
  readonly projectRef: string;
}

export interface ZitadelOptions {
  readonly domain: string;
  readonly projectId: string;
}

export declare function auth0(options: Auth0Options): IssuerOptions;

export declare function authentik(options: AuthentikOptions): IssuerOptions;

export declare function cognito(options: CognitoOptions): IssuerOptions;

export declare function curity(options: CurityOptions): IssuerOptions;

export declare function duende(options: DuendeOptions): IssuerOptions;

export declare function entra(options: EntraOptions): IssuerGroup;

export declare function firebase(options: FirebaseOptions): IssuerOptions;

export declare function keycloak(options: KeycloakOptions): IssuerOptions;

export declare function okta(options: OktaOptions): IssuerOptions;

export declare function ory(options: OryOptions): IssuerOptions;

export declare function ping(options: PingOptions): IssuerOptions;

export declare function springAuthorizationServer(
  options: SpringAuthorizationServerOptions,
): IssuerOptions;

export declare function supabase(options: SupabaseOptions): IssuerOptions;

export declare function zitadel(options: ZitadelOptions): IssuerOptions;

// Not exported: the declarations above mention these.

interface AddressedPeer {
  readonly remoteAddress?: string | undefined;
  readonly server?: unknown;
}

type AudienceCause =
  | 'audience_trailing_slash'
  | 'entra_audience_form'
  | 'audience_is_client_id'
  | 'auth0_userinfo_only'
  | 'cognito_without_audience'
  | 'keycloak_without_mapper'
  | 'client_not_listed'
  | 'missing_audience';

type AudienceCheckName = 'audience';

type AuthenticationCause =
  | 'revocations_not_current'
  | 'client_cannot_step_up'
  | 'authentication_claims_missing'
  | 'auth_time_in_milliseconds'
  | 'old_authentication';

type AuthenticationCheckName = 'authentication_context' | 'authentication_time';

type ClaimCause =
  | 'scope_as_list'
  | 'malformed_scope_list'
  | 'sender_constrained_token'
  | 'scope_in_other_claim'
  | 'roles_in_nested_claim'
  | 'missing_scope';

type ClaimCheckName =
  | 'required_claims'
  | 'identity_claims'
  | 'session_claim'
  | 'authorization_details'
  | 'scope_claim'
  | 'sender_constraint'
  | 'claims_schema';

type EncryptionCause =
  | 'encryption_not_accepted'
  | 'nested_token_not_marked'
  | 'encrypted_to_unknown_key'
  | 'encrypted_but_not_signed'
  | 'token_not_encrypted';

type EncryptionCheckName = 'encryption' | 'decryption' | 'nested_token';

declare const FAILURES: {
  readonly error: {
    readonly message: 'the replay store failed';
    readonly retryAfterSeconds: 1;
  };
  readonly timeout: {
    readonly message: 'the replay store did not answer in time';
    readonly retryAfterSeconds: 1;
  };
  readonly answer: {
    readonly message: 'the replay store answered neither true nor false';
    readonly retryAfterSeconds: 1;
  };
  readonly data_lost: {
    readonly message: 'the replay store has lost data, and the proof was created before';
    readonly retryAfterSeconds: 5;
  };
  readonly full: {
    readonly message: 'the memory for used proofs is full';
    readonly retryAfterSeconds: 5;
  };
};

declare const FAILURES2: {
  readonly error: 'the revocation check failed';
  readonly timeout: 'the revocation check did not settle in time';
  readonly answer: 'the revocation check returned neither true nor false';
  readonly not_current: 'the list of revocations is not current';
};

type FormatCause =
  | 'bearer_prefix'
  | 'quotes_or_spaces'
  | 'oversized_token'
  | 'opaque_token_without_introspection'
  | 'unexpected_token_prefix'
  | 'auth0_without_audience'
  | 'encrypted_token_without_decryption'
  | 'truncated_token'
  | 'critical_header';

type FormatCheckName = 'format';

type FreshCheckName = 'fresh_introspection';

declare const INTROSPECTION_FAILURES: {
  readonly unreachable: 'the introspection endpoint could not be reached';
  readonly status: 'the introspection endpoint answered with an error';
  readonly response: 'the introspection endpoint answered with something other than an introspection response';
  readonly credentials_refused: 'the introspection endpoint refused the credentials of this resource server';
  readonly credentials_unreadable: 'the credentials for the introspection endpoint could not be read';
  readonly keys: 'the keys to verify the signed introspection response are unavailable';
  readonly discovery: 'the introspection endpoint could not be discovered';
  readonly busy: 'too many introspection requests are under way';
  readonly closed: 'the verifier was closed';
};

type IntrospectionCause =
  | 'jwt_sent_to_opaque_issuer'
  | 'introspection_credentials_refused'
  | 'introspection_credentials_unreadable'
  | 'introspection_endpoint_not_found'
  | 'introspection_response_unusable'
  | 'issuer_says_inactive_to_all'
  | 'answer_for_other_kind'
  | 'answer_without_audience';

type IntrospectionCheckName = 'introspection' | 'active';

type IssuerCause =
  'issuer_trailing_slash' | 'issuer_path' | 'entra_version' | 'issuer_scheme' | 'wrong_environment';

type IssuerEncryptionCheckName = 'issuer_encryption' | 'replicated_claims';

type KeyCheckName =
  | 'type'
  | 'algorithm'
  | 'issuer'
  | 'issuer_format'
  | IssuerEncryptionCheckName
  | 'key'
  | 'signature';

type KindCause =
  | 'id_token'
  | 'nonce_in_token'
  | 'refresh_token'
  | 'logout_token'
  | 'wrong_typ'
  | 'no_access_token_claim'
  | 'not_rfc9068';

declare const MALFORMED: {
  readonly metadata: 'the metadata is not a JSON object';
  readonly issuer: 'the "issuer" of the metadata is not exactly the configured issuer';
  readonly jwks_uri: 'the "jwks_uri" of the metadata is not an https URL that may be requested';
  readonly introspection_endpoint: 'the metadata has no "introspection_endpoint" that is an https URL and may be requested';
  readonly jwks: 'the JWKS has no "keys" array';
  readonly too_many_keys: 'the JWKS has more than 256 keys';
  readonly no_usable_key: 'the JWKS has no usable key';
  readonly no_keys: 'the JWKS has no keys';
};

declare const MESSAGES: {
  readonly busy: 'too many calls of issuers.resolve() are pending';
  readonly closed: 'the verifier is closed';
  readonly failed: 'issuers.resolve() threw or rejected; see the cause';
  readonly invalid: 'issuers.resolve() returned options that are not valid; see the cause';
  readonly timeout: 'issuers.resolve() did not settle within keySet.timeoutMs';
};

declare const PUBLIC_KEY_ALGORITHMS: readonly [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

type PossessionCause =
  | 'dpop_not_enabled'
  | 'mtls_not_enabled'
  | 'malformed_thumbprint'
  | 'token_bound_sent_as_bearer'
  | 'bearer_token_sent_as_dpop'
  | 'no_client_certificate';

type PossessionCheckName = 'token_scheme' | 'required_binding' | 'certificate';

type ProofCause =
  | 'private_key_in_proof'
  | 'missing_token_hash'
  | 'proof_for_other_url'
  | 'proof_hash_of_other_token'
  | 'client_clock_skew'
  | 'stale_proof';

type ProofCheckName = ProofHeaderCheckName | ProofClaimCheckName;

type ProofClaimCheckName =
  | 'proof_claims'
  | 'proof_method'
  | 'proof_url'
  | 'proof_token'
  | 'proof_time'
  | 'proof_nonce'
  | 'proof_replay';

type ProofHeaderCheckName =
  | 'proof_field'
  | 'proof_format'
  | 'proof_typ'
  | 'proof_alg'
  | 'proof_jwk'
  | 'proof_binding'
  | 'proof_key'
  | 'proof_signature';

type RevocationCheckName = 'revocation';

type RouteCheckName = ScopeCheckName | AuthenticationCheckName;

declare const SECRET_ALGORITHMS: readonly ['HS256', 'HS384', 'HS512'];

type ScopeCheckName = 'required_scope';

type SignatureCause =
  | 'unsigned_token'
  | 'shared_secret_token'
  | 'algorithm_not_allowed'
  | 'unknown_kid'
  | 'missing_kid'
  | 'graph_token';

type StateCheckName = FreshCheckName | RevocationCheckName;

type TimeCause =
  | 'time_in_milliseconds'
  | 'time_as_text'
  | 'missing_expiry'
  | 'expired_token'
  | 'clock_skew'
  | 'not_before_in_future'
  | 'lifetime_too_long';

type TimeCheckName = 'time_claims' | 'expiry' | 'not_before' | 'lifetime';

interface TimedRefresh {
  readonly durationMs: number;
  readonly trigger: RefreshTrigger;
}

interface TlsPeer {
  readonly getPeerX509Certificate?: () =>
    | {
        readonly raw?: Uint8Array;
      }
    | undefined;
}

type TokenCheckName = AudienceCheckName | TimeCheckName | ClaimCheckName | PossessionCheckName;

declare const verified: unique symbol;
