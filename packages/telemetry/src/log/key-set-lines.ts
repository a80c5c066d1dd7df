/**
 * Lines about key sets.
 *
 * @module
 */
import { findNumber, findString, type NamedMessage } from '../events/channel-message.js';
import { formatErrorType, readErrorNames } from '../events/error-type.js';
import type { LogLine } from './log-line.js';

/** Formats events of key sets, each outage with one line for its beginning and one for its end. */
export class KeySetLines {
  /** The issuers whose last refresh failed. */
  readonly #failing = new Set<string>();
  /** The issuers whose keys are past their lifetime. */
  readonly #stale = new Set<string>();

  /** Formats a line; `undefined` for what operators need not read. */
  format(message: NamedMessage): LogLine | undefined {
    const issuer = findString(message, 'issuer');
    if (issuer === undefined) return undefined;
    switch (message.event) {
      case 'failed':
        this.#failing.add(issuer);
        return failedLine(message, issuer);
      case 'refreshed':
        return this.#refreshedLine(message, issuer);
      case 'stale':
        return this.#staleLine(message, issuer);
      case 'withdrawn':
        return {
          level: 'error',
          kind: `key-set\0withdrawn\0${issuer}`,
          members: { event: 'scopegate.key-set.withdrawn', issuer },
          message: 'the issuer has withdrawn all keys: its tokens are refused',
        };
      case 'unknown-key':
        return budgetLine(message, issuer);
      case 'key-skipped':
        return skippedLine(message, issuer);
      default:
        return undefined;
    }
  }

  #refreshedLine(message: NamedMessage, issuer: string): LogLine | undefined {
    this.#stale.delete(issuer);
    if (!this.#failing.delete(issuer)) return undefined;
    const keys = findNumber(message, 'keys');
    return {
      level: 'info',
      kind: `key-set\0recovered\0${issuer}`,
      members: { event: 'scopegate.key-set.recovered', issuer, keys },
      message: 'the keys are refreshed again',
    };
  }

  #staleLine(message: NamedMessage, issuer: string): LogLine | undefined {
    if (this.#stale.has(issuer)) return undefined;
    this.#stale.add(issuer);
    const staleForMs = findNumber(message, 'staleForMs');
    return {
      level: 'error',
      kind: `key-set\0stale\0${issuer}`,
      members: { event: 'scopegate.key-set.stale', issuer, staleForMs },
      message: 'keys are used past their lifetime, because they could not be refreshed',
    };
  }
}

function failedLine(message: NamedMessage, issuer: string): LogLine {
  const names = readErrorNames(message['error']);
  const failures = findNumber(message, 'failures');
  const retryInMs = findNumber(message, 'retryInMs');
  return {
    level: 'warn',
    kind: `key-set\0failed\0${issuer}`,
    members: { event: 'scopegate.key-set.failed', issuer, ...names, failures, retryInMs },
    message: `the keys could not be refreshed: ${formatErrorType(names)}`,
  };
}

function skippedLine(message: NamedMessage, issuer: string): LogLine {
  const reason = findString(message, 'reason');
  const index = findNumber(message, 'index');
  return {
    level: 'warn',
    kind: `key-set\0skipped\0${issuer}`,
    members: { event: 'scopegate.key-set.key-skipped', issuer, reason, index },
    message: `a published key is not usable: ${reason ?? 'unknown'}`,
  };
}

function budgetLine(message: NamedMessage, issuer: string): LogLine | undefined {
  if (findString(message, 'result') !== 'budget_spent') return undefined;
  return {
    level: 'warn',
    kind: `key-set\0budget\0${issuer}`,
    members: { event: 'scopegate.key-set.budget-spent', issuer },
    message: 'so many tokens name unknown keys that the issuer is not asked for each of them',
  };
}
