import {
  createResourceServer,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import {
  assertProtected,
  createTestCertificate,
  createTestIssuer,
  type TestIssuer,
} from '@scopegate/testing';
import { createResourceServer as createWebResourceServer } from '@scopegate/web';
import type { Express, RequestHandler } from 'express';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';

const handler = vi.fn<RequestHandler>((_req, res) => {
  res.json({ ok: true });
});

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

afterEach(() => {
  handler.mockClear();
});

describe.each(EXPRESS_VERSIONS)('assertProtected on Express $version', ({ express }) => {
  function open(
    mount: (app: Express, api: ResourceServer) => void,
    options: Partial<ResourceServerOptions>,
  ): { app: Express; api: ResourceServer } {
    const api = createResourceServer({
      ...issuer.options({ audience: 'https://sales.example/v1' }),
      scopes: ['read', 'write'],
      ...options,
    } as ResourceServerOptions);
    const app = express();
    mount(app, api);
    return { app, api };
  }

  it.each<[string, Partial<ResourceServerOptions>]>([
    ['proofs', { dpop: true }],
    ['nonces', { dpop: { nonce: { secret: Buffer.alloc(32, 1) } } }],
    ['proofs on every route', { dpop: true, senderConstraint: 'dpop' }],
    ['either binding on every route', { dpop: true, senderConstraint: 'any' }],
  ])('finds nothing in an API that accepts %s', async (_case, options) => {
    const { app, api } = open((mounted, guards) => {
      mounted.get('/a', guards.require({ scope: 'read', senderConstraint: 'dpop' }), handler);
      mounted.post(
        '/b/:id',
        guards.require({ senderConstraint: 'dpop', principal: 'user' }),
        handler,
      );
      mounted.use('/c', guards.requireAccessToken());
      mounted.put('/c/d', guards.require({ senderConstraint: 'dpop', atMost: ['write'] }), handler);
      mounted.get('/e', guards.requireScope('read'), handler);
    }, options);
    const report = await assertProtected(app, api, { issuer });
    expect(report.routes).toEqual([
      'GET /a',
      'HEAD /a',
      'POST /b/:id',
      'PUT /c/d',
      'GET /e',
      'HEAD /e',
    ]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('finds a publicUrl that is not that of the API', async () => {
    const { app, api } = open(
      (mounted, guards) => {
        mounted.get('/a', guards.require({ scope: 'read', senderConstraint: 'dpop' }), handler);
      },
      { dpop: { publicUrl: 'https://public.example' } },
    );
    await expect(assertProtected(app, api, { issuer })).rejects.toThrow(/reason "proof_url"/);
    const publicUrl = 'https://public.example';
    await expect(assertProtected(app, api, { issuer, publicUrl })).resolves.toBeDefined();
  });

  it('tests the scopes of a route that requires a certificate with the option certificate', async () => {
    const certificate = createTestCertificate();
    const from = ['127.0.0.1'];
    const { app, api } = open(
      (mounted, guards) => {
        mounted.get('/a', guards.require({ scope: 'read', senderConstraint: 'mtls' }), handler);
        mounted.get('/b', guards.require({ scope: 'read', senderConstraint: 'any' }), handler);
      },
      { mtls: { certificate: { header: 'client-cert', format: 'rfc9440', from } } },
    );
    const headers = { 'client-cert': `:${certificate.der.toString('base64')}:` };
    const without = await assertProtected(app, api, { issuer });
    const { attacks } = await assertProtected(app, api, { issuer, certificate, headers });
    expect(attacks).toBe(without.attacks + 4); // two routes, each with its HEAD
    expect(handler).not.toHaveBeenCalled();
    await expect(assertProtected(app, api, { issuer, certificate })).rejects.toThrow(
      /no scope .* with reason "sender_constraint"/,
    );
  });
});

describe('assertProtected with an application of the Fetch Standard', () => {
  it('attacks a listed route that requires a proof', async () => {
    const api = createWebResourceServer({
      ...issuer.options({ audience: 'https://sales.example' }),
      dpop: { publicUrl: 'https://sales.example' },
    });
    const policy = { scope: 'read', senderConstraint: 'dpop' } as const;
    const read = api.require(policy);
    const rows = (): Response => new Response('rows');
    const publicUrl = 'https://sales.example';
    const routes = { 'GET /a': read };
    const token = { audience: 'https://sales.example' };
    const report = await assertProtected({ fetch: read.wrap(rows) }, routes, {
      issuer,
      token,
      publicUrl,
    });
    expect(report.attacks).toBeGreaterThan(40);
    const looser = api.require({ scope: 'read' });
    await expect(
      assertProtected({ fetch: looser.wrap(rows) }, routes, { issuer, token, publicUrl }),
    ).rejects.toThrow(/unbound token /);
  });
});
