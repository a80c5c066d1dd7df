import { expectAllGuarded } from '@scopegate/express';
import { assertProtected, createTestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { app } from './app.js';
import { createReportsApi, type ReportsApi } from './reports-api.js';

const issuer = await createTestIssuer({ alg: 'ES256', listen: false });

function openReportsApi(): ReportsApi {
  return createReportsApi(issuer.options({ audience: 'https://reports.example.com' }));
}

describe('forgotten route', () => {
  it('is found by expectAllGuarded', () => {
    expect(() => {
      expectAllGuarded(app);
    }).toThrow('GET, HEAD  /v1/reports/:id/download  OPEN');
  });

  it('is found by assertProtected', async () => {
    const { app: tested, api } = openReportsApi();
    const attack = assertProtected(tested, api, { issuer });
    await expect(attack).rejects.toThrow(
      'GET /v1/reports/:id/download  any     a guard   no guard runs before its handlers',
    );
  });

  it('is the only unprotected route', async () => {
    const { app: tested, api } = openReportsApi();
    const except = ['GET /v1/reports/:id/download'];
    const { routes } = await assertProtected(tested, api, { issuer, except });
    expect(routes).toEqual(['GET /v1/reports', 'HEAD /v1/reports', 'POST /v1/reports']);
  });
});
