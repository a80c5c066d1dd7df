/**
 * Describes why something that a decision needs is unavailable.
 *
 * @module
 */
import { findSystemCode } from '@scopegate/protocol/internal';

/**
 * Describes a failure by its message and the system's error code. Other causes are not shown, because what an
 * application throws may contain anything.
 */
export function describeFailure(error: Error): string {
  const code = findSystemCode(error);
  return code === undefined || error.message.includes(code)
    ? error.message
    : `${error.message} (${code})`;
}
