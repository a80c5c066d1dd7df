/**
 * An OAuth 2.0 issuer for tests: valid tokens, forged tokens, key rotation, faults, attacks.
 *
 * @module
 */
export {
  assertProtected,
  type AuditingApi,
  type ProtectionReport,
} from './attack/assert-protected.js';
export type { AttackedRoute } from './plans/attacked-route.js';
export type { FetchApplication, HttpApplication } from './attack/attacked-app.js';
export type { GuardedRoutes, RouteGuard } from './attack/guarded-routes.js';
export type { Bearer, BearerHeaders, MakeBearerHeaders } from './bearer.js';
export type { RegisteredClient } from './server/client-authentication.js';
export {
  createTestCertificate,
  type TestCertificate,
  type TestCertificateOptions,
} from './certificates/test-certificate.js';
export { createTestClock, type TestClock } from './clock.js';
export {
  createEncryptionKey,
  type EncryptionJwk,
  type EncryptionKey,
  type EncryptionKeyOptions,
} from './encryption/encryption-key.js';
export {
  type ContentEncryption,
  CONTENT_ENCRYPTION_ALGORITHMS,
  ENCRYPTION_ALGORITHMS,
  ENCRYPTION_CURVES,
  type EncryptionAlgorithm,
  type EncryptionCurve,
} from './encryption/encryption-algorithms.js';
export {
  type Encrypt,
  encryptionForgeries,
  type EncryptionForgeryDescription,
  type EncryptionForgeryName,
} from './encryption/encryption-forgeries.js';
export type { ForgedEncryptionContentName } from './encryption/forged-encryption-contents.js';
export type { ForgedEncryptionHeaderName } from './encryption/forged-encryption-headers.js';
export type { JsonMembers } from './shapes/token-shape.js';
export type {
  Fault,
  FaultDuration,
  IntrospectionFault,
  MetadataFault,
  TokenFault,
} from './fault.js';
export {
  type Forge,
  forgeries,
  type ForgeryDescription,
  type ForgeryName,
} from './forgeries/forgeries.js';
export type { ForgedClaimsName } from './forgeries/forged-claims.js';
export type { ForgedEncodingName } from './forgeries/forged-encodings.js';
export type { ForgedSignatureName } from './forgeries/forged-signatures.js';
export type { TestIssuerOptions } from './issuer-options.js';
export type { FaultsByTarget, FaultTarget, IssuerSwitches } from './server/issuer-server.js';
export {
  createProofKey,
  type ProofJwk,
  type ProofKey,
  type ProofKeyOptions,
} from './proofs/proof-key.js';
export type { MakeProofHeaders, ProofHeaders } from './proofs/proof-headers.js';
export {
  proofForgeries,
  type ProofForgeryDescription,
  type ProofForgeryName,
} from './proofs/proof-forgeries.js';
export type { ForgedProofClaimsName } from './proofs/forged-proof-claims.js';
export type { ForgedProofFieldName } from './proofs/forged-proof-fields.js';
export type { ForgedProofSignatureName } from './proofs/forged-proof-signatures.js';
export type { ForgedProofTargetName } from './proofs/forged-proof-targets.js';
export type { BoundRequest, ProofRequest } from './proofs/proof-draft.js';
export type { BoundRouteOptions } from './attack/bound-route-options.js';
export type { ProtectionOptions } from './attack/protection-options.js';
export type {
  IntrospectionRequestRecord,
  RequestLog,
  TokenRequestRecord,
} from './server/request-log.js';
export type { ScopeNeed } from './plans/scope-need.js';
export {
  type KeyRotation,
  type PublicJwk,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from './tokens/signing-keys.js';
export { createTestIssuer, type TestIssuer, type TrustOptions } from './test-issuer.js';
export type { IntrospectionClient } from './test-issuer-server.js';
export type { BoundCertificate, BoundKey, TokenBinding } from './tokens/token-binding.js';
export {
  type OpaqueShapeDescription,
  type OpaqueShapeName,
  opaqueTokenShapes,
} from './opaque-shapes/opaque-shapes.js';
export type { OpaqueTokenOverrides } from './tokens/opaque-token-overrides.js';
export type { TokenEncrypter } from './tokens/token-encrypter.js';
export type { TokenOverrides } from './tokens/token-overrides.js';
export {
  type TokenShapeDescription,
  type TokenShapeName,
  tokenShapes,
} from './shapes/token-shapes.js';
export { createVerifiedToken } from './tokens/verified-token.js';
export type { VerifiedTokenOverrides } from './tokens/verified-token-overrides.js';
