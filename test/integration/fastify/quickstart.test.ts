import { expectAllGuarded } from '@scopegate/fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SECRET_OPTIONS } from '../../support/tokens.js';
import { tokenWith } from './open-app.js';
import { createApp } from './quickstart.js';

describe('quickstart of @scopegate/fastify', () => {
  it('guards every route', async () => {
    const app = createApp(SECRET_OPTIONS);
    onTestFinished(() => app.close());
    await app.ready();
    expectAllGuarded(app);
  });

  it('answers a client with its scope', async () => {
    const app = createApp(SECRET_OPTIONS);
    onTestFinished(() => app.close());
    const headers = tokenWith('read:analytics');
    const sales = await app.inject({ url: '/v1/sales', headers });
    expect(sales.json()).toEqual({ client: 'reports', rows: [] });
    const account = await app.inject({ url: '/v1/account/me', headers: tokenWith('') });
    expect(account.json()).toEqual({ subject: 'reports' });
    expect((await app.inject('/v1/account/me')).statusCode).toBe(401);
    expect((await app.inject('/.well-known/oauth-protected-resource')).statusCode).toBe(200);
  });
});
