/** How long introspection responses are used, and how many requests are made. */
import { describe, expect, it } from 'vitest';
import { openIntrospection } from '../../support/introspection.js';

describe('introspection › cache', () => {
  it('a response is used for cacheSeconds', async () => {
    const { issuer, outcomeOf } = await openIntrospection();
    const token = await issuer.opaque();
    await outcomeOf(token);
    issuer.clock.advance(9_999);
    issuer.revoke(token);
    expect([await outcomeOf(token), issuer.requests.introspection]).toEqual(['accepted', 1]);
    issuer.clock.advance(1);
    expect([await outcomeOf(token), issuer.requests.introspection]).toEqual(['inactive', 2]);
  });

  it('a response is never used past exp', async () => {
    const { issuer, outcomeOf } = await openIntrospection({
      introspection: { cacheSeconds: 300 },
      options: { clockToleranceSeconds: 30 },
    });
    const token = await issuer.opaque({ expiresInSeconds: 5 });
    await outcomeOf(token);
    issuer.clock.advance(4_000);
    expect([await outcomeOf(token), issuer.requests.introspection]).toEqual(['accepted', 1]);
    issuer.clock.advance(1_000);
    expect([await outcomeOf(token), issuer.requests.introspection]).toEqual(['inactive', 2]);
  });

  it('cacheSeconds: 0 asks for each request', async () => {
    const { issuer, outcomeOf } = await openIntrospection({ introspection: { cacheSeconds: 0 } });
    const token = await issuer.opaque();
    await outcomeOf(token);
    await outcomeOf(token);
    expect(issuer.requests.introspection).toBe(2);
    issuer.revoke(token);
    expect(await outcomeOf(token)).toBe('inactive');
  });

  it('tokenCache: false asks for each request, and parallel requests share one', async () => {
    const { issuer, verifier, outcomeOf } = await openIntrospection({
      options: { tokenCache: false },
    });
    const token = await issuer.opaque();
    await outcomeOf(token);
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
    expect(issuer.requests.introspection).toBe(2);
  });

  it('an inactive token is refused for negativeCacheSeconds without a request', async () => {
    const { issuer, outcomeOf } = await openIntrospection();
    expect(await outcomeOf('unknown')).toBe('inactive');
    issuer.clock.advance(4_999);
    expect([await outcomeOf('unknown'), issuer.requests.introspection]).toEqual(['inactive', 1]);
    issuer.clock.advance(1);
    expect([await outcomeOf('unknown'), issuer.requests.introspection]).toEqual(['inactive', 2]);
  });

  it('negativeCacheSeconds: 0 asks for each request', async () => {
    const { issuer, outcomeOf } = await openIntrospection({
      introspection: { negativeCacheSeconds: 0 },
    });
    await outcomeOf('unknown');
    await outcomeOf('unknown');
    expect(issuer.requests.introspection).toBe(2);
  });

  it.each([
    ['another audience', { aud: 'https://other.example' }, 'audience'],
    ['another kind', { token_type: 'N_A' }, 'typ'],
  ])(
    'an active token with %s is refused without another request',
    async (_what, claims, reason) => {
      const { issuer, outcomeOf } = await openIntrospection();
      const token = await issuer.opaque({ claims });
      expect([await outcomeOf(token), await outcomeOf(token)]).toEqual([reason, reason]);
      expect(issuer.requests.introspection).toBe(1);
    },
  );

  it('a cached refusal ends when the clock is set back', async () => {
    const { issuer, outcomeOf } = await openIntrospection();
    await outcomeOf('unknown');
    issuer.clock.advance(-3_600_000);
    await outcomeOf('unknown');
    expect(issuer.requests.introspection).toBe(2);
  });

  it('a clock that is set back does not prolong the use of a response', async () => {
    const { issuer, outcomeOf } = await openIntrospection();
    const token = await issuer.opaque({ claims: { iat: undefined } });
    await outcomeOf(token);
    issuer.revoke(token);
    issuer.clock.advance(-10);
    expect([await outcomeOf(token), issuer.requests.introspection]).toEqual(['inactive', 2]);
  });

  it('a flood of unknown tokens evicts no good one', async () => {
    const { issuer, outcomeOf } = await openIntrospection({
      options: { tokenCache: { maxEntries: 10 } },
    });
    const token = await issuer.opaque();
    await outcomeOf(token);
    const unknown = Array.from({ length: 40 }, (_, index) => outcomeOf(`unknown-${index}`));
    expect(new Set(await Promise.all(unknown))).toEqual(new Set(['inactive']));
    await outcomeOf(token);
    expect(issuer.requests.introspection).toBe(41);
  });
});

describe('introspection › single flight', () => {
  it('50 parallel requests with one token cost one introspection', async () => {
    const { issuer, verifier } = await openIntrospection();
    const token = await issuer.opaque();
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
    expect(issuer.requests.introspection).toBe(1);
  });

  it('each of 50 parallel callers gets its own error', async () => {
    const { verifier } = await openIntrospection({ options: { tokenCache: false } });
    const refusals = await Promise.all(
      Array.from({ length: 50 }, () => verifier.verify('unknown').catch((error: unknown) => error)),
    );
    expect(new Set(refusals).size).toBe(50);
  });
});
