/**
 * The refusals that every front answers in the same way.
 *
 * @module
 */
import type {
  InsufficientScopeReason,
  InvalidRequestReason,
  InvalidTokenReason,
} from '@scopegate/protocol';
import { REQUEST_DESCRIPTIONS, TOKEN_DESCRIPTIONS } from '../../support/answers.js';
import { refused, type WholeAnswer } from './all-fronts.js';

/** The 401 of a request without credentials. */
export function missing(scope?: string): WholeAnswer {
  return refused({
    status: 401,
    challenge: scope === undefined ? '' : `scope="${scope}"`,
    members: scope === undefined ? {} : { scope },
  });
}

/** The 401 of a token. */
export function invalid(reason: InvalidTokenReason, scope?: string): WholeAnswer {
  const detail = TOKEN_DESCRIPTIONS[reason];
  const challenge = `error="invalid_token", error_description="${detail}"`;
  return refused({
    status: 401,
    challenge: scope === undefined ? challenge : `${challenge}, scope="${scope}"`,
    members: { detail, error: 'invalid_token', ...(scope !== undefined && { scope }) },
  });
}

/** The 400 of a request. */
export function malformed(reason: InvalidRequestReason): WholeAnswer {
  const detail = REQUEST_DESCRIPTIONS[reason];
  return refused({
    status: 400,
    challenge: `error="invalid_request", error_description="${detail}"`,
    members: { detail, error: 'invalid_request' },
  });
}

const SCOPE_DESCRIPTIONS: Readonly<Record<InsufficientScopeReason, string>> = {
  scope: 'the access token lacks scope for this resource',
  principal: 'this resource does not accept tokens of this kind of caller',
  check: 'the access token does not meet a condition of this resource',
};

/** The 403 of a valid token. */
export function insufficient(reason: InsufficientScopeReason, scope?: string): WholeAnswer {
  const detail = SCOPE_DESCRIPTIONS[reason];
  const challenge = `error="insufficient_scope", error_description="${detail}"`;
  return refused({
    status: 403,
    challenge: scope === undefined ? challenge : `${challenge}, scope="${scope}"`,
    members: { detail, error: 'insufficient_scope', ...(scope !== undefined && { scope }) },
  });
}

/** The 503 of a token whose keys are unavailable. */
export function unavailable(retryAfter: number): WholeAnswer {
  return refused({
    status: 503,
    members: { detail: 'the keys of the authorization server are unavailable' },
    fields: { 'retry-after': String(retryAfter) },
  });
}
