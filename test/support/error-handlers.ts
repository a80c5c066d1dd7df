/**
 * Error handlers of an Express app, to see what reaches them.
 *
 * @module
 */
import type { ErrorRequestHandler } from 'express';

/**
 * Creates an error handler that answers 500 with the name and message of the error.
 *
 * @param errors - Receives each error.
 */
export function showErrors(errors: unknown[] = []): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    errors.push(error);
    if (res.headersSent || !(error instanceof Error)) {
      next(error);
      return;
    }
    res.status(500).json({ name: error.name, message: error.message });
  };
}
