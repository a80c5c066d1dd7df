/** Tokens that are bound to a key, where only Express and Node's HTTP server are concerned. */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { createResourceServer, formatAudit, type ResourceServerOptions } from '@scopegate/express';
import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { requestOctets, sendOctets } from '../../conformance/support/raw-http.js';
import { forEachExpress } from '../../support/express-versions.js';
import { openServer } from '../../support/listen.js';
import { createProver, type ProofContents } from '../../support/proofs.js';
import { openApi } from '../../support/test-issuers.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const DPOP = { ...SECRET_OPTIONS, dpop: { algorithms: ['ES256'] } } as const;
type Bound = Pick<ResourceServerOptions, 'mtls' | 'senderConstraint'>;

const prover = createProver('ES256');
const TOKEN = signToken({ scope: 'read', cnf: { jkt: prover.thumbprint } });
const { audience } = SECRET_OPTIONS;
const B = `Bearer realm="${audience}"`;
const D = `DPoP realm="${audience}", algs="ES256"`;

function proven(path: string, changes: Partial<ProofContents> = {}): Record<string, string> {
  const iat = Math.floor(Date.now() / 1000);
  const dpop = prover.prove({ token: TOKEN, iat, htu: `${audience}${path}`, ...changes });
  return { authorization: `DPoP ${TOKEN}`, dpop };
}

forEachExpress((express) => {
  it('passes a request with one proof through two resource servers', async () => {
    const [first, second] = [openApi(DPOP), openApi(DPOP)];
    const app = express()
      .use(first.requireAccessToken(), second.requireAccessToken())
      .get('/v1', second.requireScope('read'), (_req, res) => res.json({}));
    const fields = proven('/v1');
    await request(app).get('/v1').set(fields).expect(200);
    await request(app).get('/v1').set(fields).expect(401);
  });

  it('compares a proof with the URL and the method that were sent', async () => {
    const api = openApi(DPOP);
    const override = express().use((req, _res, next) => {
      Object.assign(req, { originalMethod: req.method, method: 'DELETE' });
      next();
    });
    const router = express.Router();
    router.delete('/sales', api.requireScope('read'), (req, res) => res.json({ url: req.url }));
    const app = express().use(override).use('/v1', router);
    const good = await request(app)
      .post('/v1/sales')
      .set(proven('/v1/sales', { htm: 'POST' }));
    expect([good.status, good.body]).toEqual([200, { url: '/sales' }]);
    await request(app)
      .post('/v1/sales')
      .set(proven('/v1/sales', { htm: 'DELETE' }))
      .expect(401);
    await request(app)
      .post('/v1/sales')
      .set(proven('/sales', { htm: 'POST' }))
      .expect(401);
  });

  it('reads a token in the query of the URL that middleware has left', async () => {
    const api = openApi({ ...DPOP, credentials: ['header', 'query'] });
    const app = express()
      .use((req, _res, next) => {
        req.url = req.url.replace(/\?.*/, '');
        next();
      })
      .get('/v1', api.requireScope('read'), (_req, res) => res.json({}));
    const path = `/v1?access_token=${signToken({ scope: 'read' })}`;
    await request(app).get(path).set(proven('/v1')).expect(200);
    await request(app).get(path).expect(401);
  });

  it('does not accept a bound token from the query', async () => {
    const api = openApi({ ...DPOP, credentials: ['header', 'query'] });
    const app = express().get('/v1', api.requireScope('read'), (_req, res) => res.json({}));
    const { status, headers } = await request(app)
      .get(`/v1?access_token=${TOKEN}`)
      .set('dpop', proven('/v1')['dpop'] ?? '');
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      `${B}, error="invalid_token", error_description="the access token is bound to a key whose possession was not proven", scope="read", ${D}`,
    ]);
  });

  it('passes the challenge of the route to onRefusal, and on to the error handlers', async () => {
    const lines: unknown[] = [];
    const api = openApi({
      ...DPOP,
      onRefusal: (error, _req, _res, next) => {
        lines.push(error.headers);
        next();
      },
    });
    const app = express()
      .get('/v1', api.require({ senderConstraint: 'dpop' }), (_req, res) => res.json({}))
      .use(api.errorHandler());
    const { headers } = await request(app)
      .get('/v1')
      .set('authorization', `Bearer ${signToken()}`)
      .expect(401);
    expect(lines).toEqual([{ 'WWW-Authenticate': D }]);
    expect(headers['www-authenticate']).toBe(D);
  });

  it('lists the constraint in the audit', () => {
    const api = openApi(DPOP);
    const app = express()
      .use('/v1', api.require({ senderConstraint: 'any' }))
      .get('/v1/a', api.require({ scope: 'read', senderConstraint: 'dpop' }), (_req, res) => {
        res.end();
      })
      .get('/b', api.requireScope('read'), (_req, res) => {
        res.end();
      });
    const audit = api.auditRoutes(app, { scopes: undefined });
    expect(audit.routes.map(({ senderConstraints }) => senderConstraints)).toEqual([
      ['dpop'],
      ['dpop'],
      [],
      [],
    ]);
    const [heading, first, second] = formatAudit(audit, 'table').split('\n');
    expect(heading).toMatch(/^METHOD +PATH +ACCESS +SCOPES +BOUND BY +BY$/);
    expect(first).toMatch(/^GET, HEAD +\/v1\/a +guarded +read +dpop +/);
    expect(second).toMatch(/^GET, HEAD +\/b +guarded +read +requireScope$/);
    expect(JSON.parse(formatAudit(audit, 'openapi'))).toMatchObject({
      paths: { '/v1/a': { get: { 'x-scopegate-sender-constraints': ['dpop'] } } },
    });
  });
});

