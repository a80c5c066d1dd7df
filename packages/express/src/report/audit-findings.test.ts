import { describe, expect, it } from 'vitest';
import { listFindings } from './audit-findings.js';
import type { AuditedRoute, UnseenMiddleware } from '../audit/audit-rows.js';
import type { RouteAudit } from '../audit/route-audit.js';

function routeOf(changes: Partial<AuditedRoute>): AuditedRoute {
  return {
    method: 'GET',
    path: '/a',
    access: 'guarded',
    guards: ['requireScope'],
    scope: 'read',
    scopes: ['read'],
    atMost: undefined,
    principal: undefined,
    checks: [],
    publicReason: undefined,
    impliedByGet: false,
    shadowedBy: undefined,
    samplePaths: ['/a'],
    partialGuards: [],
    earlyHandlers: [],
    ...changes,
  };
}

function unseenOf(changes: Partial<UnseenMiddleware>): UnseenMiddleware {
  return {
    name: '',
    path: '/',
    hasOwnPath: false,
    isGuarded: false,
    publicReason: undefined,
    isBeforeGuard: false,
    isIgnored: false,
    samplePaths: ['/'],
    ...changes,
  };
}

function findingsOf(changes: Partial<RouteAudit>): readonly string[] {
  return listFindings({
    routes: [routeOf({})],
    unseen: [],
    exposures: [],
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
          unseenOf({ name: 'serveStatic', path: '/files', hasOwnPath: true }),
          unseenOf({ name: 'serveStatic', path: '/private', hasOwnPath: true, isGuarded: true }),
          unseenOf({ name: 'serveStatic', path: '/css', hasOwnPath: true, publicReason: 'style' }),
          unseenOf({ name: 'serveStatic', path: '/js', hasOwnPath: true, isIgnored: true }),
          unseenOf({}),
          unseenOf({}),
        ],
      },
      [
        'no route is open, of 1',
        'not looked into, on a path without a guard: serveStatic on /files',
        'not looked into, and taken to pass requests on: a function',
        'not looked into, and declared or ignored: serveStatic on /css, serveStatic on /js',
      ],
    ],
    [
      'a route that takes requests without a token, unless that is declared',
      {
        routes: [
          routeOf({ access: 'optional' }),
          routeOf({ access: 'optional', publicReason: 'previews', path: '/b' }),
        ],
      },
      [
        'no route is open, of 2',
        "optional: requests without a token pass; guard them, or declare them by declarePublic('why'): GET /a",
      ],
    ],
    [
      'a guard that does not count, and a handler in front of one',
      {
        routes: [
          { ...open, partialGuards: ['requireScope', 'requireScope'] },
          routeOf({ earlyHandlers: ['parse', ''] }),
        ],
      },
      [
        '1 of 2 routes is open',
        'requireScope does not count for GET /a: it does not stand on every path that leads there, ' +
          'or an expression in its path does not tell; mount it in the route or with its router',
        'GET /a runs parse, a function before its guard, for every caller; put the guard first',
      ],
    ],
  ])('tells of %s', (_what, changes, findings) => {
    expect(findingsOf(changes)).toEqual(findings);
  });
});
