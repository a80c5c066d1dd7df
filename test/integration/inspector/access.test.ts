import type { ResourceServer } from '@scopegate/express';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask, listenInspector, type OpenInspector } from '../../support/inspectors.js';
import { openApi } from '../../support/test-issuers.js';

const GET_PATHS = ['stream', 'overview', 'routes', 'keys', 'privileges', 'reasons', 'unknown'];
const API_PATHS: readonly (readonly [string, string])[] = [
  ...GET_PATHS.map((path) => ['GET', path] as const),
  ['POST', 'explain'],
];
const FILE_PATHS = ['', 'page/page.js', 'page/page.css', 'page/icon.svg', 'preact/preact.mjs'];
const ALL_PATHS: readonly (readonly [string, string])[] = [
  ...FILE_PATHS.map((path) => ['GET', path] as const),
  ...API_PATHS.map(([method, path]) => [method, `api/${path}`] as const),
];

describe('access to an inspector that listens', () => {
  let api: ResourceServer;
  let opened: OpenInspector;

  beforeEach(async () => {
    api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
    opened = await listenInspector({ servers: { sales: api } });
  });

  it.each(API_PATHS)('requires the key for %s api/%s', async (method, path) => {
    const url = new URL(`api/${path}`, opened.base);
    for (const authorization of [undefined, 'Bearer', 'Bearer wrong', `Basic ${opened.key}`]) {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await ask(url, { method, headers });
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer realm="scopegate inspector"');
      expect(JSON.parse(response.body)).toEqual({
        error:
          'the key of the process is missing or wrong; open the address that the process printed',
      });
    }
  });

  it('does not accept the key in the query', async () => {
    const url = new URL(`api/overview?key=${opened.key}&access_token=${opened.key}`, opened.base);
    expect((await ask(url)).status).toBe(401);
  });

  it.each(ALL_PATHS)('answers 421 to a foreign Host: %s /%s', async (method, path) => {
    const url = new URL(path, opened.base);
    const hosts = [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:80',
      '10.0.0.1',
    ];
    for (const host of hosts) {
      const response = await ask(url, { method, headers: { ...opened.authorized, host } });
      expect(response.status).toBe(421);
    }
  });

  it.each(ALL_PATHS)('answers 403 to a forwarded request: %s /%s', async (method, path) => {
    const url = new URL(path, opened.base);
    const fields = ['Forwarded', 'Via', 'X-Real-IP', 'X-Forwarded', 'X-Forwarded-For'];
    for (const field of [...fields, 'X-Forwarded-Host', 'x-forwarded-anything']) {
      const response = await ask(url, { method, headers: { ...opened.authorized, [field]: '' } });
      expect(response.status).toBe(403);
    }
  });

  it.each(ALL_PATHS)('answers 403 to another site: %s /%s', async (method, path) => {
    const url = new URL(path, opened.base);
    for (const site of ['cross-site', 'same-site', 'unknown']) {
      const headers = { ...opened.authorized, 'sec-fetch-site': site };
      expect((await ask(url, { method, headers })).status).toBe(403);
    }
  });

  it.each(['127.0.0.1', '127.0.0.1:1', 'localhost', 'LOCALHOST:9230', '[::1]:8080'])(
    'accepts the Host %s, because a tunnel may have any port',
    async (host) => {
      const headers = { ...opened.authorized, host, 'sec-fetch-site': 'same-origin' };
      expect((await ask(new URL('api/overview', opened.base), { headers })).status).toBe(200);
    },
  );

  it.each(['OPTIONS', 'PUT', 'DELETE', 'POST'])('answers 405 to %s', async (method) => {
    const overview = await ask(new URL('api/overview', opened.base), {
      method,
      headers: opened.authorized,
    });
    expect([overview.status, overview.headers.allow]).toEqual([405, 'GET']);
    const file = await ask(new URL('page/page.js', opened.base), { method });
    expect([file.status, file.headers.allow]).toEqual([405, 'GET, HEAD']);
    for (const { headers } of [overview, file]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each([
    'api/unknown',
    'api/',
    'api/constructor',
    'api/overview/x',
    'package.json',
    'page',
    'key',
    'none',
  ])('answers 404 to the path %s', async (path) => {
    const url = new URL(path, opened.base);
    expect((await ask(url, { headers: opened.authorized })).status).toBe(404);
  });

  it('sends no response that may be cached, embedded or read by another origin', async () => {
    const { headers } = await ask(new URL('api/overview', opened.base), {
      headers: opened.authorized,
    });
    expect(headers).toMatchObject({
      'cache-control': 'no-store, no-transform',
      'content-security-policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('has another key in each inspector', async () => {
    const other = await listenInspector({ servers: { sales: api } });
    expect(other.key).toMatch(/^[\w-]{43}$/);
    expect(other.key).not.toBe(opened.key);
    const response = await ask(new URL('api/overview', opened.base), { headers: other.authorized });
    expect(response.status).toBe(401);
  });
});
