/**
 * The name that replaces all others.
 *
 * @module
 */

/** The value of an attribute that replaces unknown names, and every name beyond a limit. */
export const OTHER = '_OTHER';
