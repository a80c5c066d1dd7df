import { describe, expect, it } from 'vitest';
import { allOf, anyOf } from '@scopegate/resource-server';
import {
  type DatedDecision,
  DAY_MS,
  decisionOf,
  holding,
  implyingPolicyOf,
  policyOf,
  READ,
  recordAll,
} from '../../../../test/support/recorded-decisions.js';
import { mergeUsage } from '../usage/merge-usage.js';
import type { PrivilegeUsage, ProcessUsage } from '../usage/privilege-usage.js';
import { UsageLog } from '../usage/usage-log.js';
import type { ClientReport, RouteReport } from './privilege-report.js';
import { type PrivilegeReportOptions, reportPrivileges } from './report-privileges.js';

/** Repeats decisions every day, 100 times on the first. */
function daily(members: DatedDecision, days = 60): DatedDecision[] {
  return Array.from({ length: days + 1 }, (_, day) => ({
    times: day === 0 ? 100 : 1,
    ...members,
    day,
  }));
}

function reportClientOf(decisions: readonly DatedDecision[], toDay = 60): ClientReport {
  const [client] = reportPrivileges(recordAll(decisions, { toDay })).clients;
  if (client === undefined) throw new Error('no client was reported');
  return client;
}

function statesOf({ scopes }: ClientReport): Record<string, string> {
  return Object.fromEntries(scopes.map(({ name, state }) => [name, state]));
}

