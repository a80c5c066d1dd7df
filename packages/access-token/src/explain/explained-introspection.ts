/**
 * Describes what an authorization server answered about a token.
 *
 * @module
 */
import type { ExplainedIntrospection } from './explanation.js';
import { describeFailure } from '../inspection/failure.js';
import type { Inspection } from '../inspection/inspection.js';

/** Describes the last answer; `undefined` when the authorization server was not asked. */
export function describeIntrospection({
  introspection,
  fresh,
  trusted,
}: Inspection): ExplainedIntrospection | undefined {
  const record = fresh.kind === 'not_asked' ? introspection : fresh;
  if (record.kind === 'not_asked' || trusted === undefined) return undefined;
  const { issuer, introspector } = trusted;
  if (record.kind === 'unavailable') {
    const { error } = record;
    const nextAttemptAt = introspector?.health().nextAttemptAt;
    return Object.freeze({
      issuer,
      outcome: 'unavailable',
      failure: error.failure,
      error: describeFailure(error),
      nextAttemptAt,
    });
  }
  const outcome =
    record.kind === 'refused' && record.error.reason === 'inactive' ? 'inactive' : 'active';
  const answered = { failure: undefined, error: undefined, nextAttemptAt: undefined };
  return Object.freeze({ issuer, outcome, ...answered });
}
