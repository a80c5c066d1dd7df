import {
  assertProtected,
  type AttackedRoute,
  createTestIssuer,
  type TestIssuer,
} from '@scopegate/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createGuardedApp, failuresOf, type GuardedApp } from '../../support/guarded-apps.js';
import {
  createIntrospectingGuard,
  type IntrospectingGuardSettings,
  type IntrospectionCheck,
} from '../../support/introspecting-guard.js';

const ORIGIN = 'https://api.example.com';
const token = { format: 'opaque' } as const;

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256', audience: ORIGIN });
});

type Requirements = Partial<
  Pick<AttackedRoute, 'acrValues' | 'fresh' | 'maxAgeSeconds' | 'principal'>
> & { readonly scope?: string | undefined };

/** An application with one route behind a guard that is written by hand. */
function createApp(
  requirements: Requirements = {},
  settings: Partial<IntrospectingGuardSettings> = {},
): GuardedApp {
  const { scope, acrValues, maxAgeSeconds } = requirements;
  const required = { issuer, audience: ORIGIN, scope, acrValues, maxAgeSeconds };
  const guard = createIntrospectingGuard({ ...required, ...settings });
  return createGuardedApp({
    guard,
    route: { path: '/v1/payouts', ...requirements },
    declaredScopes: ['pay'],
  });
}

const attack = (guarded: GuardedApp): Promise<readonly string[]> =>
  failuresOf(guarded, { issuer, token });

const FRESH = { scope: 'pay', fresh: true };

describe('assertProtected on a route with fresh', () => {
  it('accepts a guard that asks about every token, and no handler runs', async () => {
    const guarded = createApp(FRESH);
    expect(await attack(guarded)).toEqual([]);
    expect(guarded.runs()).toBe(0);
  });

  it('finds a guard that caches responses, by a token that is revoked after a request', async () => {
    expect(await attack(createApp(FRESH, { skips: ['fresh'] }))).toEqual([
      'token that is revoked after a request | 401 invalid_token | 403, but with reason "scope"',
    ]);
  });

  it('accepts a guard that caches responses on a route without fresh', async () => {
    expect(await attack(createApp({ scope: 'pay' }, { skips: ['fresh'] }))).toEqual([]);
  });

  it('sends no token twice to a route that accepts every token, because its handler would run', async () => {
    const guarded = createApp({ fresh: true }, { skips: ['fresh'] });
    expect(await attack(guarded)).toEqual([]);
    expect(guarded.runs()).toBe(0);
  });

  it('finds a guard that ignores what the issuer says, by a revoked token', async () => {
    expect(await attack(createApp(FRESH, { skips: ['inactive'] }))).toContain(
      'revoked token | 401 invalid_token | 401, but with reason "audience"',
    );
  });

  it('requires an issuer that can revoke tokens', async () => {
    const { app, api } = createApp(FRESH);
    const { bearer } = issuer;
    await expect(assertProtected(app, api, { issuer: { bearer }, token })).rejects.toThrow(
      new TypeError('option "issuer" must have revoke(), because a route has "fresh"'),
    );
  });
});

describe('assertProtected with opaque tokens', () => {
  it.each<[IntrospectionCheck, string]>([
    ['audience', 'opaque: wrongAudience | 401 invalid_token | 204, accepted'],
    ['inactive', 'opaque: unknown | 401 invalid_token | 401, but with reason "audience"'],
    ['scope', 'no scope | 403 insufficient_scope | 204, accepted'],
  ])('finds a guard that skips the check %s', async (check, failure) => {
    expect(await attack(createApp({ scope: 'pay' }, { skips: [check] }))).toContain(failure);
  });

  it('sends forged JWTs too', async () => {
    const failures = await attack(createApp({}, { skips: ['typ', 'inactive', 'audience'] }));
    expect(failures).toContain('forged: algNone | 401 invalid_token | 204, accepted');
  });
});

const STEP_UP = { scope: 'pay', acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 };

describe('assertProtected on a route with step-up', () => {
  it.each([
    ['any kind of caller', STEP_UP],
    ['users only', { ...STEP_UP, principal: 'user' as const }],
    ['acr alone', { scope: 'pay', acrValues: ['phr'] }],
    ['auth_time alone', { scope: 'pay', maxAgeSeconds: 0 }],
  ])('accepts a guard with every check: %s', async (_case, requirements) => {
    const guarded = createApp(requirements);
    expect(await attack(guarded)).toEqual([]);
    expect(guarded.runs()).toBe(0);
  });

  it.each<[IntrospectionCheck, readonly string[]]>([
    ['acr', ['without acr', 'with another acr']],
    ['auth_time', ['with an old auth_time']],
  ])('finds a guard that skips the check %s', async (check, attacks) => {
    const failures = await attack(createApp(STEP_UP, { skips: [check] }));
    for (const attack of attacks) {
      expect(failures).toContain(
        `${attack} | 401 insufficient_user_authentication | 204, accepted`,
      );
    }
  });

  it('finds a guard that accepts a client instead of a user', async () => {
    const failures = await attack(
      createApp({ scope: 'pay', acrValues: ['phr'] }, { skips: ['principal'] }),
    );
    expect(failures).toContain('token of a client | 403 insufficient_scope | 204, accepted');
  });
});
