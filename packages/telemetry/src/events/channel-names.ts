/**
 * The names of channels whose packages need not be installed.
 *
 * @module
 */

/** `TOKEN_CHANNEL` of `@scopegate/client`. */
export const TOKEN_CHANNEL = 'scopegate:token';
/** `STORE_CHANNEL` of `@scopegate/redis`. */
export const STORE_CHANNEL = 'scopegate:store';
