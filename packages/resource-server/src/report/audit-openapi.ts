/**
 * Writes a route audit as the `security` of an OpenAPI document.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { type AuditedRoute, isRedundantHead } from '../audit/audited-route.js';
import { listAlternatives } from '../audit/combined-policy.js';
import type { RouteAccess } from '../audit/route-access.js';

/** The scopes that a token must have, by the name of a security scheme. */
type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

interface OpenApiOperation {
  /** Alternatives, one of which must be satisfied; empty when no token is required. */
  readonly security: readonly SecurityRequirement[];
  /** OpenAPI cannot distinguish a public route from one whose guard was forgotten. */
  readonly 'x-scopegate-access': RouteAccess;
  /** What the token must be bound to; `undefined` when it need not be bound. */
  readonly 'x-scopegate-sender-constraints': readonly SenderConstraint[] | undefined;
  /** The context classes of which the user's must be one; `undefined` when any is accepted. */
  readonly 'x-scopegate-acr-values': readonly string[] | undefined;
  /** The longest time since the user was authenticated; `undefined` for no limit. */
  readonly 'x-scopegate-max-age-seconds': number | undefined;
  /** `true` when the authorization server is asked on every request; otherwise `undefined`. */
  readonly 'x-scopegate-fresh': true | undefined;
  /** Until when guards of the route only report; `undefined` when none does. */
  readonly 'x-scopegate-report-only-until': string | undefined;
}

/** A part of an OpenAPI document, to be merged into one that defines the scheme `accessToken`. */
export interface OpenApiFragment {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  /** Routes that no path template or operation of OpenAPI can express. */
  readonly 'x-scopegate-unlisted': readonly string[] | undefined;
}

/** The operations of OpenAPI that a route for every method answers. */
const ALL = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const OPERATIONS = [...ALL, 'trace'];

/**
 * Creates the fragment. The first of several routes for one operation counts, because it answers.
 *
 * @param listPaths - Lists the path templates of a route; none if OpenAPI cannot express its path.
 */
export function createOpenApiFragment<Route extends AuditedRoute>(
  routes: readonly Route[],
  listPaths: (route: Route) => readonly string[],
): OpenApiFragment {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const unlisted: string[] = [];
  const taken = new Set<string>();
  for (const [index, route] of routes.entries()) {
    const operations = listOperations(route);
    const isImplied = isRedundantHead(route, routes[index - 1]);
    const templates = listPaths(route);
    if (operations.length === 0 || templates.length === 0) {
      if (!isImplied) unlisted.push(`${route.method} ${route.path}`);
      continue;
    }
    for (const path of templates) {
      const free = operations.filter((operation) => !taken.has(`${operation} ${path}`));
      for (const operation of free) {
        taken.add(`${operation} ${path}`);
        // GET implies HEAD, so HEAD is not listed separately.
        if (!isImplied) (paths[path] ??= {})[operation] = describeOperation(route);
      }
    }
  }
  return { paths, 'x-scopegate-unlisted': unlisted.length === 0 ? undefined : unlisted };
}

function listOperations({ method }: AuditedRoute): readonly string[] {
  if (method === 'ALL') return ALL;
  return OPERATIONS.filter((operation) => operation === method.toLowerCase());
}

function describeOperation(route: AuditedRoute): OpenApiOperation {
  const { access, scope, senderConstraints } = route;
  const alternatives = scope === undefined ? [[]] : listAlternatives(scope);
  const required = alternatives.map((scopes) => ({ accessToken: scopes }));
  return {
    security: SECURITY[access](required),
    'x-scopegate-access': access,
    'x-scopegate-sender-constraints':
      senderConstraints.length === 0 ? undefined : senderConstraints,
    'x-scopegate-acr-values': route.acrValues,
    'x-scopegate-max-age-seconds': route.maxAgeSeconds,
    'x-scopegate-fresh': route.fresh || undefined,
    'x-scopegate-report-only-until': route.reportOnlyUntil,
  };
}

/** An empty requirement stands for a request without a token. */
const SECURITY: Readonly<
  Record<RouteAccess, (required: readonly SecurityRequirement[]) => readonly SecurityRequirement[]>
> = {
  guarded: (required) => required,
  optional: (required) => [{}, ...required],
  public: () => [],
  open: () => [],
};
