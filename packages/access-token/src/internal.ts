/**
 * Exports for the other packages of Scopegate only. They are not public API and change without
 * notice.
 *
 * @module
 */
export type { ProvableBindings } from './claims/confirmation.js';
export {
  assertUserAuthentication,
  resolveUserAuthentication,
} from './claims/user-authentication.js';
export { findCertificate } from './mtls/certificate-source.js';
export type { FoundCertificate } from './mtls/found-certificate.js';
export {
  provableBindings,
  type ResolvedPossession,
  resolveSenderConstraint,
} from './options/resolve-possession.js';
export { addDefaultPublicUrl } from './options/resolve-public-url.js';
export { type SplitOptions, splitVerifierOptions } from './options/split-options.js';
export { resolveFresh } from './possession/presented-arguments.js';
export { isBoundAs } from './possession/possession.js';
export { listReasonTexts, type ReasonText } from './reasons/reason-texts.js';
export { findRefusalOrigin, type RefusalOrigin } from './refusal-origin.js';
export type { TokenTrial } from './trial/token-trial.js';
export { TOKEN_TRIAL_OPTIONS } from './trial/trial-options.js';
export { internalsOf, type VerifierInternals } from './verifier-internals.js';
