/**
 * Stricter options of a resource server, on trial.
 *
 * @module
 */
import type { TokenTrialOptions } from '@scopegate/access-token';
import {
  TOKEN_TRIAL_OPTIONS,
  type TokenTrial,
  type VerifierInternals,
} from '@scopegate/access-token/internal';
import { assertKnownOptions, invalidOption } from '@scopegate/protocol/internal';

/**
 * Stricter options of a resource server to try before they are enforced; at least one member. They can only be
 * stricter than the enforced ones: only requests that are allowed now are checked against them.
 *
 * @example
 * createResourceServer({ …, trial: { excessScopes: 'refuse', typ: 'at+jwt', maxLifetimeSeconds: 3600 } });
 */
export interface ServerTrial extends TokenTrialOptions {
  /**
   * `'refuse'` tries the option `excessScopes: 'refuse'`: on each route, a token could have no other scopes
   * than those that the route requires.
   *
   * @defaultValue no trial
   */
  readonly excessScopes?: 'refuse' | undefined;
}

/** Checked options. */
export interface ResolvedTrial {
  readonly excessScopes: 'refuse' | undefined;
  /** Checks tokens; `undefined` when only policies are on trial. */
  readonly checkToken: TokenTrial | undefined;
}

/**
 * Checks the option `trial` of a resource server.
 *
 * @throws TypeError It is empty, has an unknown member or one that is out of range, or is not stricter.
 */
export function resolveServerTrial(
  value: unknown,
  verifier: Pick<VerifierInternals<unknown>, 'createTokenTrial'>,
): ResolvedTrial {
  if (value === undefined) return { excessScopes: undefined, checkToken: undefined };
  const names = ['excessScopes', ...TOKEN_TRIAL_OPTIONS];
  assertKnownOptions('option "trial"', value, names);
  const isGiven = (name: string): boolean => value[name] !== undefined;
  if (!names.some(isGiven)) {
    const listed = names.map((name) => `"${name}"`).join(', ');
    throw invalidOption('trial', `must have at least one of ${listed}; otherwise omit it`);
  }
  const { excessScopes } = value;
  if (excessScopes !== undefined && excessScopes !== 'refuse') {
    throw invalidOption(
      'trial.excessScopes',
      'must be "refuse", because a trial can only be stricter',
    );
  }
  const checksTokens = TOKEN_TRIAL_OPTIONS.some(isGiven);
  return { excessScopes, checkToken: checksTokens ? verifier.createTokenTrial(value) : undefined };
}
