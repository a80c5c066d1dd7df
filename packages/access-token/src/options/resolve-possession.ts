/**
 * The options for bound tokens, checked and completed with defaults.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';
import type { ProvableBindings } from '../claims/confirmation.js';
import type { ProofPolicy } from '../dpop/proof-policy.js';
import type { CertificateSource } from '../mtls/certificate-source.js';
import { resolveMtls } from '../mtls/resolve-mtls.js';
import type { SenderConstraint } from './possession-options.js';
import { resolveDpop } from './resolve-dpop.js';
import type { PublicUrlContext } from './resolve-public-url.js';

/** What the options for bound tokens depend on. */
export interface PossessionContext extends PublicUrlContext {
  /** Whether tokens of every issuer are accepted as bearer tokens even if they are bound. */
  readonly ignoresBindings: boolean;
}

/** The options for bound tokens, complete. */
export interface ResolvedPossession {
  /** `undefined` when tokens that are bound to a key are refused. */
  readonly dpop: ProofPolicy | undefined;
  /** `undefined` when tokens that are bound to a certificate are refused. */
  readonly mtls: CertificateSource | undefined;
  readonly senderConstraint: SenderConstraint | undefined;
}

/** The bindings whose proof can be checked. */
export function provableBindings({
  dpop,
  mtls,
}: Pick<ResolvedPossession, 'dpop' | 'mtls'>): ProvableBindings {
  return { dpop: dpop !== undefined, mtls: mtls !== undefined };
}

/**
 * Checks the options for bound tokens and completes them.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolvePossession(
  options: Readonly<Record<string, unknown>>,
  context: PossessionContext,
): ResolvedPossession {
  const provable = {
    dpop: resolveDpop(options['dpop'], context),
    mtls: resolveMtls(options['mtls']),
  };
  if (context.ignoresBindings) assertNoBindings(options);
  const senderConstraint = resolveSenderConstraint(
    options['senderConstraint'],
    provableBindings(provable),
  );
  return Object.freeze({ ...provable, senderConstraint });
}

/** Issuers can have different policies, so one that checks the bindings is enough for these options. */
function assertNoBindings(options: Readonly<Record<string, unknown>>): void {
  const name = ['dpop', 'mtls'].find((each) => options[each] !== undefined);
  if (name === undefined) return;
  throw invalidOption(
    'dangerouslyIgnoreSenderConstraint',
    `cannot be combined with "${name}", because stolen tokens would be accepted; omit one of them`,
  );
}

const CONSTRAINTS: readonly SenderConstraint[] = ['dpop', 'mtls', 'any'];

/**
 * Checks a `senderConstraint`.
 *
 * @throws TypeError It is unknown, or the option that it needs is not set.
 */
export function resolveSenderConstraint(
  value: unknown,
  { dpop, mtls }: ProvableBindings,
): SenderConstraint | undefined {
  if (value === undefined) return undefined;
  const constraint = CONSTRAINTS.find((known) => known === value);
  if (constraint === undefined) {
    throw invalidOption('senderConstraint', 'must be "dpop", "mtls" or "any"');
  }
  const isProvable = constraint === 'any' ? dpop || mtls : { dpop, mtls }[constraint];
  if (isProvable) return constraint;
  const missing = constraint === 'any' ? '"dpop" or "mtls"' : `"${constraint}"`;
  throw invalidOption('senderConstraint', `requires the option ${missing}`);
}
