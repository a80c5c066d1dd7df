// The public API of @scopegate/testing. Run "npm run api" to write this file again.

import type {
  AccessTokenClaims,
  AuthorizationDetail,
  Principal,
  SenderConstraint,
  VerifiedAccessToken,
} from '@scopegate/access-token';
import type { IncomingMessage, ServerResponse } from 'node:http';

// @scopegate/testing

export interface AttackedRoute {
  readonly method: string;
  readonly path: string;
  readonly access: 'guarded' | 'optional' | 'public' | 'open';
  readonly exposure:
    | {
        readonly reason: string;
      }
    | undefined;
  readonly scope: ScopeNeed | undefined;
  readonly expandedScope?: ScopeNeed | undefined;
  readonly atMost: readonly string[] | undefined;
  readonly principal: 'client' | 'user' | undefined;
  readonly senderConstraints?: readonly SenderConstraint[] | undefined;
  readonly fresh?: boolean | undefined;
  readonly acrValues?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
  readonly impliedByGet: boolean;
  readonly shadowedBy:
    | {
        readonly route: string;
        readonly isCertain: boolean;
      }
    | undefined;
  readonly samplePaths: readonly string[];
}

export interface AuditingApi {
  auditRoutes(application: HttpApplication): {
    readonly routes: readonly AttackedRoute[];
    readonly unseen: readonly UnseenTarget[];
    readonly scopes: {
      readonly declared: readonly string[] | undefined;
    };
  };
}

export type Bearer = MakeBearerHeaders & Readonly<Record<ForgeryName, MakeBearerHeaders>>;

export type BearerHeaders = Readonly<Record<'authorization', string>>;

export interface BoundCertificate {
  readonly thumbprint: string;
  readonly publicJwk?: undefined;
}

export interface BoundKey {
  readonly thumbprint: string;
  readonly publicJwk: object;
}

export interface BoundRequest extends ProofRequest {
  readonly token: string;
}

export interface BoundRouteOptions {
  readonly publicUrl?: string | undefined;
  readonly proofKey?: ProofKey | undefined;
  readonly proofForgeries?: readonly ProofForgeryName[] | undefined;
  readonly certificate?: BoundCertificate | undefined;
}

export declare const CONTENT_ENCRYPTION_ALGORITHMS: readonly ContentEncryption[];

export type ContentEncryption = 'A128GCM' | 'A256GCM' | 'A128CBC-HS256' | 'A256CBC-HS512';

export declare const ENCRYPTION_ALGORITHMS: readonly EncryptionAlgorithm[];

export declare const ENCRYPTION_CURVES: readonly EncryptionCurve[];

export type Encrypt = TokenEncrypter['encrypt'] &
  Readonly<Record<EncryptionForgeryName, TokenEncrypter['encrypt']>>;

export type EncryptionAlgorithm = 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW';

export type EncryptionCurve = 'P-256' | 'P-384' | 'P-521' | 'X25519';

export interface EncryptionForgeryDescription {
  readonly name: EncryptionForgeryName;
  readonly explanation: string;
  readonly reasons: readonly string[];
}

export type EncryptionForgeryName = ForgedEncryptionHeaderName | ForgedEncryptionContentName;

export interface EncryptionJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: EncryptionAlgorithm;
  readonly use: 'enc';
  readonly [member: string]: unknown;
}

export interface EncryptionKey {
  readonly alg: EncryptionAlgorithm;
  readonly enc: ContentEncryption;
  readonly kid: string;
  readonly publicJwk: EncryptionJwk;
  readonly privateJwk: EncryptionJwk;
  readonly encrypt: Encrypt;
}

export interface EncryptionKeyOptions {
  readonly alg?: EncryptionAlgorithm | undefined;
  readonly enc?: ContentEncryption | undefined;
  readonly crv?: EncryptionCurve | undefined;
  readonly kid?: string | undefined;
}

