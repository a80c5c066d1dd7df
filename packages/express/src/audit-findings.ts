/**
 * What a route audit has to say beside its table.
 *
 * @module
 */
import { type AuditedRoute, isMereHead, type UnseenMiddleware } from './audited-route.js';
import type { RouteAudit } from './route-audit.js';

/** Sums an audit up: one sentence for each thing that somebody should look at. */
export function listFindings({ routes, unseen, scopes, metadata }: RouteAudit): readonly string[] {
  const all = routes.filter((route, index) => !isMereHead(route, routes[index - 1]));
  const open = all.filter(({ access }) => access === 'open').length;
  const isHidden = ({ samplePaths }: AuditedRoute): boolean => samplePaths.length === 0;
  return [
    open === 0
      ? `no route is open, of ${all.length}`
      : `${open} of ${all.length} routes ${open === 1 ? 'is' : 'are'} open`,
    ...all.flatMap(describeShadow),
    ...sentence('no route needs the declared', scopes.unused),
    ...sentence('routes need what is not declared:', scopes.undeclared),
    ...sentence('metadata does not publish, and routes need:', metadata?.missing ?? []),
    ...sentence('metadata publishes, and no route needs:', metadata?.needless ?? []),
    ...sentence(
      'no concrete path could be worked out, so guards on a path before it may be missing here:',
      all.filter(isHidden).map(({ method, path }) => `${method} ${path}`),
    ),
    ...(all.some(({ path }) => path.includes('/(unknown)'))
      ? ['this version of Express does not tell mount paths: name them by the option "mountPaths"']
      : []),
    ...sentence('not looked into, and without a guard:', describeUnseen(unseen)),
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

function describeUnseen(unseen: readonly UnseenMiddleware[]): readonly string[] {
  return unseen
    .filter(({ isGuarded }) => !isGuarded)
    .map(
      ({ name, path }) =>
        `${name === '' ? 'a function' : name}${path === '/' ? '' : ` on ${path}`}`,
    );
}
