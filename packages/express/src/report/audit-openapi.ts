/**
 * A route audit as the `security` of an OpenAPI document.
 *
 * @module
 */
import { listAlternatives } from '../audit/combined-policy.js';
import { type AuditedRoute, isMereHead } from '../audit/audit-rows.js';
import { openApiPaths } from '../router/path-samples.js';
import type { RouteAccess } from '../audit/route-access.js';

/** What a request has to show: scopes by the name of a security scheme. */
type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

interface OpenApiOperation {
  /** One of these is enough; none at all when there is nothing to show. */
  readonly security: readonly SecurityRequirement[];
  /** OpenAPI cannot tell a route that is meant to be open from one that was forgotten. */
  readonly 'x-scopegate-access': RouteAccess;
}

/** A part of an OpenAPI document, to be merged into one that defines the scheme `accessToken`. */
export interface OpenApiFragment {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  /** Routes that no path template can express. */
  readonly 'x-scopegate-unlisted': readonly string[] | undefined;
}

/** What `app.all()` answers, of the operations that OpenAPI knows. */
const ALL = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const OPERATIONS = [...ALL, 'trace'];

/** Makes the fragment; of several routes for one operation, the first answers and counts. */
export function createOpenApiFragment(routes: readonly AuditedRoute[]): OpenApiFragment {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const unlisted: string[] = [];
  const taken = new Set<string>();
  for (const [index, route] of routes.entries()) {
    const operations = operationsOf(route);
    const isImplied = isMereHead(route, routes[index - 1]);
    if (operations.length === 0 || route.samplePaths.length === 0) {
      if (!isImplied) unlisted.push(`${route.method} ${route.path}`);
      continue;
    }
    for (const path of openApiPaths(route.path)) {
      const free = operations.filter((operation) => !taken.has(`${operation} ${path}`));
      for (const operation of free) {
        taken.add(`${operation} ${path}`);
        // Whoever reads of a GET knows of its HEAD.
        if (!isImplied) (paths[path] ??= {})[operation] = describeOperation(route);
      }
    }
  }
  return { paths, 'x-scopegate-unlisted': unlisted.length === 0 ? undefined : unlisted };
}

function operationsOf({ method }: AuditedRoute): readonly string[] {
  if (method === 'ALL') return ALL;
  return OPERATIONS.filter((operation) => operation === method.toLowerCase());
}

function describeOperation({ access, scope }: AuditedRoute): OpenApiOperation {
  const alternatives = scope === undefined ? [[]] : listAlternatives(scope);
  const required = alternatives.map((scopes) => ({ accessToken: scopes }));
  const isAnonymousToo = access === 'optional';
  const isUnguarded = access === 'public' || access === 'open';
  return {
    security: isUnguarded ? [] : [...(isAnonymousToo ? [{}] : []), ...required],
    'x-scopegate-access': access,
  };
}
