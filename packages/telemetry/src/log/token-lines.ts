/**
 * Lines about the access tokens that clients of this process request.
 *
 * @module
 */
import { findNumber, findString, type NamedMessage } from '../events/channel-message.js';
import type { LogLine } from './log-line.js';

/** Formats a line; `undefined` for what operators need not read. */
export function tokenLine(message: NamedMessage): LogLine | undefined {
  const issuer = findString(message, 'issuer');
  const clientId = findString(message, 'clientId');
  const { missingScopes, held } = message;
  const base = { issuer, clientId, scope: findString(message, 'scope') };
  const where = `${issuer}\0${clientId}\0${base.scope}`;
  if (message.event === 'failed') {
    const reason = findString(message, 'reason');
    const code = findString(message, 'code');
    const retryInMs = findNumber(message, 'retryInMs');
    return {
      // While a valid token is held, no call fails.
      level: held === true ? 'warn' : 'error',
      kind: `token\0failed\0${where}`,
      members: { event: 'scopegate.token.failed', ...base, code, reason, held, retryInMs },
      message: `no access token was granted: ${reason ?? 'unknown'}`,
    };
  }
  const isGranted = message.event === 'requested' || message.event === 'renewed';
  if (!isGranted || !Array.isArray(missingScopes) || missingScopes.length === 0) return undefined;
  return {
    level: 'warn',
    kind: `token\0missing\0${where}`,
    members: { event: 'scopegate.token.missing-scopes', ...base, missingScopes },
    message: 'requested scopes were not granted',
  };
}
