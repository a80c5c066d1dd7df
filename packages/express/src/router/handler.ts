/**
 * Handlers, and other values with members.
 *
 * @module
 */

/** A function on a router: middleware, a handler, a router or an application. */
export type Handler = (...args: never[]) => unknown;

/** One handler of a route. */
export interface RouteHandler {
  /** In upper case; `undefined` for `all()`. */
  readonly method: string | undefined;
  readonly handle: Handler;
}

/** The members of an object or a function. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is a function. */
export function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** Whether a value is an object or a function, so that its members can be read. */
export function hasMembers(value: unknown): value is Members {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