describe('guardUpgrade with bound tokens', () => {
  const upgrade = (path: string, fields: Readonly<Record<string, string>>): string =>
    requestOctets([
      `GET ${path} HTTP/1.1`,
      'Upgrade: echo',
      ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    ]).replace('Connection: close', 'Connection: Upgrade');

  const serve = async (): Promise<number> => {
    const api = openApi(DPOP);
    const server = createServer();
    const end = (_req: unknown, socket: Duplex): void => {
      socket.end('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    };
    server.on('upgrade', api.guardUpgrade({ scope: 'read', senderConstraint: 'dpop' }, end));
    const { port } = await openServer(server);
    return Number(port);
  };

  it('accepts a proof for the https URL, once', async () => {
    const port = await serve();
    const octets = upgrade('/feed', proven('/feed'));
    expect((await sendOctets(octets, { port })).status).toBe(204);
    const replayed = await sendOctets(octets, { port });
    expect(replayed.headers.filter(([name]) => name === 'www-authenticate')).toEqual([
      [
        'www-authenticate',
        `DPoP realm="${audience}", error="invalid_dpop_proof", error_description="the DPoP proof was used before", scope="read", algs="ES256"`,
      ],
    ]);
  });

  it('sends one line for each challenge', async () => {
    const api = openApi(DPOP);
    const server = createServer();
    server.on(
      'upgrade',
      api.guardUpgrade(() => expect.unreachable()),
    );
    const { port } = await openServer(server);
    const { headers } = await sendOctets(upgrade('/feed', {}), { port: Number(port) });
    const challenges = headers.filter(([name]) => name === 'www-authenticate');
    expect(challenges.map(([, challenge]) => challenge)).toEqual([B, D]);
  });
});

describe('createResourceServer with bound tokens', () => {
  it('compares proofs with the origin of the resource', async () => {
    const api = openApi({ ...DPOP, audience: 'sales-api', resource: 'https://rs.example/v1' });
    const app = express().get('/a', api.requireScope('read'), (_req, res) => res.json({}));
    const token = signToken({ aud: 'sales-api', scope: 'read', cnf: { jkt: prover.thumbprint } });
    const iat = Math.floor(Date.now() / 1000);
    const dpop = prover.prove({ token, iat, htu: 'https://rs.example/a' });
    await request(app)
      .get('/a')
      .set({ authorization: `DPoP ${token}`, dpop })
      .expect(200);
  });

  it('publishes what it accepts and demands in the metadata', () => {
    const read = async (options: Bound): Promise<unknown> => {
      const app = express().use(openApi({ ...DPOP, ...options }).metadata());
      return (await request(app).get('/.well-known/oauth-protected-resource')).body as unknown;
    };
    return Promise.all([
      expect(read({})).resolves.toEqual({
        resource: audience,
        authorization_servers: [SECRET_OPTIONS.issuer],
        bearer_methods_supported: ['header'],
        dpop_signing_alg_values_supported: ['ES256'],
      }),
      expect(read({ senderConstraint: 'dpop' })).resolves.toMatchObject({
        dpop_bound_access_tokens_required: true,
      }),
      expect(
        read({ mtls: { certificate: 'socket' }, senderConstraint: 'mtls' }),
      ).resolves.toMatchObject({
        tls_client_certificate_bound_access_tokens: true,
      }),
    ]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a route with an option that is not set',
      () => createResourceServer(SECRET_OPTIONS).require({ senderConstraint: 'dpop' }),
      'option "senderConstraint" requires the option "dpop"',
    ],
    [
      'an upgrade with an option that is not set',
      () => createResourceServer(DPOP).guardUpgrade({ senderConstraint: 'mtls' }, () => undefined),
      'option "senderConstraint" requires the option "mtls"',
    ],
    [
      'a policy that is looser than the resource server',
      () =>
        createResourceServer({ ...DPOP, senderConstraint: 'dpop' }).policy({
          senderConstraint: 'any',
        }),
      'option "senderConstraint" must be "dpop", as for the resource server, because a route cannot accept more; omit it',
    ],
  ])('refuses %s at start-up', (_what, create, message) => {
    expect(create).toThrow(new TypeError(message));
  });

  it('shows the constraint of the resource server in every policy', () => {
    const api = openApi({ ...DPOP, senderConstraint: 'dpop' });
    expect(api.requireAccessToken().policy.senderConstraint).toBe('dpop');
    expect(openApi(DPOP).requireAccessToken().policy.senderConstraint).toBeUndefined();
  });
});
