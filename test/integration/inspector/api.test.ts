import { createServer } from 'node:http';
import { listReasonTexts } from '@scopegate/access-token/internal';
import { declarePublic, type ResourceServer } from '@scopegate/express';
import { createResourceServer as createFastifyServer, watchRoutes } from '@scopegate/fastify';
import type { InspectorOptions } from '@scopegate/inspector';
import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
import type { TestIssuer } from '@scopegate/testing';
import express from 'express';
import fastify from 'fastify';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Keys, Privileges, Routes } from '../../../packages/inspector/src/wire.js';
import { ask, listenInspector } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

describe('the answers of an inspector', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({
      ...issuer.options(),
      name: 'sales',
      scopes: ['read', 'write'],
      identifyClients: true,
    });
  });

  async function readFrom<Answer>(options: InspectorOptions, path: string): Promise<Answer> {
    const { base, authorized } = await listenInspector(options);
    const { status, body } = await ask(new URL(`api/${path}`, base), { headers: authorized });
    expect(status).toBe(200);
    return JSON.parse(body) as Answer;
  }

  describe('about routes', () => {
    it('contain the audit, the requests of 15 minutes, and the findings', async () => {
      const app = express();
      app.get('/v1/sales/:id', api.requireScope('read'), (_req, res) => void res.end());
      app.post('/v1/refunds', (_req, res) => void res.end());
      app.get(
        '/health',
        declarePublic('the load balancer has no token'),
        (_req, res) => void res.end(),
      );
      const target = await openServer(createServer(app));
      const { base, authorized } = await listenInspector({ servers: { sales: api }, app });
      await ask(new URL('v1/sales/1', target));
      await ask(new URL('v1/sales/2', target), {
        headers: await bearer(issuer, { scope: 'read' }),
      });
      const { body } = await ask(new URL('api/routes', base), { headers: authorized });
      const { state, routes, findings, markdown } = JSON.parse(body) as Routes;
      expect(state).toBe('audited');
      expect(routes).toEqual([
        {
          server: 'sales',
          methods: ['GET', 'HEAD'],
          path: '/v1/sales/:id',
          access: 'guarded',
          scopes: 'read',
          requests: 2,
          refused: 1,
          isExposed: false,
        },
        {
          server: 'sales',
          methods: ['POST'],
          path: '/v1/refunds',
          access: 'open',
          requests: 0,
          refused: 0,
          isExposed: true,
        },
        {
          server: 'sales',
          methods: ['GET', 'HEAD'],
          path: '/health',
          access: 'public',
          requests: 0,
          refused: 0,
          isExposed: false,
        },
      ]);
      expect(findings).toContain('1 of 3 routes is open');
      expect(findings).toContain('declared scopes that no route requires: write');
      expect(markdown).toContain('| GET, HEAD | /v1/sales/:id | guarded |');
    });

    it('contain no finding when no route is open', async () => {
      const app = express();
      app.post('/v1/sales', api.requireScope('read', 'write'), (_req, res) => void res.end());
      const { findings } = await readFrom<Routes>({ servers: { sales: api }, app }, 'routes');
      expect(findings).toEqual([]);
    });

    it('say that there is no application', async () => {
      expect(await readFrom<Routes>({ servers: { sales: api } }, 'routes')).toEqual({
        state: 'no-app',
        routes: [],
        findings: [],
      });
    });

    it('contain the message of an audit that throws', async () => {
      const app = {};
      const { state, error } = await readFrom<Routes>({ servers: { sales: api }, app }, 'routes');
      expect([state, error]).toEqual([
        'failed',
        'auditRoutes() expects an application or a router of Express 4 or 5',
      ]);
    });

    it('contain the routes of a Fastify application', async () => {
      const server = createFastifyServer({ ...issuer.options(), name: 'sales' });
      const app = watchRoutes(fastify());
      onTestFinished(async () => {
        server.close();
        await app.close();
      });
      app.get('/v1/sales', { onRequest: server.requireScope('read') }, () => 'ok');
      app.post('/v1/refunds', () => 'ok');
      await app.ready();
      const { routes, findings } = await readFrom<Routes>(
        { servers: { sales: server }, app },
        'routes',
      );
      expect(routes).toMatchObject([
        { methods: ['GET', 'HEAD'], path: '/v1/sales', scopes: 'read' },
        { methods: ['POST'], path: '/v1/refunds', access: 'open' },
      ]);
      expect(findings[0]).toBe('1 of 2 routes is open');
    });

    it('name trials and guards that only report', async () => {
      const app = express();
      const until = new Date(Date.now() + 86_400_000).toISOString();
      const guard = api.require({ scope: 'read', trial: { scope: 'read', atMost: ['read'] } });
      app.get('/tried', guard, (_req, res) => void res.end());
      app.get(
        '/reported',
        api.dangerouslyReportOnly(api.requireScope('read'), { until }),
        (_req, res) => void res.end(),
      );
      const options = { servers: { sales: api }, app };
      const { routes } = await readFrom<Routes>(options, 'routes');
      expect(routes).toMatchObject([
        { path: '/tried', access: 'guarded', trial: 'read; atMost read' },
        { path: '/reported', access: 'open', reportOnlyUntil: until, isExposed: true },
      ]);
      expect(await readFrom(options, 'overview')).toMatchObject({
        openRoutes: 1,
        reportOnly: [{ server: 'sales', guard: 'requireScope', until }],
      });
    });
  });

  describe('about keys', () => {
    it('contain the state of each key set, and its refreshes', async () => {
      const { base, authorized } = await listenInspector({ servers: { sales: api } });
      await api.ready();
      await api.refresh();
      issuer.fault('jwks', { kind: 'down' });
      await api.refresh().catch(() => undefined);
      const { body } = await ask(new URL('api/keys', base), { headers: authorized });
      const { keySets, introspection } = JSON.parse(body) as Keys;
      expect(introspection).toEqual([]);
      expect(keySets).toMatchObject([
        { server: 'sales', issuer: issuer.issuer, state: 'fresh', keys: 1, skipped: [] },
      ]);
      const [keySet] = keySets;
      expect(keySet?.refreshes.map(({ result }) => result)).toEqual([
        'failed',
        'unchanged',
        'changed',
      ]);
      expect(keySet?.refreshes[0]?.error).toBe('ERR_EXCHANGE (network)');
    });
  });

  it('contain what each reason means', async () => {
    const texts = await readFrom<unknown>({ servers: { sales: api } }, 'reasons');
    expect(texts).toEqual(JSON.parse(JSON.stringify(listReasonTexts())));
  });

  describe('about privileges', () => {
    it('say that there is no recorder, and that nothing was recorded', async () => {
      const servers = { sales: api };
      expect(await readFrom<Privileges>({ servers }, 'privileges')).toEqual({
        state: 'no-recorder',
      });
      const privileges = createPrivilegeRecorder();
      onTestFinished(() => {
        privileges.close();
      });
      expect(await readFrom<Privileges>({ servers, privileges }, 'privileges')).toEqual({
        state: 'empty',
      });
    });

    it.each([
      [true, 'recorded'],
      [false, 'not-identified'],
    ] as const)(
      'contain the report; with identifyClients: %s',
      async (identifyClients, expected) => {
        const privileges = createPrivilegeRecorder();
        onTestFinished(() => {
          privileges.close();
        });
        const server = openApi({
          ...issuer.options(),
          name: 'api',
          scopes: ['read', 'write'],
          identifyClients,
        });
        const app = express();
        app.get('/v1/sales', server.requireScope('read'), (_req, res) => void res.end());
        const target = new URL('v1/sales', await openServer(createServer(app)));
        await ask(target, {
          headers: await bearer(issuer, { scope: 'read write', clientId: '=nightly' }),
        });
        const options = { servers: { sales: server }, privileges };
        const { state, report, markdown, csv } = await readFrom<Privileges>(options, 'privileges');
        expect([state, report?.clients.map(({ server: label }) => label)]).toEqual([
          expected,
          ['sales'],
        ]);
        expect(markdown).toContain('|');
        expect(csv).not.toMatch(/(?:^|,)=/m);
        expect(await readFrom(options, 'overview')).toMatchObject({
          privileges: identifyClients
            ? { clients: 1, withUnused: 1 }
            : { clients: 0, withUnused: 0 },
        });
      },
    );
  });
});
