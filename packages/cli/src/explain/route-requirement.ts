/**
 * What a route requires of a token, read from the guards of an application.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { type AuditedRoute, auditRoutes, type RoutedApplication } from '@scopegate/express';
import { formatRequirement, listAlternatives } from '@scopegate/express/internal';
import { didYouMean } from '@scopegate/protocol/internal';
import { CommandError } from '../command-error.js';

/** What a route requires in addition to the checks of the verifier. */
export interface Requirement {
  /** Sets of scopes; the token needs all scopes of one set. `undefined` when no scope is required. */
  readonly scopes: readonly string[] | undefined;
  /** The only kind of caller that is allowed; `undefined` for any. */
  readonly principal: 'client' | 'user' | undefined;
  /** What the token must be bound to; `undefined` when the route does not require it. */
  readonly senderConstraint: SenderConstraint | undefined;
  /** Whether the authorization server is asked about every token; `undefined` when it is not. */
  readonly fresh: true | undefined;
  /** Of which authentication context classes one is required; `undefined` for any. */
  readonly acrValues: readonly string[] | undefined;
  /** The longest time since the user was authenticated, in seconds; `undefined` for no limit. */
  readonly maxAgeSeconds: number | undefined;
  /** What the route requires, and which requirements are not checked here, as lines of the report. */
  readonly notes: readonly string[];
}

/**
 * Reads the requirement of a route.
 *
 * @param route - Its method and its declared path, as in `GET /v1/sales/:id`.
 * @throws CommandError There is no such route, or it has no guard.
 */
export function readRouteRequirement(application: RoutedApplication, route: string): Requirement {
  const { routes } = auditRoutes(application);
  const row = findRoute(routes, route);
  if (row.access === 'open' || row.access === 'public') {
    throw new CommandError(
      `${formatRoute(row)} has no guard, so it accepts requests without a token`,
    );
  }
  const { scope, principal, senderConstraints, atMost, checks } = row;
  const { acrValues, maxAgeSeconds, fresh } = row;
  const [senderConstraint, ...others] = senderConstraints;
  const required = scope === undefined ? 'a valid token' : formatRequirement(scope);
  const caller = principal === undefined ? '' : `, and a ${principal} as the caller`;
  const binding = senderConstraint === undefined ? '' : `, bound ${BINDINGS[senderConstraint]}`;
  const notes = [
    `${formatRoute(row)} requires ${required}${caller}${binding}`,
    ...describeAuthentication(row),
    ...others.map((each) => `not checked here: that the token is bound ${BINDINGS[each]}`),
    ...(atMost === undefined
      ? []
      : [`not checked here: that the token has no scope except ${atMost.join(', ')}`]),
    ...checks.map((name) => `not checked here: the check "${name}" of the application`),
  ];
  const scopes =
    scope === undefined ? undefined : listAlternatives(scope).map((each) => each.join(' '));
  const state = { fresh: fresh || undefined, acrValues, maxAgeSeconds };
  return { scopes, principal, senderConstraint, ...state, notes };
}

function describeAuthentication({
  acrValues,
  maxAgeSeconds,
  fresh,
}: AuditedRoute): readonly string[] {
  return [
    ...(acrValues === undefined ? [] : [`the user must have an "acr" of: ${acrValues.join(', ')}`]),
    ...(maxAgeSeconds === undefined
      ? []
      : [`the user must have been authenticated in the last ${maxAgeSeconds} s`]),
    ...(fresh ? ['the authorization server is asked about the token for each request'] : []),
  ];
}

const BINDINGS: Readonly<Record<SenderConstraint, string>> = {
  dpop: 'to a key',
  mtls: 'to a certificate',
  any: 'to a key or a certificate',
};

function findRoute(routes: readonly AuditedRoute[], route: string): AuditedRoute {
  const [, method = '', path = ''] = /^([A-Za-z]+) +(\/.*)$/.exec(route.trim()) ?? [];
  if (path === '') {
    throw new CommandError('--route must be a method and a path, as in "GET /v1/sales"');
  }
  const wanted = [method.toUpperCase(), 'ALL'];
  const found = routes.find((row) => wanted.includes(row.method) && row.path === path);
  if (found !== undefined) return found;
  const known = routes.map(formatRoute);
  const hint = didYouMean(`${method.toUpperCase()} ${path}`, known);
  throw new CommandError(
    `the application has no route "${route}"${hint || '; scopegate routes lists them, with their declared paths'}`,
  );
}

function formatRoute({ method, path }: AuditedRoute): string {
  return `${method} ${path}`;
}
