/**
 * A server that the stores must not use.
 *
 * @module
 */

const PROBLEMS = {
  eviction:
    'the server may evict entries: used proofs would be accepted again, and revoked tokens too; set "maxmemory-policy" to "noeviction", or set "dangerouslyAllowEviction" to true',
  version: 'the server must be Redis 7.0 or later, or Valkey 7.2 or later; upgrade it',
  permissions:
    'the user of the connection must be allowed the commands of the stores; see docs/fleets.md for the ACL rule',
} as const;

/** Why a server must not be used: the `problem` of a {@link StoreConfigurationError}. A closed union. */
export type StoreConfigurationProblem = keyof typeof PROBLEMS;

/** The server is configured in a way that makes the stores unsafe. Thrown by `ready()`. */
export class StoreConfigurationError extends Error {
  /** The name of the class. */
  override readonly name = 'StoreConfigurationError';
  /** Identifies this class. */
  readonly code = 'ERR_STORE_CONFIGURATION';
  /** What is wrong. */
  readonly problem: StoreConfigurationProblem;

  /** @param options - Its `cause` is what the server answered with. */
  constructor(problem: StoreConfigurationProblem, options?: ErrorOptions) {
    super(PROBLEMS[problem], options);
    this.problem = problem;
  }
}