describe('reportPrivileges', () => {
  it('keeps the scopes that a passed request needed, and cuts the others', () => {
    const client = reportClientOf(daily({ held: holding('admin', 'read', 'write') }));
    expect(client).toEqual({
      server: 'sales',
      issuer: 'https://auth.example.com',
      clientId: 'reports',
      from: '2026-10-01T00:00:00.000Z',
      to: '2026-11-30T00:00:00.000Z',
      requests: 160,
      principals: { client: 160, user: 0, unknown: 0 },
      scopes: [
        { name: 'admin', state: 'unused', requests: 0, lastUsed: undefined, routes: [] },
        {
          name: 'read',
          state: 'used',
          requests: 160,
          lastUsed: '2026-11-30T00:00:00.000Z',
          routes: ['GET /sales'],
        },
        { name: 'write', state: 'unused', requests: 0, lastUsed: undefined, routes: [] },
      ],
      others: 0,
      advice: 'cut',
      cut: ['admin', 'write'],
      because: 'no request needed admin, write: 160 requests in 60 days',
    });
  });

  it.each<[string, DatedDecision, Record<string, string>]>([
    [
      'anyOf(): the first alternative that the token has',
      {
        policy: policyOf({ scope: anyOf('write', 'read', 'admin') }),
        held: holding('admin', 'read'),
      },
      { admin: 'alternative', read: 'used' },
    ],
    [
      'allOf() in anyOf()',
      {
        policy: policyOf({ scope: anyOf(allOf('read', 'region:eu'), 'admin') }),
        held: holding('admin', 'read', 'region:eu', 'write'),
      },
      { admin: 'alternative', read: 'used', 'region:eu': 'used', write: 'unused' },
    ],
    [
      'impliedScopes: the narrow scope if the token has it',
      { policy: implyingPolicyOf({ scope: 'read' }), held: holding('admin', 'read', 'write') },
      { admin: 'alternative', read: 'used', write: 'alternative' },
    ],
    [
      'impliedScopes: otherwise the nearest scope that implies it',
      { policy: implyingPolicyOf({ scope: 'read' }), held: holding('admin', 'write') },
      { admin: 'alternative', write: 'used' },
    ],
    [
      'the policies of earlier guards',
      { policy: policyOf({ scope: 'write' }), earlier: [READ], held: holding('read', 'write') },
      { read: 'used', write: 'used' },
    ],
    [
      'a route without scopes',
      { policy: policyOf({ principal: 'client' }), held: holding('read') },
      { read: 'unused' },
    ],
    [
      'excess_scope: what is within the limit',
      {
        outcome: 'refused',
        reason: 'excess_scope',
        policy: policyOf({ scope: anyOf('admin', 'read'), atMost: ['read'] }),
        held: holding('admin', 'read'),
      },
      { admin: 'unused', read: 'used' },
    ],
    [
      'a refused request, which shows what is missing and needs nothing',
      {
        outcome: 'refused',
        reason: 'scope',
        policy: policyOf({ scope: anyOf('write', 'admin') }),
        held: holding('read'),
      },
      { read: 'unused', write: 'missing' },
    ],
  ])('computes the state of scopes from the policies: %s', (_what, decision, states) => {
    expect(statesOf(reportClientOf(daily(decision)))).toEqual(states);
  });

  it('does not cut a scope that some tokens of the client lack', () => {
    const lacking = { outcome: 'refused', reason: 'scope', policy: policyOf({ scope: 'write' }) };
    const client = reportClientOf([
      ...daily({ held: holding('read', 'write') }),
      ...daily(lacking as DatedDecision),
    ]);
    expect(client).toMatchObject({ advice: 'fits', cut: [] });
    expect(statesOf(client)).toEqual({ read: 'used', write: 'missing' });
  });

  it('keeps the servers and the issuers of one client id apart', () => {
    const held = holding('read', 'write');
    const usage = recordAll([
      ...daily({ held }),
      ...daily({ held, issuer: 'https://other.example' }),
      ...daily({ held, server: 'billing', policy: policyOf({ scope: 'write' }) }),
    ]);
    const { clients } = reportPrivileges(usage);
    const stateOf = (report: ClientReport): unknown => [
      report.server,
      report.issuer,
      statesOf(report),
    ];
    expect(clients.map(stateOf)).toEqual([
      ['billing', 'https://auth.example.com', { read: 'unused', write: 'used' }],
      ['sales', 'https://auth.example.com', { read: 'used', write: 'unused' }],
      ['sales', 'https://other.example', { read: 'used', write: 'unused' }],
    ]);
  });

  it.each<[string, DatedDecision[], string[], string]>([
    [
      'needs',
      daily({ policy: policyOf({ scope: 'write' }) }),
      ['admin'],
      'no request needed admin: 160 requests in 60 days; another resource server may need write',
    ],
    [
      'was refused for',
      [
        ...daily({}),
        {
          outcome: 'refused',
          reason: 'scope',
          policy: policyOf({ scope: 'write' }),
          held: holding('read'),
        },
      ],
      ['admin'],
      'no request needed admin: 160 requests in 60 days; another resource server may need write',
    ],
    [
      'may need, because it was not observed long enough there',
      [{ policy: policyOf({ scope: 'write' }), day: 60 }],
      [],
      'another resource server may need admin, write',
    ],
  ])('does not cut a scope that the client %s at another server', (_what, there, cut, because) => {
    const held = holding('admin', 'read', 'write');
    const billing = there.map((members) => ({ held, server: 'billing', ...members }));
    const [, client] = reportPrivileges(recordAll([...daily({ held }), ...billing])).clients;
    expect(client).toMatchObject({ server: 'sales', cut, because });
    const others = billing.map((members) => ({ ...members, clientId: 'other' }));
    const apart = reportPrivileges(recordAll([...daily({ held }), ...others])).clients;
    expect(apart.find(({ server }) => server === 'sales')?.cut).toEqual(['admin', 'write']);
  });

  describe('observation window', () => {
    const held = holding('read', 'write');
    const monthly = (...days: readonly number[]): DatedDecision[] =>
      days.map((day) => ({ day, held, times: 60 }));

    it.each<[string, DatedDecision[], number, string]>([
      ['29 of 30 days', daily({ held }, 29), 29, 'it was observed for 29 of 30 days'],
      [
        '99 of 100 requests',
        daily({ held, times: 1 }, 98),
        98,
        '99 requests of it passed, and 100 are needed',
      ],
      [
        'a monthly job after 59 days',
        monthly(0, 30),
        59,
        'it was observed for 59 days and made no requests for 30 of them; observe it for 60 days',
      ],
      [
        'a job that was seen on one day only',
        monthly(0, 0),
        40,
        'it was observed for 40 days and made no requests for 40 of them; observe it for 80 days',
      ],
    ])('advises to watch: %s', (_what, decisions, toDay, because) => {
      const client = reportClientOf(decisions, toDay);
      expect(client).toMatchObject({ advice: 'watch', cut: [], because });
    });

    it.each<[string, DatedDecision[], number]>([
      ['30 days of daily requests', daily({ held }, 30), 30],
      ['a monthly job after 60 days', monthly(0, 30, 60), 60],
    ])('advises to cut: %s', (_what, decisions, toDay) => {
      expect(reportClientOf(decisions, toDay)).toMatchObject({ advice: 'cut', cut: ['write'] });
    });

    it('takes the requests of all processes into account', () => {
      const one = recordAll(monthly(0, 20, 40), { boot: 'one' });
      const other = recordAll(monthly(10, 30, 50), { boot: 'other' });
      const options: PrivilegeReportOptions = { minDays: 60 };
      const adviceOf = (...usages: readonly PrivilegeUsage[]): unknown =>
        reportPrivileges(mergeUsage(...usages), options).clients[0]?.advice;
      expect([adviceOf(one), adviceOf(one, other)]).toEqual(['cut', 'cut']);
      const late = recordAll(monthly(0, 35), { boot: 'late' });
      expect([adviceOf(late), adviceOf(late, other)]).toEqual(['watch', 'cut']);
    });
  });

  it.each<[string, DatedDecision, string]>([
    [
      'clients are not identified',
      { held: undefined, clientId: undefined },
      'the scopes of its tokens are unknown; set "identifyClients: true" in the options of the resource server',
    ],
    [
      'the tokens name no client',
      { clientId: undefined },
      'the tokens name no client, so they may belong to several clients',
    ],
    [
      'the API declares no scopes',
      { held: { declared: [], others: 2 } },
      'its routes require scopes that the resource server does not declare; list them in its option "scopes"',
    ],
  ])('advises to watch when %s', (_what, members, because) => {
    const client = reportClientOf(daily({ ...members }));
    expect(client).toMatchObject({ advice: 'watch', cut: [], because });
  });

  it('advises to watch a client whose requests did not fit the bounds', () => {
    const log = new UsageLog({ maxClients: 1, maxRoutesPerClient: 1 });
    for (const route of ['/sales', '/sales', '/other']) log.record(decisionOf({ route }), 0);
    const period = { boot: 'a', fromMs: 0, toMs: 40 * DAY_MS };
    const report = reportPrivileges(log.usage(period), { minRequests: 1 });
    expect(report).toMatchObject({ dropped: 1, clients: [{ advice: 'watch', cut: [] }] });
    expect(report.clients[0]?.because).toBe(
      '1 request did not fit the bounds of the recorder; increase "maxRoutesPerClient"',
    );
  });

  it('advises to watch a client that another process may have left out', () => {
    const full = new UsageLog({ maxClients: 1, maxRoutesPerClient: 1 });
    for (const clientId of ['a', 'reports']) full.record(decisionOf({ clientId }), 0);
    const usage = recordAll(daily({ held: holding('read', 'write') }));
    const other = full.usage({ boot: 'b', fromMs: 0, toMs: 1 });
    const [, client] = reportPrivileges(mergeUsage(usage, other)).clients;
    expect(client).toMatchObject({ clientId: 'reports', advice: 'watch' });
    expect(reportPrivileges(usage).clients[0]?.advice).toBe('cut');
  });

  it('counts processes and restarts', () => {
    const dayOf = (boot: string, from: number, to: number) => ({
      ...new UsageLog({ maxClients: 1, maxRoutesPerClient: 1 }).usage({
        boot,
        fromMs: from * DAY_MS,
        toMs: to * DAY_MS,
      }),
    });
    const usage = mergeUsage(dayOf('a', 0, 5), dayOf('b', 1, 9), dayOf('c', 6, 9));
    expect(reportPrivileges(usage)).toMatchObject({
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-10T00:00:00.000Z',
      processes: 3,
      restarts: 1,
    });
  });

  it('reports nothing without a process', () => {
    expect(reportPrivileges(mergeUsage())).toEqual({
      from: undefined,
      to: undefined,
      processes: 0,
      restarts: 0,
      clients: [],
      routes: [],
      dropped: 0,
    });
  });

  describe('routes', () => {
    const reportRouteOf = (decisions: readonly DatedDecision[]): RouteReport | undefined =>
      reportPrivileges(recordAll(decisions)).routes[0];

    it('reports limits, and the clients that they would refuse', () => {
      const route = reportRouteOf([
        ...daily({ held: holding('read', 'write') }),
        ...daily({ clientId: 'new', held: holding('admin', 'read') }).slice(59),
      ]);
      expect(route).toEqual({
        server: 'sales',
        method: 'GET',
        route: '/sales',
        policies: [READ],
        atMost: {
          refusesNobodyToday: ['admin', 'read', 'write'],
          afterTheCuts: ['admin', 'read'],
          routeAlone: ['read'],
        },
        wouldRefuse: [
          { issuer: 'https://auth.example.com', clientId: 'new', scopes: ['admin'], others: 0 },
          {
            issuer: 'https://auth.example.com',
            clientId: 'reports',
            scopes: ['write'],
            others: 0,
          },
        ],
      });
    });

    it('knows no limit that refuses no request when undeclared scopes are held', () => {
      const route = reportRouteOf([{ held: { declared: ['read'], others: 2 } }]);
      expect(route?.atMost.refusesNobodyToday).toBeUndefined();
      expect(route?.wouldRefuse).toMatchObject([{ scopes: [], others: 2 }]);
    });

    it.each<[string, Partial<ProcessUsage>]>([
      ['did not fit the bounds of a recorder', { dropped: 1 }],
      ['are missing from a log', { isPartial: true }],
    ])('knows no limit that refuses no request when requests %s', (_what, members) => {
      const usage = recordAll(daily({}));
      const processes = usage.processes.map((process) => ({ ...process, ...members }));
      const [route] = reportPrivileges({ ...usage, processes }).routes;
      expect(route?.atMost).toMatchObject({ refusesNobodyToday: undefined, routeAlone: ['read'] });
    });

    it('limits HEAD with GET, because one route serves both', () => {
      const usage = recordAll([
        ...daily({}),
        { method: 'HEAD', clientId: 'monitor', held: holding('admin', 'read') },
      ]);
      expect(reportPrivileges(usage).routes).toMatchObject([
        {
          method: 'GET',
          atMost: { refusesNobodyToday: ['admin', 'read'] },
          wouldRefuse: [{ clientId: 'monitor', scopes: ['admin'] }],
        },
      ]);
    });

    it('leaves out routes whose path is unknown, and those that no client has passed', () => {
      const refused: DatedDecision = { outcome: 'refused', reason: 'scope', route: '/admin' };
      expect(reportRouteOf([{ route: undefined }, refused])).toBeUndefined();
    });
  });

  it.each([
    [{ minDays: -1 }, 'option "minDays" must be a number from 0 to 3650'],
    [{ minRequests: 0.5 }, 'option "minRequests" must be an integer of at least 0'],
    [{ minDay: 1 }, 'reportPrivileges() has no option "minDay"; did you mean "minDays"?'],
  ])('throws for invalid options: %j', (options, message) => {
    expect(() => reportPrivileges(mergeUsage(), options as PrivilegeReportOptions)).toThrow(
      new TypeError(message),
    );
  });
});
