/**
 * The issuer and the client of a refused token, which the events of guards report.
 *
 * They are kept beside the error and never on it, because an error may reach the caller.
 *
 * @module
 */
import { ChallengeError } from '@scopegate/protocol';
import { isThenable } from '@scopegate/protocol/internal';

/** Where a token came from that was refused. */
export interface RefusalOrigin {
  /**
   * The issuer, as configured: the one that the token names in `iss`, or that was asked about an opaque token.
   * The token was verified to come from it only where {@link RefusalOrigin.isVerified} is set.
   */
  readonly claimedIssuer: string;
  /** Whether the signature of the token is good, or the issuer has said that the token is active. */
  readonly isVerified: boolean;
  /** The client of the token; `undefined` unless its origin is verified, or if it names no client. */
  readonly clientId: string | undefined;
}

const origins = new WeakMap<Error, RefusalOrigin>();

/**
 * Finds where the token came from that an error refuses.
 *
 * @param error - What `verifyMaybeSync()`, `verifyPresentedMaybeSync()` or `askNow()` has thrown.
 * @returns `undefined` if the token names no configured issuer, or the error is of the application.
 */
export function findRefusalOrigin(error: unknown): RefusalOrigin | undefined {
  return error instanceof Error ? origins.get(error) : undefined;
}

/**
 * Notes where a refused token came from, unless that is known already.
 *
 * Errors about failures of our own are shared by requests that name the same issuer, so they get no client.
 * Errors of the application may be shared by any requests, so they get nothing.
 *
 * @returns The same error.
 */
export function noteRefusalOrigin(error: unknown, origin: RefusalOrigin): unknown {
  const isNoted =
    error instanceof ChallengeError || (isUnavailableError(error) && !origin.isVerified);
  if (isNoted && !origins.has(error)) origins.set(error, Object.freeze(origin));
  return error;
}

/** Whether an error is about the keys, the introspection endpoint or the like. */
function isUnavailableError(error: unknown): error is Error {
  return error instanceof Error && 'status' in error && error.status === 503;
}

/** Notes the origin of a verified token; see {@link noteRefusalOrigin}. */
export function noteVerifiedOrigin(
  error: unknown,
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string | undefined },
): unknown {
  return noteRefusalOrigin(error, { claimedIssuer: issuer, isVerified: true, clientId });
}

/**
 * Notes on any error that is thrown where the token came from.
 *
 * @param work - Is called once.
 * @param note - Notes the origin and returns the same error.
 */
export function notingOrigin<Value>(
  work: () => Value | Promise<Value>,
  note: (error: unknown) => unknown,
): Value | Promise<Value> {
  const rethrow = (error: unknown): never => {
    throw note(error);
  };
  try {
    const value = work();
    return isThenable(value) ? value.then(undefined, rethrow) : value;
  } catch (error) {
    return rethrow(error);
  }
}
