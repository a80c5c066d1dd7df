/**
 * What a route audit has to say beside its table.
 *
 * @module
 */
import { type AuditedRoute, describeUnseen, isMereHead } from '../audit/audit-rows.js';
import type { RouteAudit } from '../audit/route-audit.js';
import { exposureOf, isExposed } from '../audit/route-exposure.js';

/** Sums an audit up: one sentence for each thing to look at. */
export function listFindings({ routes, unseen, scopes, metadata }: RouteAudit): readonly string[] {
  const all = routes.filter((route, index) => !isMereHead(route, routes[index - 1]));
  const open = all.filter(({ access }) => access === 'open').length;
  const isHidden = ({ samplePaths }: AuditedRoute): boolean => samplePaths.length === 0;
  return [
    open === 0
      ? `no route is open, of ${all.length}`
      : `${open} of ${all.length} routes ${open === 1 ? 'is' : 'are'} open`,
    ...sentence(
      "optional: requests without a token pass; guard them, or declare them by declarePublic('why'):",
      labels(all.filter((route) => exposureOf(route) === 'optional')),
    ),
    ...all.flatMap(describePartial),
    ...all.flatMap(describeEarly),
    ...sentence(
      'not looked into, on a path without a guard:',
      unseen.filter((each) => isExposed(each) && !each.isIgnored).map(describeUnseen),
    ),
    ...all.flatMap(describeShadow),
    ...sentence('no route needs the declared', scopes.unused),
    ...sentence('routes need what is not declared:', scopes.undeclared),
    ...sentence('metadata does not publish, and routes need:', metadata?.missing ?? []),
    ...sentence('metadata publishes, and no route needs:', metadata?.needless ?? []),
    ...sentence(
      'no concrete path could be worked out, so guards on a path before it may be missing here:',
      labels(all.filter(isHidden)),
    ),
    ...(all.some(({ path }) => path.includes('/(unknown)'))
      ? ['this version of Express does not tell mount paths: name them by the option "mountPaths"']
      : []),
    ...sentence(
      'not looked into, and taken to pass requests on:',
      unseen.filter((each) => !each.isGuarded && !each.hasOwnPath).map(describeUnseen),
    ),
    ...sentence(
      'not looked into, and in front of a guard, so that it runs for every caller:',
      unseen
        .filter((each) => !each.isGuarded && each.hasOwnPath && each.isBeforeGuard)
        .map(describeUnseen),
    ),
    ...sentence(
      'not looked into, and declared or ignored:',
      unseen
        .filter((each) => !each.isGuarded && each.hasOwnPath && !each.isBeforeGuard)
        .filter((each) => !isExposed(each) || each.isIgnored)
        .map(describeUnseen),
    ),
  ];
}

function labels(routes: readonly AuditedRoute[]): readonly string[] {
  return routes.map(({ method, path }) => `${method} ${path}`);
}

/** Why a guard that people see in front of a route does not count. */
export function describePartial({
  method,
  path,
  partialGuards,
  ...route
}: AuditedRoute): readonly string[] {
  const { access, publicReason } = route;
  if (access === 'guarded' || publicReason !== undefined || partialGuards.length === 0) return [];
  const names = [...new Set(partialGuards)].join(', ');
  return [
    `${names} does not count for ${method} ${path}: it does not stand on every path that leads ` +
      'there, or an expression in its path does not tell; mount it in the route or with its router',
  ];
}

/** Which handlers of a route run before its guard. */
export function describeEarly({ method, path, earlyHandlers }: AuditedRoute): readonly string[] {
  if (earlyHandlers.length === 0) return [];
  const names = earlyHandlers.map((name) => (name === '' ? 'a function' : name)).join(', ');
  return [
    `${method} ${path} runs ${names} before its guard, for every caller; put the guard first`,
  ];
}

function sentence(text: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${text} ${[...new Set(items)].join(', ')}`];
}

function describeShadow({ method, path, guards, shadowedBy }: AuditedRoute): readonly string[] {
  if (shadowedBy === undefined) return [];
  const { route, isCertain } = shadowedBy;
  const how = isCertain ? 'is answered first' : 'may be answered first';
  const loss = guards.length === 0 ? '' : ', without reaching what guards it';
  return [`${method} ${path} ${how} by ${route}${loss}`];
}
