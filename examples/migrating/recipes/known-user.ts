/**
 * The recipe of the migration guide for `req.user` from a database.
 *
 * @module
 */
// #region known-user
import type { RouteCheck } from '@scopegate/express';

/** Finds a user; a subject is unique only together with its issuer. */
export type FindUser = (issuer: string, subject: string) => Promise<object | undefined>;

/** What `validate(payload)` of passport-jwt does. */
export function knownUser(findUser: FindUser): RouteCheck {
  return {
    name: 'known user',
    async test({ issuer, subject }, req) {
      if (subject === undefined) return false;
      const user = await findUser(issuer, subject);
      Object.assign(req, { user });
      return user !== undefined; // false: 403 insufficient_scope
    },
  };
}
// #endregion known-user
