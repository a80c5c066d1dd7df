/**
 * Requests that a protected route must refuse.
 *
 * @module
 */
import type { Bearer } from '../bearer.js';
import type { ForgeryName } from '../forgeries/forgeries.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import type { AttackHeaders, Possession } from './attack-caller.js';

/** A request that must be refused, and the expected refusal. */
export interface Attack {
  /** What is wrong with the request. */
  readonly name: string;
  /** The token and its proof, where they are sent. */
  readonly headers: AttackHeaders;
  readonly refusal: ExpectedRefusal;
  /** The header fields of a request that is sent first. Its response is not checked. */
  readonly before?: AttackHeaders | undefined;
  /** Called immediately before the request, and after the one that is sent first. */
  readonly prepare?: (() => void) | undefined;
}

/** An error code of a challenge; `undefined` for a challenge without one. RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3. */
export type ChallengeCode =
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | undefined;

/** The expected response to an attack. */
export interface ExpectedRefusal {
  readonly status: 401 | 403;
  /** The error codes of the challenge that are accepted; the first one is reported as expected. */
  readonly errors: readonly ChallengeCode[];
  /** The reasons that the guard may report; empty for any reason. */
  readonly reasons: readonly string[];
}

/** The options from which attacks are planned. */
export interface AttackKit {
  readonly bearer: Bearer;
  /** Overrides of every token. The scope and the kind of caller are then set as each route requires. */
  readonly token: TokenOverrides;
  readonly forgeries: readonly ForgeryName[];
  /** The scopes that the API declares. */
  readonly scopes: readonly string[];
  readonly possession: Possession;
  /** Revokes a token at the issuer; `undefined` where no route asks the issuer on every request. */
  readonly revoke: ((token: string) => void) | undefined;
  /** The clock of the issuer, in milliseconds. */
  readonly clock: () => number;
}

/** Expects 401 `invalid_token`. */
export function invalidToken(reasons: readonly string[]): ExpectedRefusal {
  return { status: 401, errors: ['invalid_token'], reasons };
}

/** Expects 403 `insufficient_scope`. */
export function insufficientScope(reason: string): ExpectedRefusal {
  return { status: 403, errors: ['insufficient_scope'], reasons: [reason] };
}
