import { connect as connectHttp2 } from 'node:http2';
import { once } from 'node:events';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import { createResourceServer, type ResourceServer } from '@scopegate/fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { listenToDecisions } from '../../support/decision-log.js';

const read = { authorization: `Bearer ${signToken({ scope: 'read' })}` };
const write = { authorization: `Bearer ${signToken({ scope: 'write' })}` };

function open(options: object = {}): { api: ResourceServer; app: FastifyInstance } {
  const api = createResourceServer({ ...SECRET_OPTIONS, ...options });
  const app = Fastify();
  onTestFinished(async () => {
    api.close();
    await app.close();
  });
  return { api, app };
}

describe('guard of a route', () => {
  it.each([
    ['no token', {}, 401],
    ['a malformed header', { authorization: 'Bearer a b' }, 400],
    ['another scope', write, 403],
  ])('refuses %s before the handler', async (_what, headers, status) => {
    const { api, app } = open();
    let calls = 0;
    app.get('/sales', { onRequest: api.requireScope('read') }, () => (calls += 1));
    const response = await app.inject({ url: '/sales', headers });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers.vary).toBe('Authorization');
    expect(calls).toBe(0);
  });

  it('passes a token to the handler', async () => {
    const { api, app } = open();
    app.get('/sales', { onRequest: api.requireScope('read') }, (request) => ({
      client: api.accessToken(request).clientId,
    }));
    const response = await app.inject({ url: '/sales', headers: read });
    expect(response.json()).toEqual({ client: 'reports' });
    expect(response.headers.vary).toBe('Authorization');
  });
});
