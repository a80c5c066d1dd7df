import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';
import { type AccessTokenClaims, createAccessTokenVerifier } from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import type { ProtectionSpace } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../../../test/support/decision-log.js';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { createGuard, type Guard } from './guard.js';
import type { GuardContext } from './guarded-request.js';
import { PUBLISH_AT_ONCE } from '../observation/publication-timing.js';
import { ScopePublisher } from '../observation/scope-publisher.js';
import { authenticationPolicy, routePolicy } from '../policy/compile-policy.js';
import { ReportOnlyGuards } from './report-only-guards.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { formatRefusal } from '../refusal/formatted-refusal.js';
import type { Refusal } from '../refusal/refusal.js';
import { nodeRequestAdapter } from '../request/node-request.js';
import { VerifiedRequests } from '../request/verified-request.js';

const server = { vocabulary: undefined, excessScopes: 'report' } as const;

function contextWith(
  changes: Partial<GuardContext<IncomingMessage, AccessTokenClaims>> = {},
): GuardContext<IncomingMessage, AccessTokenClaims> {
  return {
    verifier: internalsOf(createAccessTokenVerifier(SECRET_OPTIONS)),
    verifiedRequests: new VerifiedRequests(),
    adapter: nodeRequestAdapter,
    locations: new Set(['header'] as const),
    exposedTokens: new WeakSet(),
    protectionSpace: () => ({ realm: 'sales' }),
    completed: new WeakSet(),
    identifyClients: false,
    server: 'sales',
    timing: PUBLISH_AT_ONCE,
    scopes: new ScopePublisher(new Set(['read', 'write'])),
    reportOnly: new ReportOnlyGuards(Date.now),
    ...changes,
  };
}

type NodeGuard = Guard<IncomingMessage>;

function guardOf(
  route: RoutePolicy,
  changes?: Partial<GuardContext<IncomingMessage, AccessTokenClaims>>,
): NodeGuard {
  return createGuard(routePolicy(route, server), contextWith(changes), 'require');
}

function check(guard: NodeGuard, authorization?: string): ReturnType<NodeGuard['check']> {
  const req = new IncomingMessage(new Socket());
  if (authorization !== undefined) req.headers.authorization = authorization;
  return guard.check(req);
}

/** Checks a request on which the guard decides synchronously. */
function checkSync(guard: NodeGuard, authorization?: string): Refusal | undefined {
  const refusal = check(guard, authorization);
  if (refusal instanceof Promise) throw new Error('the guard has not decided synchronously');
  return refusal;
}

