import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { Express } from 'express';
import { auditRoutes, type GuardOptions } from '@scopegate/express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { openApi } from '../../support/test-issuers.js';
import { openServer } from '../../support/listen.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

describe.each(EXPRESS_VERSIONS)('the metadata document on Express $version', ({ express }) => {
  function appWith(options: GuardOptions = {}): Express {
    const api = openApi({ ...SECRET_OPTIONS, ...options });
    const app = express();
    app.set('trust proxy', true);
    // Created before the document is served; its challenges name the document anyway.
    const guard = api.requireAccessToken();
    app.use(api.metadata({ resource_name: 'Sales Analytics' }));
    app.use(guard);
    return app;
  }

  const DOCUMENT = {
    resource: 'https://api.example.com',
    authorization_servers: ['https://auth.example.com'],
    scopes_supported: ['read', 'write'],
    bearer_methods_supported: ['header'],
    resource_name: 'Sales Analytics',
  };

  it('is served to any caller', async () => {
    const response = await request(appWith({ scopes: ['read', 'write'] })).get(WELL_KNOWN);
    expect([response.status, response.body]).toEqual([200, DOCUMENT]);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
      'content-length': String(Buffer.byteLength(response.text)),
    });
    expect(response.headers).not.toHaveProperty('www-authenticate');
  });

  it('is served to HEAD without a body', async () => {
    const app = appWith();
    const [got, head] = [await request(app).get(WELL_KNOWN), await request(app).head(WELL_KNOWN)];
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
    expect(head).toHaveProperty('text', undefined);
  });

  it('answers preflights, whatever header they request', async () => {
    const response = await request(appWith()).options(WELL_KNOWN).set({
      origin: 'https://app.example.com',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,mcp-protocol-version',
    });
    expect([response.status, response.text]).toEqual([204, '']);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': '*, Authorization',
      'access-control-max-age': '86400',
    });
    expect(response.headers).not.toHaveProperty('vary');
  });

  it('lists the scopes that it is given instead of those of the resource server', async () => {
    const api = openApi({ ...SECRET_OPTIONS, scopes: ['read', 'write', 'admin'] });
    const app = express();
    app.use(api.metadata({ scopes_supported: ['write', 'read', 'read'] }));
    app.get('/', api.requireScope('admin'), (_req, res) => void res.end());
    const { body } = await request(app).get(WELL_KNOWN);
    expect(body).toHaveProperty('scopes_supported', ['write', 'read']);
    expect(auditRoutes(app).metadata).toMatchObject({
      scopesSupported: ['write', 'read'],
      missing: ['admin'],
    });
  });

  it.each(['post', 'put', 'delete', 'patch'] as const)('answers %s with 405', async (method) => {
    const response = await request(appWith())[method](WELL_KNOWN);
    expect([response.status, response.headers['allow'], response.text]).toEqual([
      405,
      'GET, HEAD, OPTIONS',
      '',
    ]);
  });

  it('is named in every challenge', async () => {
    const response = await request(appWith()).get('/');
    expect(response.headers['www-authenticate']).toBe(
      `Bearer realm="https://api.example.com", resource_metadata="https://api.example.com${WELL_KNOWN}"`,
    );
  });

  it('uses nothing from the request', async () => {
    const hostile = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example;proto=http',
      origin: 'https://evil.example',
    };
    const app = appWith({ scopes: ['read', 'write'] });
    const document = await request(app).get(WELL_KNOWN).set(hostile);
    expect(document.body).toEqual(DOCUMENT);
    expect(JSON.stringify(document.headers)).not.toContain('evil');
    const refused = await request(app).get('/').set(hostile);
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="https://api.example.com", resource_metadata="https://api.example.com${WELL_KNOWN}"`,
    );
  });

  it.each([
    ['https://api.example.com/', WELL_KNOWN],
    ['https://api.example.com/v1', `${WELL_KNOWN}/v1`],
    ['https://api.example.com/v1/', `${WELL_KNOWN}/v1/`],
    ['https://api.example.com/v1?tenant=a&b', `${WELL_KNOWN}/v1?tenant=a&b`],
    ['https://api.example.com?tenant=a', `${WELL_KNOWN}?tenant=a`],
  ])('of %s is served at %s', async (resource, path) => {
    const app = appWith({ resource });
    const document = await request(app).get(path);
    expect([document.status, document.body]).toEqual([200, expect.objectContaining({ resource })]);
    const refused = await request(app).get('/');
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="https://api.example.com", resource_metadata="https://api.example.com${path}"`,
    );
  });

  it.each([
    ['https://api.example.com', `${WELL_KNOWN}/`],
    ['https://api.example.com', `${WELL_KNOWN}/v1`],
    ['https://api.example.com', `/v1${WELL_KNOWN}`],
    ['https://api.example.com', '/.well-known/oauth-authorization-server'],
    ['https://api.example.com/v1', WELL_KNOWN],
    ['https://api.example.com/v1', `${WELL_KNOWN}/v1/`],
    ['https://api.example.com/v1', `${WELL_KNOWN}/V1`],
    ['https://api.example.com/v1/', `${WELL_KNOWN}/v1`],
    ['https://api.example.com/v1?tenant=a', `${WELL_KNOWN}/v1`],
    ['https://api.example.com/v1?tenant=a', `${WELL_KNOWN}/v1?tenant=b`],
  ])('of %s is not served at %s', async (resource, path) => {
    expect((await request(appWith({ resource })).get(path)).status).toBe(401);
  });

  it('ignores a query that is not part of the identifier', async () => {
    expect((await request(appWith()).get(`${WELL_KNOWN}?v=1`)).status).toBe(200);
  });

  it('is served at the same path below a mount point', async () => {
    const app = express();
    const api = openApi({ ...SECRET_OPTIONS, resource: 'https://api.example.com/v1' });
    app.use('/.well-known', api.metadata());
    expect((await request(app).get(`${WELL_KNOWN}/v1`)).status).toBe(200);
  });

  it('is served for a request-target in absolute form', async () => {
    const { port } = await openServer(createServer(appWith()));
    for (const path of [WELL_KNOWN, `${WELL_KNOWN}?v=1`]) {
      const asking = get({ host: '127.0.0.1', port, path: `http://api.example.com${path}` });
      const [response] = (await once(asking, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(200);
    }
  });

  it('lists every issuer and every token location', async () => {
    const { audience, secret } = SECRET_OPTIONS;
    const issuers = ['https://a.example.com', 'https://b.example.com/t1'];
    const api = openApi({
      audience,
      issuers: issuers.map((issuer) => ({ issuer, secret })),
      credentials: ['header', 'query'],
    });
    const response = await request(express().use(api.metadata())).get(WELL_KNOWN);
    expect(response.body).toEqual({
      resource: audience,
      authorization_servers: issuers,
      bearer_methods_supported: ['header', 'query'],
    });
  });
});
