/**
 * What a guarded API must do behind every proxy.
 *
 * @module
 */
import { expect } from 'vitest';
import { signToken } from '../../../support/tokens.js';
import { CHALLENGE, RESOURCE } from './proxied-api.js';
import type { TlsAnswer, TlsRequest, TlsServer } from './tls-client.js';

/** The path of a guarded route, at the proxy. */
export const SALES = '/shop/sales';
/** The path of a route without a guard. */
export const PLAIN = '/shop/plain/sales';

type Send = (server: TlsServer, sent: TlsRequest) => Promise<TlsAnswer>;

/** The `Authorization` field of a valid token. */
export function authorization(claims = {}): string {
  return `Bearer ${signToken({ scope: 'read', ...claims })}`;
}

/** Expects that tokens reach the API, and that its refusals reach the client unchanged. */
export async function expectGuarded(proxy: TlsServer, send: Send): Promise<void> {
  const allowed = await send(proxy, { path: SALES, headers: { authorization: authorization() } });
  expect([allowed.status, JSON.parse(allowed.body)]).toEqual([
    200,
    { rows: [], subject: 'reports' },
  ]);
  const forged = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
  const refused = await send(proxy, { path: SALES, headers: forged });
  expect(refused.status).toBe(401);
  expect(refused.headers).toMatchObject({
    'www-authenticate': CHALLENGE,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    vary: 'Authorization',
  });
  expect(JSON.parse(refused.body)).toMatchObject({ status: 401, scope: 'read' });
  const insufficient = { authorization: authorization({ scope: 'write' }) };
  const lacking = await send(proxy, { path: SALES, headers: insufficient });
  expect([lacking.status, lacking.headers['www-authenticate']]).toEqual([
    403,
    expect.stringContaining('error="insufficient_scope"'),
  ]);
}

/** Expects that the metadata document is where the challenge says. */
export async function expectMetadata(proxy: TlsServer, send: Send): Promise<void> {
  const path = new URL(/resource_metadata="([^"]*)"/.exec(CHALLENGE)?.[1] ?? '').pathname;
  const { status, body } = await send(proxy, { path });
  expect([status, JSON.parse(body)]).toEqual([
    200,
    expect.objectContaining({ resource: RESOURCE }),
  ]);
}

/** Expects that large uploads without a token get their 401, and that later requests succeed. */
export async function expectUploadsRefused(proxy: TlsServer, send: Send): Promise<void> {
  const body = Buffer.alloc(20 * 1024 * 1024, 'x');
  for (const path of [SALES, `${SALES}?again`]) {
    const upload = await send(proxy, { path, method: 'POST', body });
    expect([upload.status, upload.headers['www-authenticate']]).toEqual([401, CHALLENGE]);
    const next = { path: SALES, headers: { authorization: authorization() } };
    expect((await send(proxy, next)).status).toBe(200);
  }
  const headers = { expect: '100-continue' };
  const asked = await send(proxy, { path: SALES, method: 'POST', headers, body });
  expect(asked.status).toBe(401);
}