export type Fault = FaultDuration &
  (
    | {
        readonly kind: 'none';
      }
    | {
        readonly kind: 'down';
      }
    | {
        readonly kind: 'hang';
      }
    | {
        readonly kind: 'slow';
        readonly intervalMs?: number | undefined;
      }
    | {
        readonly kind: 'cut';
      }
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>> | undefined;
        readonly body?: unknown;
      }
    | {
        readonly kind: 'html';
      }
    | {
        readonly kind: 'invalidJson';
      }
    | {
        readonly kind: 'huge';
        readonly bytes?: number | undefined;
      }
    | {
        readonly kind: 'redirect';
        readonly location: string;
        readonly status?: number | undefined;
      }
    | {
        readonly kind: 'mediaType';
        readonly mediaType: string | undefined;
      }
    | {
        readonly kind: 'document';
        readonly document: unknown;
      }
    | {
        readonly kind: 'body';
        readonly body: string;
        readonly mediaType?: string | undefined;
      }
    | {
        readonly kind: 'members';
        readonly members: Readonly<Record<string, unknown>>;
      }
  );

export interface FaultDuration {
  readonly times?: number | undefined;
}

export type FaultTarget = keyof FaultsByTarget;

export interface FaultsByTarget {
  readonly metadata: MetadataFault;
  readonly oauthMetadata: MetadataFault;
  readonly openid: MetadataFault;
  readonly jwks: Fault;
  readonly token: TokenFault;
  readonly introspection: IntrospectionFault;
}

export interface FetchApplication {
  fetch(request: Request): Response | Promise<Response>;
}

export type Forge = Readonly<Record<ForgeryName, (overrides?: TokenOverrides) => Promise<string>>>;

export type ForgedClaimsName =
  | 'expired'
  | 'noExpiry'
  | 'expiryAsString'
  | 'notYetValid'
  | 'issuedInFuture'
  | 'wrongAudience'
  | 'lookalikeAudience'
  | 'noAudience'
  | 'wrongIssuer'
  | 'issuerWithSlash'
  | 'noIssuer'
  | 'senderConstrained'
  | 'certificateBound'
  | 'idToken'
  | 'logoutToken'
  | 'refreshToken'
  | 'clientAssertion'
  | 'unknownType';

export type ForgedEncodingName =
  | 'opaque'
  | 'encrypted'
  | 'twoParts'
  | 'trailingDot'
  | 'paddedSegment'
  | 'nonCanonicalSignature'
  | 'critHeader'
  | 'b64False'
  | 'duplicateHeader'
  | 'duplicateClaim'
  | 'infiniteExpiry'
  | 'byteOrderMark'
  | 'invalidUtf8'
  | 'trailingGarbage'
  | 'arrayPayload'
  | 'nestedToken';

export type ForgedEncryptionContentName =
  | 'otherKey'
  | 'flippedCiphertext'
  | 'flippedIv'
  | 'flippedTag'
  | 'shortTag'
  | 'flippedHeader'
  | 'foreignEncryptedKey'
  | 'paddedSegment'
  | 'claimsOnly'
  | 'unsignedToken'
  | 'encryptedTwice';

export type ForgedEncryptionHeaderName =
  | 'sharedKey'
  | 'rsa15'
  | 'rsaOaepSha1'
  | 'password'
  | 'unknownKeyManagement'
  | 'unknownContentEncryption'
  | 'compressed'
  | 'critical'
  | 'notNested'
  | 'unknownKeyId'
  | 'otherIssuerInHeader'
  | 'privateEphemeralKey'
  | 'ephemeralKeyOffCurve';

export type ForgedProofClaimsName =
  | 'noTokenHash'
  | 'paddedTokenHash'
  | 'otherTokenHash'
  | 'tokenHashWithScheme'
  | 'old'
  | 'future'
  | 'timeAsString'
  | 'noTime'
  | 'noId'
  | 'emptyId'
  | 'longId'
  | 'numericId'
  | 'replayed';

export type ForgedProofFieldName =
  | 'missing'
  | 'repeated'
  | 'empty'
  | 'tooLong'
  | 'twoParts'
  | 'duplicateClaim'
  | 'nonCanonicalSignature'
  | 'critHeader'
  | 'accessTokenAsProof'
  | 'typJwt'
  | 'typAccessToken'
  | 'noTyp'
  | 'algNone'
  | 'hs256WithOctKey'
  | 'hs256WithPublicKey';

export type ForgedProofSignatureName =
  | 'otherKey'
  | 'noJwk'
  | 'privateJwk'
  | 'es256WithP384Key'
  | 'rsa1024'
  | 'longExponent'
  | 'smallOrderKey'
  | 'foreignSignature'
  | 'flippedSignature'
  | 'zeroSignature'
  | 'emptySignature'
  | 'derSignature';

