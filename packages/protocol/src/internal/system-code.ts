/**
 * System error codes, such as `ECONNREFUSED`.
 *
 * @module
 */
import { isError } from './hook.js';

// Node nests errors: fetch failed > AggregateError > Error.
const MAX_CAUSES = 5;
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * Finds the innermost system code of an error and its causes, such as `ECONNREFUSED` or
 * `CERT_HAS_EXPIRED`.
 *
 * Only the code is safe to show, because the messages of causes may quote anything.
 *
 * @returns The code; `undefined` when none has the form of a system code.
 */
export function findSystemCode(error: unknown): string | undefined {
  let found: string | undefined;
  let current = error;
  try {
    for (let depth = 0; depth < MAX_CAUSES && isError(current); depth += 1) {
      const code = 'code' in current ? current.code : undefined;
      if (typeof code === 'string' && SYSTEM_CODE.test(code)) found = code;
      current = current.cause;
    }
  } catch {
    // A getter of an application's error threw; it must not replace the failure that is reported.
  }
  return found;
}
