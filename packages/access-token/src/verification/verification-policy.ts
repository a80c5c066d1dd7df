/**
 * The verification policy: resolved options, with the trusted issuers and their key sets.
 *
 * @module
 */
import { trustIssuer } from '../issuers/trust-issuer.js';
import { IssuerRegistry } from '../issuers/issuer-registry.js';
import { ListedIssuers } from '../issuers/listed-issuers.js';
import type { TrustedIssuer, TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { ResolvedIssuer } from '../options/resolve-issuer.js';
import { provableBindings } from '../options/resolve-possession.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { listFormats } from './token-formats.js';
import type { VerificationPolicy } from './verify-token.js';

/** Creates the policy of a verifier. Nothing is fetched yet. */
export function createVerificationPolicy(options: ResolvedOptions<unknown>): VerificationPolicy {
  const { clock, clockToleranceSeconds, maxLifetimeSeconds, maxTokenBytes } = options;
  const issuers = createTrustedIssuers(options);
  return {
    issuers,
    formats: listFormats(issuers.isComplete ? issuers.list() : [issuers.fallback]),
    clock,
    clockToleranceSeconds,
    maxLifetimeSeconds,
    maxTokenBytes,
    provable: provableBindings(options.possession),
  };
}

function createTrustedIssuers(options: ResolvedOptions<unknown>): TrustedIssuers {
  const { issuers, resolver } = options;
  if (resolver !== undefined) return new IssuerRegistry(resolver, options);
  const trust = (issuer: ResolvedIssuer): TrustedIssuer => trustIssuer(issuer, options);
  const [first, ...others] = issuers.map(trust);
  if (first === undefined) throw new TypeError('option "issuers" must be a non-empty array');
  return new ListedIssuers([first, ...others]);
}
