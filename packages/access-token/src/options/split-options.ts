/**
 * Separates the options of a verifier from those of a package that is built on it.
 *
 * @module
 */
import { assertKnownOptions } from '@scopegate/protocol/internal';
import { FOREIGN_OPTIONS } from './foreign-options.js';
import type { AccessTokenVerifierOptions } from './options.js';
import { VERIFIER_OPTIONS } from './resolve-options.js';

/** Options of a verifier, and those of the caller. */
export interface SplitOptions<Claims> {
  /** Only the names are checked; `createAccessTokenVerifier()` checks the values. */
  readonly verifier: AccessTokenVerifierOptions<Claims>;
  /** Only the names are checked. */
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * Separates the options of a verifier from the caller's own.
 *
 * @param where - The function that was called, for messages.
 * @param ownNames - The names of the caller's own options.
 * @throws TypeError The options are not an object, or one of them is unknown.
 */
export function splitVerifierOptions<Claims>(
  where: string,
  options: unknown,
  ownNames: readonly string[],
): SplitOptions<Claims> {
  assertKnownOptions(where, options, {
    names: [...VERIFIER_OPTIONS, ...ownNames],
    hints: FOREIGN_OPTIONS,
  });
  const entries = Object.entries(options);
  const isOwn = ([name]: [string, unknown]): boolean => ownNames.includes(name);
  const verifier: unknown = Object.fromEntries(entries.filter((entry) => !isOwn(entry)));
  return {
    verifier: verifier as AccessTokenVerifierOptions<Claims>,
    own: Object.fromEntries(entries.filter(isOwn)),
  };
}
