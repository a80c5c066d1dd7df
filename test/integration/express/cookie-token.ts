// #region cookie
import type { RequestHandler } from 'express';

/** Mount it before the guards. */
export const acceptCookie: RequestHandler = (req, _res, next) => {
  const [, token] = /(?:^|; )__Host-token=([^;]+)/.exec(req.headers.cookie ?? '') ?? [];
  // Otherwise any other site could send requests with the token of its visitor (CSRF).
  const isOwn = req.headers['sec-fetch-site'] === 'same-origin';
  if (isOwn && token !== undefined) req.headers.authorization ??= `Bearer ${token}`;
  next();
};
// #endregion cookie
