/**
 * The recipe of the migration guide for `getToken` and `jwtFromRequest`.
 *
 * @module
 */
// #region token-source
import type { RequestHandler } from 'express';

/** Mount it before the guards: tokens of old clients come in the field `X-Access-Token`. */
export const acceptOldField: RequestHandler = (req, _res, next) => {
  const token = req.get('x-access-token');
  if (token !== undefined) req.headers.authorization ??= `Bearer ${token}`;
  next();
};
// #endregion token-source
