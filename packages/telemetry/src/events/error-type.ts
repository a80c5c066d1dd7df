/**
 * What identifies an error in metrics and logs. Messages and causes may contain anything.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { OTHER } from './other-name.js';

/** An error without its message. */
export interface ErrorNames {
  /** Such as `ERR_EXCHANGE`; `undefined` if it has none. */
  readonly code: string | undefined;
  /** Such as `timeout`; `undefined` if it has none. */
  readonly reason: string | undefined;
}

const CODE = /^ERR_[A-Z0-9_]{1,60}$/;
const REASON = /^[a-z][a-z0-9_]{0,40}$/;

/** Reads the `code` and the `reason` of an error, if they have the form of ours. */
export function readErrorNames(error: unknown): ErrorNames {
  const { code, reason } = error instanceof Error || isPlainObject(error) ? (error as Named) : {};
  const isOurs = typeof code === 'string' && CODE.test(code);
  const hasReason = isOurs && typeof reason === 'string' && REASON.test(reason);
  return { code: isOurs ? code : undefined, reason: hasReason ? reason : undefined };
}

interface Named {
  readonly code?: unknown;
  readonly reason?: unknown;
}

/** Formats the attribute `error.type`: the reason, otherwise the code, otherwise `_OTHER`. */
export function formatErrorType({ code, reason }: ErrorNames): string {
  return reason ?? code ?? OTHER;
}
