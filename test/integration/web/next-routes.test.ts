import { describe, expect, it } from 'vitest';
import { signToken } from '../../support/tokens.js';
import { GET, serveMetadata } from './next-routes.js';

const ORIGIN = 'https://api.example.com';
const context = { params: Promise.resolve({ year: '2026' }) };

describe('route handlers for Next.js', () => {
  it('get the request and the context', async () => {
    const token = signToken({ scope: 'read:analytics', client_id: 'reports' });
    const headers = { authorization: `Bearer ${token}` };
    const response = await GET(new Request(`${ORIGIN}/v1/sales/2026`, { headers }), context);
    expect(response.headers.get('vary')).toBe('Authorization');
    await expect(response.json()).resolves.toEqual({ client: 'reports', year: '2026', rows: [] });
  });

  it('are not called without a token', async () => {
    const response = await GET(new Request(`${ORIGIN}/v1/sales/2026`), context);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('resource_metadata="');
  });

  it('serve the metadata document', async () => {
    const url = `${ORIGIN}/.well-known/oauth-protected-resource`;
    await expect(serveMetadata(new Request(url)).json()).resolves.toMatchObject({
      resource: ORIGIN,
    });
    expect(serveMetadata(new Request(`${ORIGIN}/other`)).status).toBe(404);
  });
});
