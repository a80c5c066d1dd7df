/**
 * A response that is not an introspection response.
 *
 * @module
 */

/** What is wrong with a response. The message is safe to show to operators: it quotes nothing of it. */
export class IntrospectionResponseError extends Error {
  override readonly name = 'IntrospectionResponseError';
}
