/**
 * The response that Node is writing on a connection.
 *
 * @module
 */

/**
 * Finds the response to the earliest request on a connection that has not been answered completely.
 *
 * @returns `undefined` if every request on the connection has been answered, and after an upgrade.
 */
export function findPendingResponse(socket: object): unknown {
  // Node keeps it here; `ServerResponse.assignSocket()` reads the same member.
  const pending: unknown = Reflect.get(socket, '_httpMessage');
  return pending ?? undefined;
}
