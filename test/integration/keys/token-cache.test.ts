/** The token cache under load: many callers at once, and more tokens than entries. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  KeySetUnavailableError,
} from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';

const CALLERS = 10_000;

/** A schema that accepts every token and counts the calls. */
class Counter implements StandardSchemaV1 {
  verified = 0;
  readonly '~standard': StandardSchemaV1['~standard'];

  constructor(isLate: boolean) {
    const validate = (value: unknown): { value: unknown } | Promise<{ value: unknown }> => {
      this.verified += 1;
      return isLate ? Promise.resolve({ value }) : { value };
    };
    this['~standard'] = { version: 1, vendor: 'test', validate };
  }
}

describe('token cache: 10,000 callers with one new token', () => {
  let issuer: TestIssuer;
  let verifier: AccessTokenVerifier<unknown> | undefined;

  beforeEach(async () => {
    issuer = await createTestIssuer({ alg: 'ES256' });
  });

  afterEach(async () => {
    verifier?.close();
    await issuer.close();
  });

  const verifyAll = (
    asked: AccessTokenVerifier<unknown>,
    tokens: readonly string[],
  ): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(tokens.map((token) => asked.verify(token)));

  it.each([
    ['while the keys are fetched', false, false],
    ['when the keys are available', true, false],
    ['while a schema takes its time', true, true],
  ])('cost one verification %s', async (_case, isReady, isLate) => {
    const claims = new Counter(isLate);
    verifier = createAccessTokenVerifier({ ...issuer.options(), claims });
    if (isReady) await verifier.ready();
    const token = await issuer.mint();
    const outcomes = await verifyAll(
      verifier,
      Array.from({ length: CALLERS }, () => token),
    );
    expect(claims.verified).toBe(1);
    const verified = await verifier.verify(token);
    expect(outcomes.every((o) => o.status === 'fulfilled' && o.value === verified)).toBe(true);
  });

  it('do not affect callers with another token', async () => {
    verifier = createAccessTokenVerifier(issuer.options());
    const token = await issuer.mint();
    const other = await issuer.mint({ claims: { jti: 'other' } });
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${other.split('.')[2] ?? ''}`;
    const tokens = Array.from({ length: CALLERS }, (_, at) => (at % 10 === 0 ? forged : token));
    const outcomes = await verifyAll(verifier, tokens);
    const isRight = outcomes.map(
      ({ status }, at) => status === (tokens[at] === token ? 'fulfilled' : 'rejected'),
    );
    expect(isRight).not.toContain(false);
  });

  it('are refused together without keys, and accepted later', async () => {
    verifier = createAccessTokenVerifier(issuer.options());
    const token = await issuer.mint();
    issuer.fault('jwks', { kind: 'down', times: 1 });
    const outcomes = await verifyAll(verifier, [token, token, token]);
    const reasons = outcomes.map((outcome): unknown =>
      outcome.status === 'rejected' ? outcome.reason : undefined,
    );
    expect(reasons.every((reason) => reason instanceof KeySetUnavailableError)).toBe(true);
    issuer.clock.advance(60_000);
    expect(await verifier.verify(token)).toBeDefined();
  });
});

describe('token cache: 50,000 tokens, at most 1,000 entries', () => {
  const iat = Math.floor(Date.now() / 1000);

  /** The same token for the same number. */
  function mint(jti: number): string {
    return signToken({ jti: String(jti), iat, exp: iat + 600, note: 'x'.repeat(500) });
  }

  it('keep the last 1,000 and the size of the heap', async () => {
    const tokenCache = { maxEntries: 1_000 };
    const verifier = createAccessTokenVerifier({ ...SECRET_OPTIONS, tokenCache });
    const before = heapAfterCollection();
    for (let jti = 0; jti < 50_000; jti += 1) await verifier.verify(mint(jti));
    const grown = heapAfterCollection() - before;
    const isKnown = (jti: number): boolean =>
      internalsOf(verifier).findCached(mint(jti)) !== undefined;
    const recent = Array.from({ length: 2_000 }, (_, at) => 48_000 + at);
    expect(recent.filter(isKnown)).toEqual(recent.slice(1_000));
    // 50,000 of these would take a hundred mebibytes.
    expect(grown).toBeLessThan(20 * 2 ** 20);
    // Signing and verifying them takes several seconds of a busy processor.
  }, 60_000);
});

/** The used heap in bytes. V8 exposes its collector only with a flag. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return getHeapStatistics().used_heap_size;
}
