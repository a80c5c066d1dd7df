/**
 * Why a command failed: what the clients reject with, and what servers answer with.
 *
 * @module
 */
import { findSystemCode, isError } from '@scopegate/protocol/internal';
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** The failure of one command. */
export interface CommandFailure {
  readonly error: StoreUnavailableError;
  /**
   * Whether the server works: it has answered, and refuses this command only. Others may succeed, such as
   * reading when its memory is full.
   */
  readonly isServerUsable: boolean;
}

/** The errors of a server that executes no command of the stores. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'NOAUTH',
  'NOREPLICAS',
  'READONLY',
  'WRONGPASS',
]);

/** The words that @valkey/valkey-glide writes instead of error codes. */
const GLIDE_WORDS: ReadonlyMap<string, string> = new Map([
  ['AuthenticationFailed', 'NOAUTH'],
  ['BusyLoadingError', 'LOADING'],
  ['ClusterDown', 'CLUSTERDOWN'],
  ['MasterDown', 'MASTERDOWN'],
  ['NoScriptError', 'NOSCRIPT'],
  ['PermissionDenied', 'NOPERM'],
  ['ReadOnly', 'READONLY'],
  ['ResponseError', 'ERR'],
]);

const CODE = /^(?:An error was signalled by the server: - )?-?([A-Za-z]{2,32})(?=[: ]|$)/;
const SCRIPT_NOT_PERMITTED =
  /\b(?:The user executing the script can't (?:run this command|access)|ACL failure in script)\b/;

/**
 * Finds the code of a server's error, such as `OOM`.
 *
 * @param error - What a client has rejected with.
 * @returns `undefined` if no server has answered.
 */
export function findServerCode(error: unknown): string | undefined {
  if (!isError(error) || findSystemCode(error) !== undefined) return undefined;
  const { message } = error;
  const word = CODE.exec(message)?.[1] ?? '';
  const code = GLIDE_WORDS.get(word) ?? word;
  if (code !== code.toUpperCase() || code === '') return undefined;
  // Redis 7.0 and Valkey report what a script is not permitted to do like any other error.
  return code === 'ERR' && SCRIPT_NOT_PERMITTED.test(message) ? 'NOPERM' : code;
}

/** Classifies what a client has rejected with. */
export function classifyFailure(cause: unknown): CommandFailure {
  const code = findServerCode(cause);
  if (code === undefined) {
    const failure = isClientTimeout(cause) ? 'timeout' : 'connection';
    return { error: new StoreUnavailableError(failure, { cause }), isServerUsable: false };
  }
  const failure = code === 'OOM' ? 'full' : 'refused';
  const error = new StoreUnavailableError(failure, { cause });
  return { error, isServerUsable: !UNUSABLE.has(code) };
}

/** Whether a client's own deadline has passed: `TimeoutError` of redis and glide, a message of ioredis. */
function isClientTimeout(cause: unknown): boolean {
  if (!isError(cause)) return false;
  return (
    /^(?:Command)?Timeout(?:Error)?$/.test(cause.name) || cause.message === 'Command timed out'
  );
}
