/**
 * The differences between fronts: all there are, each with its reason.
 *
 * @module
 */
/** Why some fronts cannot answer as the others do. */
export const DIFFERENCES = {
  joinedField:
    'Headers of the Fetch standard joins repeated lines by commas. A guard that gets a Request ' +
    'cannot distinguish them from commas in one line, and refuses both as repeated.',
  parserError:
    'The parser of Node.js refuses the request before any guard. Fastify adds a JSON body to that ' +
    'response.',
  unreadBody:
    'A guard that gets a Request cannot close its connection: the server that made the Request ' +
    'decides what becomes of an unread body.',
  notFound: 'Each framework has a response of its own for paths without a route.',
} as const;

/** The answer of some fronts that differs. */
export interface Difference {
  readonly why: keyof typeof DIFFERENCES;
  readonly fronts: readonly string[];
  readonly answer: unknown;
}

/** Fronts whose guards get a `Request`. */
export const WEB_FRONTS = ['web', 'Hono'] as const;

/** The answers that differ, by the name of their front. */
export function differing(
  differences: readonly Difference[] = [],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    differences.flatMap(({ fronts, answer }) => fronts.map((front) => [front, answer])),
  );
}
