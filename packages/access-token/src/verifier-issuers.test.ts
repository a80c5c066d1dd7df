import { randomBytes } from 'node:crypto';
import { InvalidTokenError } from '@scopegate/protocol';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AccessTokenVerifier } from './access-token-verifier.js';
import type { IssuerResolver } from './options/issuer-options.js';
import type { AccessTokenVerifierOptions } from './options/options.js';
import { entra } from './providers.js';
import { createAccessTokenVerifier } from './verifier.js';
import { internalsOf } from './verifier-internals.js';
import { settle } from '../../../test/support/settle.js';
import { encode, SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';

const { issuer, audience, secret } = SECRET_OPTIONS;

function open(
  resolve: IssuerResolver['resolve'],
  options: Partial<AccessTokenVerifierOptions> = {},
): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({
    audience,
    ...options,
    issuers: { resolve },
  } as AccessTokenVerifierOptions);
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

const onlyOurs: IssuerResolver['resolve'] = (iss) =>
  iss === issuer ? { issuer, secret } : undefined;

/** Why a token is refused; `undefined` when it is not. */
async function reasonOf(verifier: AccessTokenVerifier, token: string): Promise<unknown> {
  try {
    await verifier.verify(token);
    return undefined;
  } catch (error) {
    return error instanceof InvalidTokenError ? error.reason : error;
  }
}

describe('createAccessTokenVerifier › issuers found at run time', () => {
  it('verifies synchronously when the issuer is held, with and without the token cache', async () => {
    for (const tokenCache of [false, undefined] as const) {
      const verifier = internalsOf(open(onlyOurs, { tokenCache, algorithms: ['HS256'] }));
      const first = verifier.verifyMaybeSync(signToken({ jti: 'a' }));
      expect(first).toBeInstanceOf(Promise);
      await first;
      const token = signToken({ jti: 'b' });
      expect(verifier.verifyMaybeSync(token)).toMatchObject({ issuer });
      expect(verifier.verifyMaybeSync(token)).toMatchObject({ issuer });
    }
  });

  it('never accepts a made-up issuer', async () => {
    const verifier = open(onlyOurs, { algorithms: ['HS256'], typ: 'jwt' });
    const made = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.constantFrom('', `${issuer}/`, issuer.toUpperCase(), `${issuer}\0`, '__proto__'),
      fc.anything({ maxDepth: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(made, async (iss) => {
        fc.pre(iss !== issuer);
        let token: string;
        try {
          token = signToken({ iss });
        } catch {
          return; // JSON has no such value.
        }
        expect(['issuer', 'malformed']).toContain(await reasonOf(verifier, token));
      }),
      { seed: 42, numRuns: 300 },
    );
    expect(await reasonOf(verifier, signToken())).toBeUndefined();
    expect(verifier.health().issuers).toHaveLength(1);
  });

  it('calls resolve only for well-formed tokens with a string as issuer', async () => {
    const asked: string[] = [];
    const verifier = open((iss) => void asked.push(iss));
    for (const token of ['', 'a.b.c', signToken({ iss: 5 }), signToken({ iss: ['a'] })]) {
      await reasonOf(verifier, token);
      await verifier.explain(token);
    }
    await reasonOf(verifier, signToken({ iss: 'https://long.example', pad: 'x'.repeat(20_000) }));
    expect(asked).toEqual([]);
    await reasonOf(verifier, signToken({ iss: 'https://b.example' }));
    expect(asked).toEqual(['https://b.example']);
  });

  it('checks typ and alg of an unknown issuer by the shared options', async () => {
    const verifier = open(() => undefined, { typ: 'at+jwt', algorithms: ['HS256'] });
    expect(await reasonOf(verifier, signToken({}, { header: { typ: 'JWT' } }))).toBe('typ');
    expect(await reasonOf(verifier, signToken({}, { header: { alg: 'HS512' } }))).toBe('alg');
    expect(await reasonOf(verifier, signToken())).toBe('issuer');
  });

  it('checks typ and alg of a known issuer by its own options', async () => {
    const shared = { typ: 'auto', algorithms: ['ES256'] } as const;
    const own = { typ: 'at+jwt', algorithms: ['HS256'] } as const;
    const verifier = open(() => ({ issuer, secret, ...own }), shared);
    expect(await reasonOf(verifier, signToken({}, { header: { typ: 'JWT' } }))).toBe('typ');
    expect(await reasonOf(verifier, signToken({ jti: 'a' }))).toBeUndefined();
    const strict = open(() => ({ issuer, secret, algorithms: ['HS256'] }), shared);
    expect(await reasonOf(strict, signToken({}, { header: { alg: 'ES256' } }))).toBe('alg');
  });

  it('uses the issuer of a preset that the token names', async () => {
    const asked: string[] = [];
    const tenantId = '11111111-2222-3333-4444-555555555555';
    const resolve: IssuerResolver['resolve'] = (iss) =>
      iss.includes(tenantId) ? entra({ tenantId, audience }) : undefined;
    const fetch = (url: string | URL | Request): Promise<Response> => {
      asked.push(url instanceof Request ? url.url : url.toString());
      return Promise.resolve(Response.json({ keys: [] }));
    };
    const verifier = open(resolve, { fetch });
    const host = 'https://login.microsoftonline.com';
    const iss = `${host}/${tenantId}/v2.0`;
    const token = signToken({ iss, scp: 'read' }).replace(/^[^.]+/, encode({ alg: 'RS256' }));
    expect(await reasonOf(verifier, token)).toBe('key');
    expect(asked).toContain(`${host}/${tenantId}/discovery/v2.0/keys`);
    expect(verifier.health().issuers).toMatchObject([{ issuer: iss, state: 'withdrawn' }]);
  });

  it('fetches no keys when close() follows the answer of resolve by a few microtasks', async () => {
    const token = signToken({ scope: 'read' }).replace(/^[^.]+/, encode({ alg: 'RS256' }));
    for (let microtasks = 0; microtasks < 30; microtasks += 1) {
      let answer = (): void => undefined;
      let isClosed = false;
      let late = 0;
      const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
        if (isClosed && init?.signal?.aborted !== true) late += 1;
        return Promise.reject(new TypeError('down'));
      };
      const resolve: IssuerResolver['resolve'] = () =>
        new Promise((answerWith) => {
          answer = () => {
            answerWith({ issuer });
          };
        });
      const verifier = open(resolve, { fetch });
      const pending = reasonOf(verifier, token);
      await settle();
      answer();
      for (let count = 0; count < microtasks; count += 1) await Promise.resolve();
      verifier.close();
      isClosed = true;
      expect(await pending).toMatchObject({ status: 503 });
      expect(await reasonOf(verifier, token)).toMatchObject({ status: 503 });
      expect(late, `after ${microtasks} microtasks`).toBe(0);
    }
  });

  it('refuses a token signed with a forged secret for every tenant', async () => {
    const verifier = open((iss) => ({ issuer: iss, secret: randomBytes(32) }));
    expect(await reasonOf(verifier, signToken())).toBe('signature');
  });
});
