/**
 * The differences between fronts: all there are, each with its reason.
 *
 * @module
 */
import { type WholeAnswer, withoutFields } from './all-fronts.js';

/** Why some fronts cannot answer as the others do. */
export const DIFFERENCES = {
  joinedField:
    'Headers of the Fetch Standard joins repeated lines by commas. A guard that gets a Request ' +
    'cannot distinguish them from commas in one line, and refuses both as repeated.',
  emptyLine:
    'A Request may be created from trimmed field values, without the separator in front of an empty ' +
    'line.',
  noLength:
    'Hono answers HEAD by the response to GET without its body, and @hono/node-server does not ' +
    'know the length of what it does not send.',
  ownResponse:
    'A guard that gets a Request returns its own response, to which Hono adds the fields of the ' +
    'layers around it: its CORS layer has to expose the fields of refusals, and its Vary comes last.',
  errorResponse:
    'The application makes the response to a failure. Only where guards and handlers share a ' +
    'response has the guard set a field of it.',
  parserError:
    'The parser of Node.js refuses the request before any guard. Fastify adds a JSON body to that ' +
    'response.',
  unreadBody:
    'A guard that gets a Request cannot close its connection: the server that made the Request ' +
    'decides what becomes of an unread body.',
  notFound: 'Each framework has its own response for paths without a route.',
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

/** The answer of Hono to HEAD. */
export function withoutLength(answer: WholeAnswer): readonly Difference[] {
  const short = withoutFields(answer, 'content-length');
  return [{ why: 'noLength', fronts: ['Hono'], answer: short }];
}
