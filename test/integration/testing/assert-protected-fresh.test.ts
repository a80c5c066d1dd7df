import { createResourceServer } from '@scopegate/express';
import { assertProtected, createTestIssuer, type TokenOverrides } from '@scopegate/testing';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Case {
  /** The format of the tokens that the API accepts. */
  readonly tokens: 'both' | 'jwt' | 'opaque';
  readonly token: TokenOverrides;
}

describe('assertProtected with an API that introspects tokens', () => {
  it.each<Case>([
    { tokens: 'opaque', token: { format: 'opaque' } },
    { tokens: 'both', token: { format: 'opaque' } },
    { tokens: 'both', token: {} },
    { tokens: 'jwt', token: {} },
  ])('accepts its routes with fresh and step-up: $tokens, $token', async ({ tokens, token }) => {
    const issuer = await createTestIssuer({ listen: false, alg: 'ES256' });
    const api = createResourceServer({
      ...issuer.options(),
      introspection: { tokens, ...issuer.introspectionClient },
      scopes: ['read', 'pay'],
    });
    onTestFinished(() => {
      api.close();
    });
    let runs = 0;
    const handler: express.RequestHandler = (_request, response) => {
      runs += 1;
      response.sendStatus(204);
    };
    const app = express();
    app.get('/sales', api.requireScope('read'), handler);
    app.post('/payouts', api.require({ scope: 'pay', fresh: true }), handler);
    app.delete('/payouts', api.require({ fresh: true }), handler);
    const stepUp = { acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 } as const;
    app.put('/payouts', api.require({ scope: 'pay', fresh: true, ...stepUp }), handler);
    app.patch('/payouts', api.require({ scope: 'pay', principal: 'user', ...stepUp }), handler);
    const report = await assertProtected(app, api, { issuer, token });
    expect(report.routes).toHaveLength(6);
    expect(runs).toBe(0);
    expect(issuer.requests.introspection).toBeGreaterThan(0);
  });
});
