import { describe, expect, it } from 'vitest';
import { listFindings } from './audit-findings.js';
import type { AuditedRoute } from './audited-route.js';
import type { RouteAudit } from './route-audit.js';

function routeOf(changes: Partial<AuditedRoute>): AuditedRoute {
  return {
    ...{ method: 'GET', path: '/a', access: 'guarded', guards: ['requireScope'] },
    ...{ scope: 'read', scopes: ['read'], atMost: undefined, principal: undefined },
    ...{ publicReason: undefined, impliedByGet: false, shadowedBy: undefined },
    samplePaths: ['/a'],
    ...changes,
  };
}

function findingsOf(changes: Partial<RouteAudit>): readonly string[] {
  return listFindings({
    routes: [routeOf({})],
    unseen: [],
    scopes: { declared: undefined, unused: [], undeclared: [] },
    metadata: undefined,
    ...changes,
  });
}

const open = routeOf({ access: 'open', guards: [], scopes: [] });

describe('listFindings', () => {
  it.each<[string, Partial<RouteAudit>, readonly string[]]>([
    ['nothing to mend', {}, ['no route is open, of 1']],
    ['one open route', { routes: [open, routeOf({})] }, ['1 of 2 routes is open']],
    [
      'open routes, each with its HEAD',
      { routes: [open, { ...open, method: 'HEAD', impliedByGet: true }, open, routeOf({})] },
      ['2 of 3 routes are open'],
    ],
    [
      'a HEAD that is open while its GET is not',
      { routes: [routeOf({}), { ...open, method: 'HEAD', impliedByGet: true }] },
      ['1 of 2 routes is open'],
    ],
    [
      'routes that come too late',
      {
        routes: [
          routeOf({ shadowedBy: { route: 'GET /:id', isCertain: true } }),
          { ...open, access: 'public', shadowedBy: { route: 'ALL /*', isCertain: false } },
        ],
      },
      [
        'no route is open, of 2',
        'GET /a is answered first by GET /:id, without reaching what guards it',
        'GET /a may be answered first by ALL /*',
      ],
    ],
    [
      'scopes that do not agree',
      {
        scopes: { declared: ['a', 'b'], unused: ['a', 'b'], undeclared: ['read'] },
        metadata: { scopesSupported: ['c'], missing: ['read'], needless: ['c'] },
      },
      [
        'no route is open, of 1',
        'no route needs the declared a, b',
        'routes need what is not declared: read',
        'metadata does not publish, and routes need: read',
        'metadata publishes, and no route needs: c',
      ],
    ],
    [
      'paths that are not known',
      { routes: [routeOf({ path: '/(unknown)/a', samplePaths: [] })] },
      [
        'no route is open, of 1',
        'no concrete path could be worked out, so guards on a path before it may be missing here: GET /(unknown)/a',
        'this version of Express does not tell mount paths: name them by the option "mountPaths"',
      ],
    ],
    [
      'middleware, each once',
      {
        unseen: [
          { name: 'serveStatic', path: '/files', isGuarded: false },
          { name: 'serveStatic', path: '/private', isGuarded: true },
          { name: '', path: '/', isGuarded: false },
          { name: '', path: '/', isGuarded: false },
        ],
      },
      [
        'no route is open, of 1',
        'not looked into, and without a guard: serveStatic on /files, a function',
      ],
    ],
  ])('tells of %s', (_what, changes, findings) => {
    expect(findingsOf(changes)).toEqual(findings);
  });
});