describe('createGuard', () => {
  it('has its policy, frozen', () => {
    const policy = routePolicy({ scope: 'read' }, server);
    const guard = createGuard(policy, contextWith(), 'require');
    expect(guard.policy).toBe(policy.declared);
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('lets a request pass synchronously when the keys are available', () => {
    expect(
      checkSync(guardOf({ scope: 'read' }), `Bearer ${signToken({ scope: 'read' })}`),
    ).toBeUndefined();
  });

  it.each<[string, string | undefined, number]>([
    ['no token', undefined, 401],
    ['a malformed header', 'Bearer', 400],
    ['a bad token', 'Bearer abc', 401],
    ['too little scope', `Bearer ${signToken({ scope: 'write' })}`, 403],
  ])('refuses %s synchronously', (_what, authorization, status) => {
    expect(checkSync(guardOf({ scope: 'read' }), authorization)).toMatchObject({ status });
  });

  it('publishes which claim of a refused token is wrong', () => {
    const events = listenToDecisions();
    void check(guardOf({ scope: 'read' }), `Bearer ${signToken({ nbf: 'soon' })}`);
    expect(events).toEqual([
      expect.objectContaining({
        outcome: 'refused',
        reason: 'claim',
        claim: 'nbf',
        problem: 'malformed',
      }),
    ]);
  });

  it('names the current protection space in the challenge', () => {
    let space: ProtectionSpace = { realm: 'sales' };
    const guard = guardOf({ scope: 'read' }, { protectionSpace: () => space });
    const challenge = (): unknown => {
      const refusal = checkSync(guard);
      return refusal && formatRefusal(refusal).headers['WWW-Authenticate'];
    };
    expect(challenge()).toBe('Bearer realm="sales", scope="read"');
    space = { ...space, resourceMetadata: 'https://api.example.com/m' };
    expect(challenge()).toBe(
      'Bearer realm="sales", scope="read", resource_metadata="https://api.example.com/m"',
    );
  });

  it('lets an anonymous request pass on an optional route', () => {
    const policy = authenticationPolicy('optional', server);
    expect(checkSync(createGuard(policy, contextWith(), 'require'))).toBeUndefined();
  });

  it('publishes excess scopes: declared ones by name, others by number', () => {
    const events = listenToDecisions();
    const scope = 'read write secret-project other';
    checkSync(guardOf({ scope: 'read' }), `Bearer ${signToken({ scope })}`);
    checkSync(guardOf({ scope: 'read' }), `Bearer ${signToken({ scope: 'read' })}`);
    expect(events.map(({ outcome, excess }) => [outcome, excess])).toEqual([
      ['allowed', { declared: ['write'], others: 2 }],
      ['allowed', undefined],
    ]);
  });

  it('publishes excess scopes that a wider limit allows', () => {
    const events = listenToDecisions();
    const route = { scope: 'read', atMost: ['read', 'write'] };
    const policy = routePolicy(route, { vocabulary: undefined, excessScopes: 'refuse' });
    const guard = createGuard(policy, contextWith(), 'require');
    checkSync(guard, `Bearer ${signToken({ scope: 'read write' })}`);
    expect(events.map(({ outcome, excess }) => [outcome, excess])).toEqual([
      ['allowed', { declared: ['write'], others: 0 }],
    ]);
  });

  it.each<[string, string | undefined, object]>([
    ['no token', undefined, { outcome: 'refused', reason: 'missing_credentials' }],
    ['a bad token', 'Bearer abc', { outcome: 'refused', reason: 'malformed' }],
    [
      'too little scope',
      `Bearer ${signToken()}`,
      { outcome: 'refused', reason: 'scope', issuer: SECRET_OPTIONS.issuer },
    ],
  ])('publishes the refusal of %s', (_what, authorization, event) => {
    const events = listenToDecisions();
    checkSync(guardOf({ scope: 'read' }), authorization);
    expect(events).toEqual([expect.objectContaining(event)]);
  });

  it('refuses a request whose verifier returns neither a token nor a refusal', async () => {
    const foreign: unknown = runInNewContext('Promise.resolve(undefined)');
    for (const given of [undefined, Promise.resolve(undefined), foreign]) {
      const verifier = {
        ...internalsOf(createAccessTokenVerifier(SECRET_OPTIONS)),
        verifyMaybeSync: () => given as never,
      };
      const checked = async (): Promise<unknown> =>
        check(guardOf({ scope: 'read' }, { verifier }), 'Bearer abc');
      await expect(checked()).rejects.toThrow(
        new Error('the verification of the access token returned no token'),
      );
    }
  });

  it('throws or rejects with an error that is not a refusal, unchanged', async () => {
    const events = listenToDecisions();
    const failure = new Error('the schema broke');
    const failing = (validate: () => never | Promise<never>): NodeGuard =>
      guardOf(
        { scope: 'read' },
        {
          verifier: internalsOf(
            createAccessTokenVerifier({
              ...SECRET_OPTIONS,
              claims: { '~standard': { version: 1, vendor: 'test', validate } },
            }),
          ),
        },
      );
    const authorization = `Bearer ${signToken({ scope: 'read' })}`;
    const broken = failing(() => {
      throw failure;
    });
    expect(() => void check(broken, authorization)).toThrow(failure);
    await expect(
      check(
        failing(() => Promise.reject(failure)),
        authorization,
      ),
    ).rejects.toBe(failure);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['error', undefined],
      ['error', undefined],
    ]);
  });
});
