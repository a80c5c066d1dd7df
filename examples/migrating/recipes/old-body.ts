/**
 * The recipe of the migration guide for callers that parse the old error body.
 *
 * @module
 */
// #region old-body
import { createResourceServer, type ResourceServer, type Trust } from '@scopegate/express';
import type { Request, Response } from 'express';

/** What callers of the old API look for. */
const MESSAGES: Readonly<Record<number, string>> = {
  401: 'Invalid token',
  403: 'Insufficient permissions',
  503: 'Try again later',
};

export function createOrdersServer(trust: Trust): ResourceServer<'write:orders'> {
  return createResourceServer({
    ...trust,
    scopes: ['write:orders'],
    onRefusal({ status, headers }, _req: Request, res: Response) {
      const old = status === 400 ? 401 : status; // a malformed header was a 401
      res.status(old).set(headers).set('Cache-Control', 'no-store').json({ error: MESSAGES[old] });
    },
  });
}
// #endregion old-body
