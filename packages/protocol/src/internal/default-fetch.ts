/**
 * The `fetch` of options that leave it out.
 *
 * @module
 */

/**
 * Calls the global `fetch`, looked up for each call: what instrumentation and test interceptors
 * install later is used as well.
 */
export const defaultFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