export type ForgedProofTargetName =
  | 'otherMethod'
  | 'lowerCaseMethod'
  | 'otherUrl'
  | 'otherHost'
  | 'otherScheme'
  | 'otherPort'
  | 'relativeUrl'
  | 'encodedSlash'
  | 'trailingSlash';

export type ForgedSignatureName =
  | 'unknownKey'
  | 'foreignKey'
  | 'embeddedJwk'
  | 'jku'
  | 'tampered'
  | 'truncatedSignature'
  | 'emptySignature'
  | 'zeroSignature'
  | 'algNone'
  | 'algNoneMixedCase'
  | 'algNoneWithSignature'
  | 'wrongAlg'
  | 'hs256WithPublicKey'
  | 'hs256WithPublicKeyDer'
  | 'hs256WithPublicJwk';

export interface ForgeryDescription {
  readonly name: ForgeryName;
  readonly explanation: string;
}

export type ForgeryName = ForgedClaimsName | ForgedSignatureName | ForgedEncodingName;

export type GuardedRoutes = Readonly<Record<string, RouteGuard>>;

export type HttpApplication = (req: IncomingMessage, res: ServerResponse) => unknown;

export interface IntrospectionClient {
  readonly clientId: string;
  readonly clientSecret: () => string;
}

export type IntrospectionFault =
  | Fault
  | (FaultDuration &
      (
        | {
            readonly kind: 'inactive';
          }
        | {
            readonly kind: 'unsigned';
          }
        | {
            readonly kind: 'signed';
            readonly header?: Readonly<Record<string, unknown>> | undefined;
            readonly claims?: Readonly<Record<string, unknown>> | undefined;
          }
      ));

export interface IntrospectionRequestRecord {
  readonly method: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly hasQuery: boolean;
  readonly clientAuthentication: TokenRequestRecord['clientAuthentication'];
  readonly clientId: string | undefined;
  readonly tokenTypeHint: string | undefined;
  readonly active: boolean | undefined;
}

export interface IssuerSwitches {
  readonly fault: <T extends FaultTarget>(
    target: T,
    fault: FaultsByTarget[T] | readonly FaultsByTarget[T][] | undefined,
  ) => void;
  readonly setHeaders: (
    target: FaultTarget,
    headers: Readonly<Record<string, string>> | undefined,
  ) => void;
}

export type JsonMembers = Readonly<Record<string, unknown>>;

export interface KeyRotation {
  readonly alg?: SigningAlgorithm | undefined;
  readonly kid?: string | undefined;
  readonly keepOld?: boolean | undefined;
}

export type MakeBearerHeaders = (overrides?: TokenOverrides) => BearerHeaders;

export type MakeProofHeaders = ((request: BoundRequest) => ProofHeaders) &
  Readonly<Record<ProofForgeryName, (request: BoundRequest) => Readonly<Record<string, string>>>>;

export type MetadataFault =
  | Fault
  | (FaultDuration & {
      readonly kind: 'wrongIssuer';
      readonly issuer?: string | undefined;
    });

export interface OpaqueShapeDescription {
  readonly name: OpaqueShapeName;
  readonly prefix: string;
  readonly explanation: string;
}

export type OpaqueShapeName = 'curity' | 'ory';

export interface OpaqueTokenOverrides extends Pick<
  TokenOverrides,
  'audience' | 'scope' | 'clientId' | 'subject' | 'expiresInSeconds' | 'boundTo' | 'prefix'
> {
  readonly like?: OpaqueShapeName | undefined;
  readonly claims?: TokenOverrides['claims'];
}

export interface ProofForgeryDescription {
  readonly name: ProofForgeryName;
  readonly explanation: string;
  readonly error: 'invalid_token' | 'invalid_dpop_proof';
  readonly reasons: readonly string[];
}

export type ProofForgeryName =
  ForgedProofFieldName | ForgedProofSignatureName | ForgedProofTargetName | ForgedProofClaimsName;

export type ProofHeaders = Readonly<Record<'authorization' | 'dpop', string>>;

export interface ProofJwk {
  readonly kty: string;
  readonly [member: string]: unknown;
}

export interface ProofKey {
  readonly alg: SigningAlgorithm;
  readonly publicJwk: ProofJwk;
  readonly thumbprint: string;
  readonly proof: (request: ProofRequest) => string;
  readonly headers: MakeProofHeaders;
}

export interface ProofKeyOptions {
  readonly alg?: SigningAlgorithm | undefined;
  readonly clock?: (() => number) | undefined;
}

