/** Guards that only report, as operators and audits see them. */
import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import {
  auditRoutes,
  declarePublic,
  expectAllGuarded,
  formatAudit,
  type ResourceServer,
} from '@scopegate/express';
import * as fastifyGuards from '@scopegate/fastify';
import * as neutral from '@scopegate/resource-server';
import { assertProtected } from '@scopegate/testing';
import type { Express } from 'express';
import fastify from 'fastify';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { listen } from '../../support/listen.js';
import { runInMemory } from '../../support/memory-terminal.js';
import { createProver } from '../../support/proofs.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
const answer = (_req: unknown, res: { end: () => unknown }): void => void res.end();
const REASON = `requireScope does not count because it only reports until ${until}`;

describe.each(EXPRESS_VERSIONS)('dangerouslyReportOnly on Express $version', ({ express }) => {
  function createApp(api: ResourceServer = openApi(SECRET_OPTIONS)): Express {
    const app = express();
    const reporting = api.dangerouslyReportOnly(api.requireScope('read'), { until });
    app.get('/sales', reporting, answer);
    return app;
  }

  it('does not count in the audit, whose exposure names it', () => {
    const { routes, exposures } = auditRoutes(createApp());
    expect(routes[0]).toMatchObject({
      access: 'open',
      guards: [],
      scopes: [],
      reportOnlyUntil: until,
      trial: undefined,
    });
    expect(exposures).toContainEqual({ endpoint: 'GET /sales', cause: 'open', reason: REASON });
  });

  it('does not count when a router mounts it in front of its routes', () => {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    app.use('/v1', api.dangerouslyReportOnly(api.requireScope('read'), { until }));
    app.get('/v1/sales', answer);
    expect(auditRoutes(app).exposures[0]).toMatchObject({ cause: 'open', reason: REASON });
  });

  it('does not weaken another guard of the route', () => {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    const reporting = api.dangerouslyReportOnly(api.requireScope('read'), { until });
    app.get('/sales', reporting, api.requireAccessToken(), answer);
    const { routes, exposures } = auditRoutes(app);
    expect(exposures).toEqual([]);
    expect(routes[0]).toMatchObject({
      access: 'guarded',
      guards: ['requireAccessToken'],
      reportOnlyUntil: until,
    });
  });

  it('is shown by every format of the audit', () => {
    const audit = auditRoutes(createApp());
    const table = [
      'METHOD     PATH    ACCESS  REPORT-ONLY',
      `GET, HEAD  /sales  OPEN    until ${until}`,
      '',
      '1 of 1 routes is open',
      `guards that only report, so they protect nothing yet: GET /sales until ${until}`,
    ];
    expect(formatAudit(audit, 'table').split('\n')).toEqual(table);
    expect(formatAudit(audit, 'markdown')).toContain(`| OPEN | until ${until} |`);
    expect(JSON.parse(formatAudit(audit, 'openapi'))).toMatchObject({
      paths: { '/sales': { get: { security: [], 'x-scopegate-report-only-until': until } } },
    });
    expect(JSON.parse(formatAudit(audit, 'json'))).toMatchObject({
      routes: [{ reportOnlyUntil: until }, { method: 'HEAD' }],
    });
  });

  it('makes expectAllGuarded, scopegate routes --check and assertProtected fail', async () => {
    const issuer = await openIssuer();
    const api = openApi({ ...issuer.options(), scopes: ['read'] });
    const app = createApp(api);
    expect(() => {
      expectAllGuarded(app);
    }).toThrow(`GET, HEAD  /sales  OPEN    until ${until}`);
    const load = (): Promise<unknown> => Promise.resolve({ default: app });
    const checked = await runInMemory(['routes', './app.js', '--check'], { load });
    expect(checked.code).toBe(1);
    expect(checked.stderr).toContain(`GET /sales: ${REASON}`);
    await expect(assertProtected(app, api, { issuer })).rejects.toThrow('/sales');
  });

  it('is public once that is declared beside it', () => {
    const api = openApi(SECRET_OPTIONS);
    const app = express();
    const reporting = api.dangerouslyReportOnly(api.requireScope('read'), { until });
    app.get('/sales', declarePublic(`report-only until ${until}`), reporting, answer);
    expectAllGuarded(app);
    expect(auditRoutes(app).routes[0]).toMatchObject({ access: 'public', reportOnlyUntil: until });
  });

  it('lets a request with a proof pass its guard and an enforcing one', async () => {
    const prover = createProver('ES256');
    const api = openApi({ ...SECRET_OPTIONS, dpop: { algorithms: ['ES256'] } });
    const app = express();
    const [admin, read] = [api.requireScope('admin'), api.requireScope('read')];
    app.get('/orders', api.dangerouslyReportOnly(admin, { until }), read, answer);
    const events = listenToDecisions();
    const token = signToken({ scope: 'read', cnf: { jkt: prover.thumbprint } });
    const htu = `${SECRET_OPTIONS.audience}/orders`;
    const proof = prover.prove({ token, iat: Math.floor(Date.now() / 1000), htu });
    const fields = { Authorization: `DPoP ${token}`, DPoP: proof };
    await request(app).get('/orders').set(fields).expect(200).expect('Vary', 'Authorization, DPoP');
    await request(app).get('/orders').set(fields).expect(401);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unenforced', 'scope'],
      ['refused', 'proof_replayed'],
    ]);
  });
});

