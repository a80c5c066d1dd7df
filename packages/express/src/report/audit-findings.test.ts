import { describe, expect, it } from 'vitest';
import { listFindings } from './audit-findings.js';
import type { AuditedRoute } from '../audit/audited-route.js';
import type { RouteAudit } from '../audit/route-audit.js';
import type { UnseenMiddleware } from '../audit/unseen-middleware.js';

function routeOf(changes: Partial<AuditedRoute>): AuditedRoute {
  return {
    method: 'GET',
    path: '/a',
    access: 'guarded',
    exposure: undefined,
    guards: ['requireScope'],
    scope: 'read',
    expandedScope: undefined,
    scopes: ['read'],
    atMost: undefined,
    principal: undefined,
    senderConstraints: [],
    acrValues: undefined,
    maxAgeSeconds: undefined,
    fresh: false,
    checks: [],
    trial: undefined,
    reportOnlyUntil: undefined,
    partialGuards: [],
    earlyHandlers: [],
    publicReason: undefined,
    impliedByGet: false,
    shadowedBy: undefined,
    samplePaths: ['/a'],
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

const open = routeOf({
  access: 'open',
  exposure: { cause: 'open', reason: 'no guard runs before its handlers' },
  guards: [],
  scopes: [],
});
const optional = routeOf({
  access: 'optional',
  exposure: { cause: 'optional', reason: 'its guard lets requests without a token pass' },
});

const partial = {
  cause: 'open',
  reason: 'requireScope does not count because some requests reach the route without it',
} as const;

describe('listFindings', () => {
  it.each<[string, Partial<RouteAudit>, readonly string[]]>([
    ['an audit without findings', {}, ['0 of 1 routes are open']],
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
      'routes that are answered first by others',
      {
        routes: [
          routeOf({ shadowedBy: { route: 'GET /:id', isCertain: true } }),
          {
            ...open,
            access: 'public',
            exposure: undefined,
            shadowedBy: { route: 'ALL /*', isCertain: false },
          },
        ],
      },
      [
        '0 of 2 routes are open',
        'GET /a is answered first by GET /:id, so its guards do not run',
        'GET /a may be answered first by ALL /*',
      ],
    ],
    [
      'scopes that differ',
      {
        scopes: { declared: ['a', 'b'], unused: ['a', 'b'], undeclared: ['read'] },
        metadata: { scopesSupported: ['c'], missing: ['read'], needless: ['c'] },
      },
      [
        '0 of 1 routes are open',
        'declared scopes that no route requires: a, b',
        'required scopes that are not declared: read',
        'required scopes that the metadata does not publish: read',
        'published scopes that no route requires: c',
      ],
    ],
    [
      'a scope of the authorization server that is published',
      { metadata: { scopesSupported: ['read', 'offline_access'], missing: [], needless: [] } },
      [
        '0 of 1 routes are open',
        'required or published scopes that belong to the authorization server: offline_access',
      ],
    ],
    [
      'a scope of the authorization server that a route requires',
      { routes: [routeOf({ scope: 'offline_access', scopes: ['offline_access'] })] },
      [
        '0 of 1 routes are open',
        'required or published scopes that belong to the authorization server: offline_access',
      ],
    ],
    [
      'unknown mount paths',
      { routes: [routeOf({ path: '/(unknown)/a', samplePaths: [] })] },
      [
        '0 of 1 routes are open',
        'no sample path was found, so guards that are mounted on a path may not be counted: GET /(unknown)/a',
        'this version of Express does not expose mount paths; list them in the option "mountPaths"',
      ],
    ],
    [
      'unseen middleware, each name once',
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
        '0 of 1 routes are open',
        'middleware that the audit cannot inspect, on a path without a guard: serveStatic on /files',
        'middleware that the audit cannot inspect, assumed to pass requests on: a function',
        'middleware that the audit cannot inspect, declared or ignored: serveStatic on /css, serveStatic on /js',
      ],
    ],
    [
      'an optional guard, unless it is declared',
      {
        routes: [
          optional,
          { ...optional, exposure: undefined, publicReason: 'previews', path: '/b' },
        ],
      },
      [
        '0 of 2 routes are open',
        "requests without a token pass; guard these routes, or declare them with declarePublic('why'): GET /a",
      ],
    ],
    [
      'a guard that does not count, and handlers before a guard',
      {
        routes: [
          { ...open, exposure: partial, partialGuards: ['requireScope', 'requireScope'] },
          routeOf({ earlyHandlers: ['parse', ''] }),
        ],
      },
      [
        '1 of 2 routes is open',
        'GET /a: requireScope does not count because some requests reach the route without it; put ' +
          'the guard in the route or on its router',
        'GET /a: parse, a function run before the guard; put the guard first',
      ],
    ],
  ])('reports %s', (_what, changes, findings) => {
    expect(findingsOf(changes)).toEqual(findings);
  });
});
