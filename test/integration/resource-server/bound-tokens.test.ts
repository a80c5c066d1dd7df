/** Tokens that are bound to a key, without a framework. */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import {
  createResourceServer,
  formatRefusal,
  type RequestAdapter,
} from '@scopegate/resource-server';
import { createResourceServer as createWebServer } from '@scopegate/web';
import { describe, expect, it } from 'vitest';
import { createProver } from '../../support/proofs.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const DPOP = {
  ...SECRET_OPTIONS,
  dpop: { algorithms: ['ES256'], nonce: { secret: Buffer.alloc(32, 7) } },
} as const;
const prover = createProver('ES256');
const TOKEN = signToken({ cnf: { jkt: prover.thumbprint } });
const MINUTE_MS = 60_000;

function requestWith(nonce: string, now: number): IncomingMessage {
  const iat = Math.floor(now / 1000);
  const htu = `${SECRET_OPTIONS.audience}/orders`;
  const proof = prover.prove({ token: TOKEN, iat, htu, nonce });
  const req = new IncomingMessage(new Socket());
  Object.assign(req, { method: 'GET', url: '/orders', rawHeaders: ['DPoP', proof] });
  req.headers.authorization = `DPoP ${TOKEN}`;
  return req;
}

describe('responseHeaders', () => {
  it('are the fields that the response to a guarded request needs', () => {
    let now = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
    const api = createResourceServer({ ...DPOP, clock: () => now });
    const guard = api.requireAccessToken();
    const refusal = guard.check(requestWith('none', now));
    if (refusal === undefined || refusal instanceof Promise) throw new Error('not refused');
    const { headers } = formatRefusal(refusal);
    const nonce = String(headers['DPoP-Nonce']);
    const current = requestWith(nonce, now);
    expect(guard.check(current)).toBeUndefined();
    expect(api.responseHeaders(current)).toEqual({ Vary: 'Authorization, DPoP' });
    now += MINUTE_MS;
    const stale = requestWith(nonce, now);
    expect(guard.check(stale)).toBeUndefined();
    expect(api.responseHeaders(stale)).toEqual({
      Vary: 'Authorization, DPoP',
      'DPoP-Nonce': expect.stringMatching(/^[-\w]{43}$/) as unknown,
      'Cache-Control': 'no-store',
    });
  });

  it('have only Vary for a request that no guard has let through', () => {
    const api = createResourceServer(DPOP);
    const req = new IncomingMessage(new Socket());
    expect(api.responseHeaders(req)).toEqual({ Vary: 'Authorization' });
  });
});

describe('createResourceServer with bound tokens', () => {
  const adapter: RequestAdapter<object> = {
    authorization: () => undefined,
    url: () => undefined,
    method: () => undefined,
    route: () => undefined,
    onEnd: () => () => undefined,
  };

  it.each<[string, () => unknown, RegExp]>([
    [
      'dpop with an adapter that does not list field lines',
      () => createResourceServer(DPOP, adapter),
      /^option "dpop" requires a RequestAdapter that lists field lines; add the method "fieldLines" to it$/,
    ],
    [
      'mtls where requests have no connection',
      // @ts-expect-error: the option is not available
      () => createWebServer({ ...SECRET_OPTIONS, mtls: { certificate: 'socket' } }),
      /^option "mtls" requires a RequestAdapter .* use a package for Node's HTTP server/,
    ],
  ])('refuses %s', (_what, create, message) => {
    expect(create).toThrow(message);
  });
});
