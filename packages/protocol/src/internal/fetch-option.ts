/**
 * The option `fetch`.
 *
 * @module
 */
import { optionalFunction } from './option-checks.js';

const globalFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

/**
 * Reads the option `fetch`. The default looks up the global `fetch` at each call.
 *
 * The global is not bound early, because instrumentation and test interceptors may replace it after
 * a server or a client was created.
 *
 * @throws TypeError The option is not a function.
 */
export function optionalFetch(options: Readonly<Record<string, unknown>>): typeof globalThis.fetch {
  // The type of a function cannot be checked further.
  const given = optionalFunction(options, 'fetch') as typeof globalThis.fetch | undefined;
  return given ?? globalFetch;
}
