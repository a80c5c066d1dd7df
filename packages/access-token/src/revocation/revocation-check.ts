/**
 * Checks that a token was not revoked.
 *
 * @module
 */
import { InvalidTokenError, type RevocationSubject } from '@scopegate/protocol';
import { askBoolean, settle } from '@scopegate/protocol/internal';
import type { KnownToken } from '../claims/verified-token.js';
import type { RevocationPolicy } from './resolve-revocation.js';
import type { RevocationEpisodes } from './revocation-events.js';
import type { RevocationSource } from './revocation-source.js';
import {
  type RevocationFailure,
  RevocationUnavailableError,
} from './revocation-unavailable-error.js';

/** When a token was last found in no revocation. */
export interface RevocationMemo {
  /** {@link RevocationSource.version} then; `undefined` if it was not checked. */
  notRevokedAt: number | undefined;
}

/** A token to check. */
export interface CheckedToken {
  readonly token: KnownToken<unknown>;
  /** Kept with the cached token. */
  readonly memo: RevocationMemo;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Checks that a token was not revoked.
 *
 * @returns A promise only if the hook of the application returns one.
 * @throws InvalidTokenError (also rejects) `revoked`
 * @throws RevocationUnavailableError (also rejects) It is unknown whether the token was revoked.
 */
export type RevocationCheck = (checked: CheckedToken) => void | Promise<void>;

/** Whether a token was revoked, or why that is unknown. */
type Outcome = boolean | RevocationUnavailableError;

/**
 * Creates the check for a policy.
 *
 * @param episodes - Publishes failures; omitted for checks that no request depends on.
 */
export function createRevocationCheck(
  policy: RevocationPolicy,
  episodes?: RevocationEpisodes,
): RevocationCheck {
  const conclude = (outcome: Outcome, nowMs: number): void => {
    episodes?.note(outcome === false || outcome === true ? undefined : outcome, nowMs);
    if (outcome === false) return;
    throw outcome === true ? new InvalidTokenError('revoked') : outcome;
  };
  if ('source' in policy) {
    const { source } = policy;
    return (checked) => {
      conclude(searchSource(source, checked), checked.nowMs);
    };
  }
  const { isRevoked, timeoutMs } = policy.hook;
  const hook = { timeoutMs, createError };
  return ({ token, nowMs }) => {
    const outcome = askBoolean(() => isRevoked(subjectOf(token)), hook);
    return settle(outcome, (settled) => {
      conclude(settled, nowMs);
    });
  };
}

function createError(
  failure: RevocationFailure,
  options?: ErrorOptions,
): RevocationUnavailableError {
  return new RevocationUnavailableError(failure, options);
}

/** A token that is known to be revoked is refused even while the source is not current. */
function searchSource(source: RevocationSource, { token, memo, nowMs }: CheckedToken): Outcome {
  try {
    const version: unknown = source.version;
    if (typeof version !== 'number') return new RevocationUnavailableError('answer');
    if (memo.notRevokedAt !== version) {
      const answer: unknown = source.isRevoked(subjectOf(token));
      if (typeof answer !== 'boolean') return new RevocationUnavailableError('answer');
      if (answer) return true;
      memo.notRevokedAt = version;
    }
    const isCurrent: unknown = source.isCurrent(nowMs);
    if (isCurrent === true) return false;
    return new RevocationUnavailableError(isCurrent === false ? 'not_current' : 'answer');
  } catch (cause) {
    return new RevocationUnavailableError('error', { cause });
  }
}

/** What identifies a token for its revocation. */
function subjectOf({
  issuer,
  tokenId,
  subject,
  clientId,
  sessionId,
  issuedAt,
  expiresAt,
}: KnownToken<unknown>): RevocationSubject {
  return Object.freeze({ issuer, tokenId, subject, clientId, sessionId, issuedAt, expiresAt });
}