export interface ProofRequest {
  readonly method: string;
  readonly url: string | URL;
  readonly token?: string | undefined;
  readonly nonce?: string | undefined;
  readonly header?: JsonMembers | undefined;
  readonly claims?: JsonMembers | undefined;
}

export interface ProtectionOptions extends BoundRouteOptions {
  readonly issuer: {
    readonly bearer: Bearer;
    readonly revoke?: ((token: string) => void) | undefined;
    readonly clock?: (() => number) | undefined;
  };
  readonly token?: TokenOverrides | undefined;
  readonly forgeries?: readonly ForgeryName[] | undefined;
  readonly paths?: Readonly<Record<string, string>> | undefined;
  readonly except?: readonly string[] | undefined;
  readonly ignoreUnseen?: readonly string[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ProtectionReport {
  readonly routes: readonly string[];
  readonly attacks: number;
  readonly skipped: readonly string[];
}

export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
  readonly [member: string]: unknown;
}

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly publicJwk?: object | undefined;
  readonly scope?: string | undefined;
}

export interface RequestLog {
  readonly metadata: number;
  readonly openid: number;
  readonly jwks: number;
  readonly token: number;
  readonly introspection: number;
  readonly notModified: number;
  readonly forgedJwks: number;
  readonly tokenRequests: readonly TokenRequestRecord[];
  readonly introspectionRequests: readonly IntrospectionRequestRecord[];
}

export interface RouteGuard {
  readonly policy: {
    readonly authentication: 'required' | 'optional';
    readonly scope: ScopeNeed | undefined;
    readonly expandedScope?: ScopeNeed | undefined;
    readonly atMost: readonly string[] | undefined;
    readonly principal: 'client' | 'user' | undefined;
    readonly senderConstraint?: SenderConstraint | undefined;
    readonly fresh?: boolean | undefined;
    readonly acrValues?: readonly string[] | undefined;
    readonly maxAgeSeconds?: number | undefined;
  };
}

export declare const SIGNING_ALGORITHMS: readonly SigningAlgorithm[];

export type ScopeNeed =
  | string
  | {
      readonly kind: 'allOf' | 'anyOf';
      readonly parts: readonly ScopeNeed[];
    };

export type SigningAlgorithm =
  `${'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}` | 'EdDSA' | 'Ed25519';

export interface TestCertificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly escapedPem: string;
  readonly thumbprint: string;
  readonly tls: {
    readonly key: string;
    readonly cert: string;
  };
}

export interface TestCertificateOptions {
  readonly authority?: TestCertificate | undefined;
}

export interface TestClock {
  (): number;
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  readonly set: (ms: number) => void;
}

