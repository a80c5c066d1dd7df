/** Step-up and `fresh`, where only Express and Node's HTTP server are concerned. */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  formatAudit,
  InsufficientUserAuthenticationError,
  type ResourceServer,
} from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import type { Response } from 'express';
import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestOctets, sendOctets } from '../../conformance/support/raw-http.js';
import { showErrors } from '../../support/error-handlers.js';
import { forEachExpress } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

let issuer: TestIssuer;
let api: ResourceServer;

beforeEach(async () => {
  issuer = await openIssuer({ listen: false });
  api = openIntrospecting();
});

function openIntrospecting(): ResourceServer {
  const introspection = { tokens: 'both', ...issuer.introspectionClient } as const;
  return openApi({ ...issuer.options(), realm: 'sales', introspection });
}

const REQUIRED = { acrValues: ['phrh', 'phr'], maxAgeSeconds: 300 } as const;
const STEP_UP =
  'Bearer realm="sales", error="insufficient_user_authentication", error_description="this resource requires another authentication of the user"';

forEachExpress((express) => {
  const answer = (_req: unknown, res: Response): void => {
    res.json({});
  };

  it('answers the step-up that a handler throws', async () => {
    const app = express()
      .get('/v1', api.requireScope('read'), () => {
        throw new InsufficientUserAuthenticationError('acr', REQUIRED);
      })
      .use(api.errorHandler());
    const { headers, status, body } = await request(app)
      .get('/v1')
      .set(await bearer(issuer, { scope: 'read', subject: 'alice' }));
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      `${STEP_UP}, acr_values="phrh phr", max_age="300"`,
    ]);
    expect(body).toMatchObject({ acr_values: 'phrh phr', max_age: 300 });
  });

  it('passes a fresh request through two resource servers, each of which asks', async () => {
    const second = openIntrospecting();
    const fresh = { fresh: true };
    const app = express().use(api.require(fresh), second.require(fresh)).get('/v1', answer);
    const credentials = await bearer(issuer);
    await request(app).get('/v1').set(credentials).expect(200);
    expect(issuer.requests.introspection).toBe(2);
  });

  it('fails where middleware has removed the credentials that a fresh guard needs', async () => {
    const errors: unknown[] = [];
    const app = express()
      .use(api.requireAccessToken(), (req, _res, next) => {
        delete req.headers.authorization;
        next();
      })
      .get('/v1', api.require({ fresh: true }), answer)
      .use(showErrors(errors));
    await request(app)
      .get('/v1')
      .set(await bearer(issuer))
      .expect(500);
    expect(errors).toEqual([
      new Error(
        'a guard with "fresh" requires the credentials of the request; keep them, or make it the first guard',
      ),
    ]);
  });

  it.each(['alice', 'bob'])(
    'refuses a token of %s that has taken the place of the first one',
    async (subject) => {
      const other = await bearer(issuer, { subject });
      issuer.fault('introspection', { kind: 'members', members: { jti: undefined } });
      const app = express()
        .use(api.requireAccessToken(), (req, _res, next) => {
          req.headers.authorization = other['authorization'];
          next();
        })
        .get('/v1', api.require({ fresh: true }), answer);
      const response = await request(app)
        .get('/v1')
        .set(await bearer(issuer, { subject: 'alice' }));
      expect([response.status, response.body]).toMatchObject([401, { error: 'invalid_token' }]);
      // A token that is not verified is not sent either.
      expect(issuer.requests.introspection).toBe(0);
    },
  );

  it('watches a token that the answer has narrowed', async () => {
    const reasons: unknown[] = [];
    const app = express().get('/v1', api.require({ fresh: true }), (req, res) => {
      const signal = api.whileAcceptable(api.accessToken(req));
      reasons.push([...api.accessToken(req).scopes], signal.aborted);
      res.json({});
    });
    const credentials = await bearer(issuer, { scope: 'read write' });
    issuer.fault('introspection', { kind: 'members', members: { scope: 'read' } });
    await request(app).get('/v1').set(credentials).expect(200);
    expect(reasons).toEqual([['read'], false]);
  });

  it('lists both in the audit', () => {
    const app = express()
      .use('/v1', api.require({ ...REQUIRED, scope: 'read' }))
      .get('/v1/a', api.require({ maxAgeSeconds: 60, fresh: true }), answer)
      .use('/v1/b', api.require({ acrValues: ['mfa'] }))
      .get('/v1/b', answer)
      .get('/c', api.requireScope('read'), answer);
    const audit = api.auditRoutes(app, { scopes: undefined });
    const rows = audit.routes.filter(({ method }) => method === 'GET');
    expect(rows.map((row) => [row.path, row.acrValues, row.maxAgeSeconds, row.fresh])).toEqual([
      ['/v1/a', ['phrh', 'phr'], 60, true],
      ['/v1/b', [], 300, false],
      ['/c', undefined, undefined, false],
    ]);
    const [heading, ...lines] = formatAudit(audit, 'table').split('\n');
    expect(heading).toMatch(/^METHOD +PATH +ACCESS +SCOPES +AUTHENTICATION +FRESH +BY$/);
    expect(lines[0]).toMatch(
      /^GET, HEAD +\/v1\/a +guarded +read +phrh or phr, 60 s old at most +fresh +/,
    );
    expect(lines[1]).toMatch(/ guarded +read +none in common, 300 s old at most {2,}require/);
    expect(lines[2]).toMatch(/^GET, HEAD +\/c +guarded +read +requireScope$/);
    const { paths } = JSON.parse(formatAudit(audit, 'openapi')) as { readonly paths: object };
    expect(paths).toMatchObject({
      '/v1/a': {
        get: {
          'x-scopegate-acr-values': ['phrh', 'phr'],
          'x-scopegate-max-age-seconds': 60,
          'x-scopegate-fresh': true,
        },
      },
    });
    expect(JSON.stringify(paths).split('x-scopegate-fresh')).toHaveLength(2);
  });
});

describe('guardUpgrade with step-up and fresh', () => {
  async function upgrade(token: string): Promise<{ status: number; challenge: unknown }> {
    const server = createServer();
    const end = (_req: unknown, socket: Duplex): void => {
      socket.end('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    };
    server.on('upgrade', api.guardUpgrade({ acrValues: ['phr'], fresh: true }, end));
    const { port } = await openServer(server);
    const lines = ['GET /feed HTTP/1.1', 'Upgrade: echo', `Authorization: Bearer ${token}`];
    const octets = requestOctets(lines).replace('Connection: close', 'Connection: Upgrade');
    const { status, headers } = await sendOctets(octets, { port: Number(port) });
    return { status, challenge: headers.find(([name]) => name === 'www-authenticate')?.[1] };
  }

  it('passes, asks once, and refuses what was revoked or is not sufficient', async () => {
    const token = await issuer.opaque({ subject: 'alice', claims: { acr: 'phr' } });
    expect(await upgrade(token)).toMatchObject({ status: 204 });
    expect(issuer.requests.introspection).toBe(1);
    const weak = await issuer.opaque({ subject: 'alice', claims: { acr: 'pwd' } });
    expect(await upgrade(weak)).toEqual({ status: 401, challenge: `${STEP_UP}, acr_values="phr"` });
    issuer.revoke(token);
    const inactive =
      'Bearer realm="sales", error="invalid_token", error_description="the access token is not active"';
    expect(await upgrade(token)).toEqual({ status: 401, challenge: inactive });
  });
});
