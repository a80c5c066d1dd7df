import {
  assertProtected,
  type AttackedRoute,
  createProofKey,
  createTestIssuer,
  proofForgeries,
  type ProtectionOptions,
  type TestIssuer,
} from '@scopegate/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createGuardedApp, failuresOf, type GuardedApp } from '../../support/guarded-apps.js';
import {
  createProofGuard,
  type GuardCheck,
  type ProofGuardSettings,
} from '../../support/proof-guard.js';

const ORIGIN = 'https://api.example.com';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, alg: 'ES256', audience: ORIGIN });
});

/** An application with one route behind a guard that is written by hand. */
function createApp(
  settings: Partial<ProofGuardSettings> = {},
  route: Partial<AttackedRoute> = {},
): GuardedApp {
  const guard = createProofGuard({
    issuer,
    audience: ORIGIN,
    publicUrl: ORIGIN,
    scope: 'read',
    ...settings,
  });
  return createGuardedApp({
    guard,
    route: { path: '/v1/sales', scope: 'read', senderConstraints: ['dpop'], ...route },
    declaredScopes: ['read'],
  });
}

const attack = (
  guarded: GuardedApp,
  options: Partial<ProtectionOptions> = {},
): Promise<readonly string[]> => failuresOf(guarded, { issuer, ...options });

describe('assertProtected with a sender constraint', () => {
  it('accepts a guard with every check, and no handler runs', async () => {
    const guarded = createApp();
    expect(await attack(guarded)).toEqual([]);
    expect(guarded.runs()).toBe(0);
    const report = await assertProtected(guarded.app, guarded.api, { issuer });
    expect(report.attacks).toBeGreaterThan(proofForgeries.length);
  });

  it.each<[GuardCheck, string]>([
    ['unsupported_scheme', 'bound token as Bearer | 401 invalid_token | 204, accepted'],
    ['unbound', 'unbound token as DPoP | 401 invalid_token | 204, accepted'],
    ['binding', 'proof: otherKey | 401 invalid_token | 204, accepted'],
    ['proof_method', 'proof: otherMethod | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_url', 'proof: otherUrl | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_token', 'proof: otherTokenHash | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_replayed', 'proof: replayed | 401 invalid_dpop_proof | 403, but with reason "scope"'],
    ['proof_malformed', 'proof: duplicateClaim | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_typ', 'proof: typJwt | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_alg', 'proof: algNone | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_key', 'proof: longExponent | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_signature', 'proof: flippedSignature | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_claim', 'proof: noId | 401 invalid_dpop_proof | 204, accepted'],
    ['proof_time', 'proof: old | 401 invalid_dpop_proof | 204, accepted'],
    ['expired', 'forged: expired | 401 invalid_token | 204, accepted'],
    ['scope', 'no scope | 403 insufficient_scope | 204, accepted'],
  ])('finds a guard that skips the check %s', async (check, failure) => {
    expect(await attack(createApp({ skips: [check] }))).toContain(failure);
  });

  it.each([
    ['a limit of scopes', { scope: undefined, atMost: ['read'] }],
    ['a kind of caller', { scope: undefined, principal: 'user' as const }],
  ])('replays a proof on a route with %s', async (_case, route) => {
    const failures = await attack(createApp({ scope: 'none', skips: ['proof_replayed'] }, route));
    expect(failures.filter((row) => row.startsWith('proof: replayed'))).toHaveLength(1);
  });

  it('replays no proof on a route that accepts every token, because its handler would run', async () => {
    const guarded = createApp(
      { scope: undefined, skips: ['proof_replayed'] },
      { scope: undefined },
    );
    expect(await attack(guarded)).toEqual([]);
    expect(guarded.runs()).toBe(0);
  });

  it('uses the nonce of the route in proofs, and sends proofs without one', async () => {
    expect(await attack(createApp({ nonce: 'n-1' }))).toEqual([]);
    expect(await attack(createApp({ nonce: 'n-1', skips: ['nonce'] }))).toEqual([
      'proof without a nonce | 401 use_dpop_nonce | 204, accepted',
      'proof with an unknown nonce | 401 use_dpop_nonce | 204, accepted',
    ]);
  });

  it('makes proofs for the option publicUrl', async () => {
    const guarded = createApp({ publicUrl: 'https://public.example/api' });
    expect(await attack(guarded)).not.toEqual([]);
    for (const publicUrl of ['https://public.example/api', 'https://public.example/api/']) {
      expect(await attack(guarded, { publicUrl })).toEqual([]);
    }
  });

  it.each(['RS256', 'Ed25519'] as const)('makes proofs with a key for %s', async (alg) => {
    expect(await attack(createApp(), { proofKey: createProofKey({ alg }) })).toEqual([]);
  });

  it('sends the forged proofs that the option proofForgeries names', async () => {
    const { app, api } = createApp();
    const attacks = async (options: Partial<ProtectionOptions>): Promise<number> =>
      (await assertProtected(app, api, { issuer, ...options })).attacks;
    const none = await attacks({ proofForgeries: [] });
    expect(await attacks({ proofForgeries: ['otherKey', 'algNone'] })).toBe(none + 2);
    // A replay is sent in any case.
    expect(await attacks({})).toBe(none + proofForgeries.length - 1);
  });

  it('binds tokens to a key where the constraint is any, if the challenge has the scheme DPoP', async () => {
    expect(await attack(createApp({}, { senderConstraints: ['any'] }))).toEqual([]);
  });

  it('requires the option publicUrl if the audience is not an https URL', async () => {
    const { app, api } = createApp();
    const token = { audience: 'sales-api' };
    await expect(assertProtected(app, api, { issuer, token })).rejects.toThrow(
      'option "publicUrl" is required, because a route requires bound tokens',
    );
  });

  it.each([
    [{ publicUrl: '/v1' }, 'option "publicUrl" must be an absolute URL'],
    [{ publicUrl: 'https://api.example.com?a' }, 'option "publicUrl" must be an absolute URL'],
    [{ proofKey: {} }, 'option "proofKey" must be a key of createProofKey()'],
    [{ certificate: 'a' }, 'option "certificate" must be an object with the thumbprint'],
    [{ certificate: createProofKey() }, 'option "certificate" must be an object with'],
    [
      { proofForgeries: ['oldd'] },
      'option "proofForgeries" must list known forgeries, not "oldd"; did you mean "old"?',
    ],
  ])('rejects the options %j', async (options, message) => {
    const { app, api } = createApp();
    const given = { issuer, ...options } as ProtectionOptions;
    await expect(assertProtected(app, api, given)).rejects.toThrow(TypeError);
    await expect(assertProtected(app, api, given)).rejects.toThrow(message);
  });
});
