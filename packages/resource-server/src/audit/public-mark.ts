/**
 * Marks routes that are public on purpose.
 *
 * @module
 */

/** What marks a route as public. */
export interface Mark {
  /** The declared reason. */
  readonly publicReason: string;
}

/**
 * Makes a handler that passes every request on a mark.
 *
 * @param reason - Why no token is required; a non-empty string.
 * @throws TypeError The reason is missing or empty.
 */
export function createMark<Handler extends object>(
  handler: Handler,
  reason: string,
): Handler & Mark {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new TypeError(
      'declarePublic() requires a non-empty string: the reason why the route is public',
    );
  }
  return Object.freeze(Object.assign(handler, { publicReason: reason.trim() }));
}

/** Finds the reason of a handler that is a {@link Mark}. */
export function findPublicReason(handler: object): string | undefined {
  // Read by name, because a mark may come from a second copy of this package, or be wrapped by
  // instrumentation that copies its members.
  const reason: unknown = Reflect.get(handler, 'publicReason');
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
