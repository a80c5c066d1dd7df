/**
 * An OAuth 2.0 issuer for tests: good tokens, forged tokens, key rotation, faults, attacks.
 *
 * @module
 */
export { assertProtected, type AuditingApi, type ProtectionReport } from './assert-protected.js';
export type { AttackedRoute } from './attack.js';
export type { HttpApplication } from './attacked-app.js';
export type { Bearer, BearerHeaders, MakeBearerHeaders } from './bearer.js';
export type { RegisteredClient } from './client-authentication.js';
export { createTestClock, type TestClock } from './clock.js';
export type { JsonMembers } from './compact-jws.js';
export type { Fault, FaultDuration, MetadataFault, TokenFault } from './fault.js';
export { type Forge, forgeries, type ForgeryDescription, type ForgeryName } from './forge.js';
export type { ForgedClaimsName } from './forged-claims.js';
export type { ForgedEncodingName } from './forged-encodings.js';
export type { ForgedSignatureName } from './forged-signatures.js';
export type { TestIssuerOptions } from './issuer-options.js';
export type { FaultsByTarget, FaultTarget, IssuerSwitches } from './issuer-server.js';
export type { ProtectionOptions } from './protection-options.js';
export type { RequestLog, TokenRequestRecord } from './request-log.js';
export type { ScopeNeed } from './scope-need.js';
export {
  type KeyRotation,
  type PublicJwk,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from './signing-keys.js';
export { createTestIssuer, type TestIssuer, type TrustOptions } from './test-issuer.js';
export type { TokenOverrides } from './token-mint.js';
export { type TokenShapeDescription, type TokenShapeName, tokenShapes } from './token-shape.js';
export { createVerifiedToken, type VerifiedTokenOverrides } from './verified-token.js';