export interface TestIssuer extends IssuerSwitches {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  readonly introspectionEndpoint: string;
  readonly introspectionClient: IntrospectionClient;
  readonly clock: TestClock;
  readonly requests: RequestLog;
  readonly bearer: Bearer;
  readonly forge: Forge;
  readonly forgeries: readonly ForgeryDescription[];
  readonly fetch: typeof globalThis.fetch;
  readonly options: (options?: { readonly audience?: string | undefined }) => TrustOptions;
  readonly mint: (overrides?: TokenOverrides) => Promise<string>;
  readonly opaque: (overrides?: OpaqueTokenOverrides) => Promise<string>;
  readonly revoke: (token: string) => void;
  readonly publicKeys: () => Promise<readonly PublicJwk[]>;
  readonly rotateKey: (rotation?: KeyRotation) => Promise<PublicJwk>;
  readonly withdrawKey: (kid: string) => void;
  readonly publishJwks: (document: unknown) => void;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TestIssuerOptions {
  readonly audience?: string | undefined;
  readonly alg?: SigningAlgorithm | undefined;
  readonly path?: string | undefined;
  readonly clientId?: string | undefined;
  readonly like?: TokenShapeName | undefined;
  readonly listen?: boolean | undefined;
  readonly issuer?: string | undefined;
  readonly jwksUri?: string | undefined;
  readonly clock?: TestClock | undefined;
  readonly clients?: readonly RegisteredClient[] | undefined;
  readonly accessTokenLifetimeSeconds?: number | undefined;
  readonly dpopNonces?: boolean | undefined;
  readonly etag?: boolean | undefined;
}

export type TokenBinding = BoundKey | BoundCertificate;

export interface TokenEncrypter {
  readonly encrypt: (token: string) => string;
}

export type TokenFault =
  | Fault
  | (FaultDuration &
      (
        | {
            readonly kind: 'noExpiresIn';
          }
        | {
            readonly kind: 'stringExpiresIn';
          }
        | {
            readonly kind: 'wrongTokenType';
          }
        | {
            readonly kind: 'smallerScope';
          }
      ));

export interface TokenOverrides {
  readonly audience?: string | readonly string[] | undefined;
  readonly scope?: string | undefined;
  readonly clientId?: string | undefined;
  readonly subject?: string | undefined;
  readonly expiresInSeconds?: number | undefined;
  readonly like?: TokenShapeName | undefined;
  readonly format?: 'jwt' | 'opaque' | undefined;
  readonly prefix?: string | undefined;
  readonly boundTo?: TokenBinding | readonly TokenBinding[] | undefined;
  readonly encryptTo?: TokenEncrypter | undefined;
  readonly header?: JsonMembers | undefined;
  readonly claims?: JsonMembers | undefined;
  readonly key?: string | undefined;
}

export interface TokenRequestRecord {
  readonly method: string;
  readonly contentType: string | undefined;
  readonly hasQuery: boolean;
  readonly clientAuthentication:
    'client_secret_basic' | 'client_secret_post' | 'client_assertion' | 'none' | 'several';
  readonly clientId: string | undefined;
  readonly grantType: string | undefined;
  readonly scope: string | undefined;
  readonly proofKey: string | undefined;
  readonly resource: readonly string[];
}

export interface TokenShapeDescription {
  readonly name: TokenShapeName;
  readonly explanation: string;
}

export type TokenShapeName =
  | 'auth0'
  | 'auth0Rfc9068'
  | 'authentik'
  | 'cognito'
  | 'duende'
  | 'entraV1'
  | 'entraV2'
  | 'firebase'
  | 'google'
  | 'keycloak'
  | 'keycloak24'
  | 'okta'
  | 'ping'
  | 'springAuthorizationServer'
  | 'supabase'
  | 'zitadel';

export interface TrustOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: TestClock;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface VerifiedTokenOverrides {
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
  readonly audience?: string | readonly string[] | undefined;
  readonly scopes?: readonly string[] | ReadonlySet<string> | undefined;
  readonly issuedAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly tokenId?: string | undefined;
  readonly principal?: Principal | undefined;
  readonly boundTo?: TokenBinding | readonly TokenBinding[] | undefined;
  readonly format?: 'jwt' | 'opaque' | undefined;
  readonly authenticationContext?: string | undefined;
  readonly authenticatedAt?: number | undefined;
  readonly sessionId?: string | undefined;
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  readonly claims?: object | undefined;
  readonly header?: object | undefined;
}

export declare function assertProtected(
  app: HttpApplication,
  api: AuditingApi,
  options: ProtectionOptions,
): Promise<ProtectionReport>;
export declare function assertProtected(
  app: FetchApplication,
  routes: GuardedRoutes,
  options: ProtectionOptions,
): Promise<ProtectionReport>;

export declare function createEncryptionKey(options?: EncryptionKeyOptions): EncryptionKey;

export declare function createProofKey(options?: ProofKeyOptions): ProofKey;

export declare function createTestCertificate(options?: TestCertificateOptions): TestCertificate;

export declare function createTestClock(startMs?: number): TestClock;

export declare function createTestIssuer(options?: TestIssuerOptions): Promise<TestIssuer>;

export declare function createVerifiedToken<Claims extends object>(
  overrides: VerifiedTokenOverrides & {
    readonly claims: Claims;
  },
): VerifiedAccessToken<AccessTokenClaims & Claims>;
export declare function createVerifiedToken(
  overrides?: VerifiedTokenOverrides & {
    readonly claims?: undefined;
  },
): VerifiedAccessToken;

export declare const encryptionForgeries: readonly EncryptionForgeryDescription[];

export declare const forgeries: readonly ForgeryDescription[];

export declare const opaqueTokenShapes: readonly OpaqueShapeDescription[];

export declare const proofForgeries: readonly ProofForgeryDescription[];

export declare const tokenShapes: readonly TokenShapeDescription[];

// Not exported: the declarations above mention these.

interface UnseenTarget {
  readonly name: string;
  readonly path: string;
  readonly hasOwnPath: boolean;
  readonly isGuarded: boolean;
  readonly publicReason: string | undefined;
  readonly samplePaths: readonly string[];
}
