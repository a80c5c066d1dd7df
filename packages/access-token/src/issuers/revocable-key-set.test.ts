import { describe, expect, it } from 'vitest';
import { JwksSource } from '../keys/jwks-source.js';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import { RemoteKeySet } from '../keys/remote-key-set.js';
import { resolveOptions } from '../options/resolve-options.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { RevocableKeySet } from './revocable-key-set.js';

const ISSUER = 'https://as.example';
const DUE_AT = 1_000;
const ENDS_AT = 2_000;

let now = 0;

/** Creates the key set of an issuer, whose JWKS is requested from `fetch`. */
function createKeySet(fetch: typeof globalThis.fetch): RevocableKeySet {
  const clock = (): number => now;
  const options = resolveOptions({ issuer: ISSUER, audience: 'api', clock, fetch });
  const jwksUri = new URL('https://as.example/jwks');
  const source = new JwksSource({ ...options, issuer: ISSUER, jwksUri });
  const keys = new RemoteKeySet({ ...options, issuer: ISSUER, algorithms: ['ES256'], source });
  const period = { dueAt: DUE_AT, endsAt: ENDS_AT };
  return new RevocableKeySet({ issuer: ISSUER, keys, period, clock, onDue: () => undefined });
}

const serveKeys = (): Promise<Response> =>
  Promise.resolve(Response.json({ keys: [{ ...createKeyPair('P-256').publicJwk, kid: 'k' }] }));

describe('RevocableKeySet', () => {
  it.each([
    ['is ready before the trust ends', ENDS_AT - 1, undefined],
    ['is not ready once the trust has ended, although there are keys', ENDS_AT, 503],
  ])('%s', async (_title, time, status) => {
    now = 0;
    const keySet = createKeySet(serveKeys);
    await keySet.whenReady();
    now = time;
    const outcome = await keySet.whenReady().catch((error: unknown) => error);
    if (status === undefined) expect(outcome).toBeUndefined();
    else expect(outcome).toMatchObject({ status, issuer: ISSUER });
    keySet.close();
  });

  it('aborts a pending request when it is revoked, and answers with 503', async () => {
    now = 0;
    const signals: AbortSignal[] = [];
    const keySet = createKeySet((_url, init) => {
      const signal = init?.signal;
      if (!signal) throw new TypeError('no signal');
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
    });
    const ready = keySet.whenReady();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    keySet.revoke('evicted');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await expect(ready).rejects.toBeInstanceOf(KeySetUnavailableError);
  });
});
