/**
 * Refusals that the application answers with the error handler of Express.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

type OnRefusal = (
  error: unknown,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error: unknown) => void,
) => void;

/** Leaves each refusal to Express, which answers with its stack, and adds the refusal to the output. */
export function createHandOn(output: () => { add(error: unknown): void }): OnRefusal {
  return (error, _req, _res, next) => {
    output().add(error);
    next(error);
  };
}
