/**
 * A least-privilege report of four clients.
 *
 * @module
 */
import type { ClientReport, ScopeUse } from '@scopegate/telemetry/privileges';
import type { Privileges } from '../../../packages/inspector/src/wire.js';

function use(name: string, state: ScopeUse['state'], requests = 0): ScopeUse {
  const lastUsed = requests === 0 ? undefined : '2026-11-21T18:04:00.000Z';
  return { name, state, requests, lastUsed, routes: requests === 0 ? [] : ['GET /v1/sales/:id'] };
}

function client(clientId: string, members: Partial<ClientReport>): ClientReport {
  return {
    server: 'sales',
    issuer: 'https://auth.example.com',
    clientId,
    from: '2026-10-03T08:00:00.000Z',
    to: '2026-11-21T18:04:00.000Z',
    requests: 0,
    principals: { client: 0, user: 0, unknown: 0 },
    scopes: [],
    others: 0,
    advice: 'fits',
    cut: [],
    because: '',
    ...members,
  };
}

/** The report. */
export const SAMPLE_PRIVILEGES: Privileges = {
  state: 'recorded',
  markdown: '| client | advice |\n| --- | --- |\n| reports | cut |\n',
  csv: 'client,advice\nreports,cut\n',
  report: {
    from: '2026-10-03T08:00:00.000Z',
    to: '2026-11-21T18:04:00.000Z',
    processes: 3,
    restarts: 2,
    dropped: 0,
    clients: [
      client('reports', {
        requests: 41_202,
        scopes: [
          use('read:analytics', 'used', 40_911),
          use('write:analytics', 'unused'),
          use('admin', 'unused'),
        ],
        others: 1,
        advice: 'cut',
        cut: ['admin', 'write:analytics'],
        because: 'observed for 49 days with 41,202 requests',
      }),
      client('dashboard', {
        requests: 9_310,
        scopes: [use('read:analytics', 'used', 9_100), use('read:customers', 'missing', 210)],
        because: 'every scope that it holds is needed',
      }),
      client('targets-sync', {
        requests: 1_240,
        scopes: [use('write:analytics', 'used', 1_240), use('admin', 'alternative')],
        advice: 'cut',
        cut: ['admin'],
        because: 'observed for 48 days with 1,240 requests',
      }),
      client('legacy-batch', {
        requests: 31,
        scopes: [use('read:analytics', 'used', 31), use('read:customers', 'unused')],
        advice: 'watch',
        because: 'observed for 4 of 30 days, with 31 of 100 requests',
      }),
    ],
    routes: [
      {
        server: 'sales',
        method: 'GET',
        route: '/v1/sales/:id',
        policies: [],
        atMost: {
          refusesNobodyToday: undefined,
          afterTheCuts: ['read:analytics'],
          routeAlone: ['read:analytics'],
        },
        wouldRefuse: [
          {
            issuer: 'https://auth.example.com',
            clientId: 'reports',
            scopes: ['admin', 'write:analytics'],
            others: 1,
          },
        ],
      },
      {
        server: 'sales',
        method: 'PUT',
        route: '/v1/tenants/:tenant/targets/:id',
        policies: [],
        atMost: {
          refusesNobodyToday: ['admin', 'write:analytics'],
          afterTheCuts: ['write:analytics'],
          routeAlone: ['write:analytics'],
        },
        wouldRefuse: [],
      },
    ],
  },
};
