import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutRuntime } from './runtimes.js';
import { type RunningWorker, startWorker } from './workerd.js';

const secret = randomBytes(32).toString('hex');
const started: (() => unknown)[] = [];
let issuer: TestIssuer;
let worker: RunningWorker;

/** Sends a request to one of the Worker's handlers; returns the status, and the body if it is 200. */
async function call(name: string, token?: string): Promise<[status: number, body?: string]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${worker.origin}/${name}`, { headers });
  const body = await response.text();
  return response.status === 200 ? [200, body] : [response.status];
}

/** Replaces the signature of a token by one with the shared secret. */
async function mintWithSecret(overrides: Parameters<TestIssuer['mint']>[0]): Promise<string> {
  const token = await issuer.mint(overrides);
  const header = Buffer.from('{"alg":"HS256","typ":"at+jwt"}').toString('base64url');
  const input = `${header}.${token.split('.')[1] ?? ''}`;
  const key = Buffer.from(secret, 'hex');
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

describe('Workers', skipWithoutRuntime('workerd'), () => {
  beforeAll(async () => {
    const clients = [{ clientId: 'reports', clientSecret: secret }];
    issuer = await createTestIssuer({ alg: 'ES256', clients });
    started.push(() => issuer.close());
    const folder = await mkdtemp(join(tmpdir(), 'scopegate-workers-'));
    started.push(() => rm(folder, { recursive: true }));
    const jwks = JSON.stringify({ keys: await issuer.publicKeys() });
    const bindings = { ISSUER: issuer.issuer, JWKS: jwks, SECRET: secret };
    worker = await startWorker(folder, bindings);
    started.push(() => {
      worker.stop();
    });
  }, 60_000);
  afterAll(async () => {
    for (const stop of started.toReversed()) await stop();
  });

  it('verify tokens that are signed with a shared secret', async () => {
    const token = await mintWithSecret({ scope: 'read' });
    expect(await call('secret', token)).toEqual([200, '{"client":"test-client"}']);
    expect(await call('secret', token)).toEqual([200, '{"client":"test-client"}']);
    expect(await call('secret', await mintWithSecret({ scope: 'write' }))).toEqual([403]);
    expect(await call('secret', `${token.slice(0, -4)}AAAA`)).toEqual([401]);
    expect(await call('secret')).toEqual([401]);
  });

  it('get tokens, for concurrent requests too', async () => {
    const tokens = await Promise.all([call('client'), call('client'), call('client')]);
    expect(tokens.map(([status]) => status)).toEqual([200, 200, 200]);
  });

  it.each(['jwks', 'discovered'])(
    'let no token of a public key pass, valid or not: %s',
    async (name) => {
      expect(await call(name)).toEqual([401]);
      expect(await call(name, await issuer.mint({ scope: 'read' }))).toEqual([500]);
      expect(await call(name, await issuer.forge.tampered())).toEqual([500]);
    },
  );
});
