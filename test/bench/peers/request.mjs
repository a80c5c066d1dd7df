/**
 * The minimum of code that turns a peer without Express middleware into a guard.
 */
import { STORY } from '../settings.mjs';

/** @returns {string | undefined} The token of a request, extracted as tutorials do. */
function bearerToken(request) {
  const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
  return scheme === 'Bearer' ? token : undefined;
}

/** Whether the claims contain the scope of the story. */
export function hasScope({ scope }) {
  return typeof scope === 'string' && scope.split(' ').includes(STORY.scope);
}

/**
 * Creates middleware from a function that verifies tokens.
 *
 * @param {(token: string) => Promise<object> | object} verify - Returns the claims or throws.
 */
export function guardWith(verify) {
  return async (request, response, next) => {
    const token = bearerToken(request);
    if (token === undefined) return void refuse(response, 401);
    let claims;
    try {
      claims = await verify(token);
    } catch {
      return void refuse(response, 401);
    }
    return void (hasScope(claims) ? next() : refuse(response, 403));
  };
}

/** Calls middleware in process, as Express would; resolves when it passes the request on. */
export function callerOf(middleware) {
  return (token) =>
    new Promise((resolve, reject) => {
      const request = new LikeRequest(`Bearer ${token}`);
      middleware(request, {}, (error) => (error === undefined ? resolve() : reject(error)));
    });
}

/** The part of an Express request that guards use. */
export class LikeRequest {
  method = 'GET';
  url = STORY.path;
  originalUrl = STORY.path;
  protocol = 'https';
  query = {};

  constructor(authorization) {
    this.headers = { host: 'api.example.com', authorization };
    this.rawHeaders = ['Host', 'api.example.com', 'Authorization', authorization];
  }

  get(name) {
    return this.headers[name.toLowerCase()];
  }

  is() {
    return false;
  }
}

function refuse(response, status) {
  response.status(status).set('WWW-Authenticate', 'Bearer').json({ error: 'refused' });
}
