/**
 * The recipe of the migration guide for code that reads `req.auth`.
 *
 * @module
 */
// #region req-auth
import type { ResourceServer } from '@scopegate/express';
import type { RequestHandler } from 'express';

/** Mount it behind a guard. */
export function exposeAuth(api: ResourceServer): RequestHandler {
  return (req, _res, next) => {
    const token = api.accessTokenIfAny(req); // undefined behind optionalAccessToken()
    // express-oauth2-jwt-bearer; for express-jwt: `auth: token?.claims`
    const auth = token && { payload: token.claims, header: token.header };
    Object.assign(req, { auth });
    next();
  };
}
// #endregion req-auth
