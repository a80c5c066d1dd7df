/**
 * The routes and middleware of an application, as an audit reports them.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import type { ScopeNeed } from './scope-need.js';

/** A route as an audit reports it. */
export interface AttackedRoute {
  /** The HTTP method in upper case; `'ALL'` for a route that answers any method. */
  readonly method: string;
  /** The path as declared, mount paths included. */
  readonly path: string;
  /** Whether the route requires a token, accepts one, is declared public, or has no guard. */
  readonly access: 'guarded' | 'optional' | 'public' | 'open';
  /** Why requests without a token reach the route; `undefined` when it is guarded or declared public. */
  readonly exposure:
    | {
        /** A clause, such as `no guard runs before its handlers`. */
        readonly reason: string;
      }
    | undefined;
  /** The scopes that a token needs; `undefined` for none. */
  readonly scope: ScopeNeed | undefined;
  /**
   * The scopes that a token needs, each with those that imply it; `undefined` when none is implied, and
   * for an audit that does not report it.
   */
  readonly expandedScope?: ScopeNeed | undefined;
  /** All scopes that a token may carry; `undefined` for no limit. */
  readonly atMost: readonly string[] | undefined;
  /** The kind of caller that is accepted; `undefined` for any. */
  readonly principal: 'client' | 'user' | undefined;
  /**
   * What a token must be bound to: all that are listed; empty, or `undefined` for an audit that does not
   * report it, when it need not be bound.
   */
  readonly senderConstraints?: readonly SenderConstraint[] | undefined;
  /** Whether the authorization server is asked about the token on every request. */
  readonly fresh?: boolean | undefined;
  /**
   * The authentication context classes of which the user's must be one; `undefined` when any is accepted.
   * RFC 9470 §3.
   */
  readonly acrValues?: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. RFC 9470 §3. */
  readonly maxAgeSeconds?: number | undefined;
  /** Whether this is a `HEAD` route that exists only because Express answers it like `GET`. */
  readonly impliedByGet: boolean;
  /** The route that answers the requests for this route instead; `undefined` for none. */
  readonly shadowedBy:
    | {
        /** The method and the path of that route. */
        readonly route: string;
        /** Whether it always answers; otherwise it may pass some requests on. */
        readonly isCertain: boolean;
      }
    | undefined;
  /** Concrete paths that match the route. */
  readonly samplePaths: readonly string[];
}

/** Middleware that an audit cannot inspect, such as `express.static()` or a proxy. */
export interface UnseenTarget {
  /** The name of the function; `''` for an anonymous one. */
  readonly name: string;
  /** The path it is mounted on; `'/'` for none. */
  readonly path: string;
  /** Whether it is mounted on a path other than `/`, so that requests may end there. */
  readonly hasOwnPath: boolean;
  /** Whether a guard runs before it. */
  readonly isGuarded: boolean;
  /** The reason given to `declarePublic()`; `undefined` where it is not declared public. */
  readonly publicReason: string | undefined;
  /** Concrete paths that match the path it is mounted on. */
  readonly samplePaths: readonly string[];
}

/** Formats a route: `GET /v1/sales/:id`. */
export function formatRoute({ method, path }: AttackedRoute): string {
  return `${method} ${path}`;
}

/** Lists the names that options may use for a route: `GET /a` also names the `HEAD /a` it implies. */
export function listRouteNames(route: AttackedRoute): readonly string[] {
  const names = [formatRoute(route)];
  return route.impliedByGet ? [...names, `GET ${route.path}`] : names;
}

/** Formats the name of middleware as an audit does: `serveStatic on /static`. */
export function formatMiddleware({ name, path }: UnseenTarget): string {
  return `${name === '' ? 'a function' : name}${path === '/' ? '' : ` on ${path}`}`;
}

/** Whether middleware may answer requests without a token and is not declared public. */
export function isExposed({ hasOwnPath, isGuarded, publicReason }: UnseenTarget): boolean {
  return hasOwnPath && !isGuarded && publicReason === undefined;
}

/** Chooses the method for a route that answers any: one that no other route on its path answers. */
export function chooseMethod(
  { method, path }: AttackedRoute,
  routes: readonly AttackedRoute[],
): string {
  if (method !== 'ALL') return method;
  const taken = routes.filter((route) => route.path === path).map((route) => route.method);
  const methods = ['PATCH', 'PUT', 'DELETE', 'POST', 'GET', 'OPTIONS'];
  return methods.find((each) => !taken.includes(each)) ?? 'TRACE';
}