describe('dangerouslyReportOnly on Fastify', () => {
  it('does not count in the audit, and guardAll() accepts it', async () => {
    const app = fastifyGuards.watchRoutes(fastify());
    const api = fastifyGuards.createResourceServer(SECRET_OPTIONS);
    onTestFinished(() => app.close());
    const reporting = api.dangerouslyReportOnly(api.requireScope('read'), { until });
    api.guardAll(app, reporting);
    app.get('/sales', () => ({}));
    app.get('/own', { onRequest: api.requireAccessToken() }, () => ({}));
    await app.ready();
    const { routes, exposures } = api.auditRoutes(app);
    expect(routes.find(({ path }) => path === '/own')).toMatchObject({
      access: 'guarded',
      reportOnlyUntil: until,
    });
    expect(exposures).toContainEqual({ endpoint: 'GET /sales', cause: 'open', reason: REASON });
    expect(exposures.map(({ endpoint }) => endpoint)).not.toContain('GET /own');
  });
});

describe('dangerouslyReportOnly without a framework', () => {
  it('lets a request pass, whose response needs no fields', async () => {
    const api = neutral.createResourceServer(SECRET_OPTIONS);
    const guard = api.dangerouslyReportOnly(api.requireScope('read'), { until });
    const req = new IncomingMessage(new Socket());
    expect(await guard.check(req)).toBeUndefined();
    expect(api.responseHeaders(req)).toEqual({});
    expect(api.accessTokenIfAny(req)).toBeUndefined();
    expect(await api.requireAccessToken().check(req)).toMatchObject({ status: 401 });
    expect(guard.policy.reportOnlyUntil).toBe(until);
  });
});

describe('dangerouslyReportOnlyUntil', () => {
  it('lets every upgrade pass, and publishes what the guard would have decided', async () => {
    const events = listenToDecisions();
    const api = openApi({ ...SECRET_OPTIONS, dangerouslyReportOnlyUntil: until });
    const server = createServer();
    const tokens: unknown[] = [];
    const upgrade = api.guardUpgrade({ scope: 'read' }, (req, socket) => {
      tokens.push(api.accessTokenIfAny(req)?.clientId);
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    });
    server.on('upgrade', upgrade);
    const { port } = await listen(server);
    onTestFinished(() => void server.close());
    for (const scope of ['read', 'write']) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      const authorization = `Authorization: Bearer ${signToken({ scope })}`;
      const lines = [
        'GET / HTTP/1.1',
        'Host: a',
        'Connection: Upgrade',
        'Upgrade: x',
        authorization,
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      expect(await text(socket)).toContain('101 Switching Protocols');
    }
    expect(tokens).toEqual(['reports', undefined]);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['allowed', undefined],
      ['unenforced', 'scope'],
    ]);
    expect(api.health().reportOnly).toEqual([{ guard: 'guardUpgrade', until }]);
  });

  it('does not apply to the assertions of handlers, which refuse', async () => {
    const { express } = EXPRESS_VERSIONS[0];
    const api = openApi({ ...SECRET_OPTIONS, dangerouslyReportOnlyUntil: until });
    const write = api.policy({ scope: 'write' });
    const app = express();
    app.get('/', api.requireAccessToken(), (req, res) => {
      api.assertAllowed(req, write);
      res.end();
    });
    app.use(api.errorHandler());
    await request(app).get('/').expect(401);
    await request(app).get('/').set('Authorization', `Bearer ${signToken()}`).expect(403);
    await setImmediate();
  });

  it('keeps no decision about a request open while an issuer hangs', async () => {
    const events = listenToDecisions();
    const { express } = EXPRESS_VERSIONS[0];
    const issuer = await openIssuer();
    const fetchNever = (): Promise<Response> => new Promise<never>(() => undefined);
    const api = openApi({
      ...issuer.options(),
      fetch: fetchNever,
      keySet: { timeoutMs: 100 },
      dangerouslyReportOnlyUntil: until,
    });
    const app = express();
    app.get('/', api.requireAccessToken(), answer);
    await request(app)
      .get('/')
      .set('Authorization', `Bearer ${await issuer.mint()}`)
      .expect(200);
    while (events.length === 0) await setImmediate();
    expect(events).toMatchObject([{ outcome: 'unenforced', reason: 'unavailable' }]);
  });
});
