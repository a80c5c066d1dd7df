/**
 * The reason phrases of the status codes that guards answer with.
 *
 * @module
 */

/** RFC 9110 §15. `STATUS_CODES` of `node:http` is not available in every runtime. */
export const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
