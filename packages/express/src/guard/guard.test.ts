import { IncomingMessage, ServerResponse } from 'node:http';
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
import { authenticationPolicy, type RoutePolicy, routePolicy } from '../policy/guard-policy.js';
import { VerifiedRequests } from '../request/verified-request.js';

const server = { vocabulary: undefined, excessScopes: 'report' } as const;

function contextWith(
  changes: Partial<GuardContext<AccessTokenClaims>> = {},
): GuardContext<AccessTokenClaims> {
  return {
    verifier: internalsOf(createAccessTokenVerifier(SECRET_OPTIONS)),
    verifiedRequests: new VerifiedRequests(),
    locations: new Set(['header'] as const),
    protectionSpace: () => ({ realm: 'sales' }),
    onRefusal: undefined,
    identifyClients: false,
    vocabulary: new Set(['read', 'write']),
    ...changes,
  };
}

function guardOf(route: RoutePolicy, changes?: Partial<GuardContext<AccessTokenClaims>>): Guard {
  return createGuard('requirePolicy', routePolicy(route, server), contextWith(changes));
}

/** Calls a guard and returns its synchronous outcome. */
function call(guard: Guard, authorization?: string): { nexts: unknown[][]; res: ServerResponse } {
  const req = new IncomingMessage(new Socket());
  if (authorization !== undefined) req.headers.authorization = authorization;
  const res = new ServerResponse(req);
  const nexts: unknown[][] = [];
  guard(req, res, (...given) => nexts.push(given));
  return { nexts, res };
}

describe('createGuard', () => {
  it('has the given name and its policy, frozen', () => {
    const policy = routePolicy({ scope: 'read' }, server);
    const guard = createGuard('requireScope', policy, contextWith());
    expect(guard.name).toBe('requireScope');
    expect(guard.length).toBe(3);
    expect(guard.policy).toBe(policy.declared);
    expect(Object.isFrozen(guard)).toBe(true);
  });

  it('calls next synchronously and without an argument when the keys are available', () => {
    const { nexts, res } = call(
      guardOf({ scope: 'read' }),
      `Bearer ${signToken({ scope: 'read' })}`,
    );
    expect(nexts).toEqual([[]]);
    expect(res.getHeaders()).toEqual({ vary: 'Authorization' });
  });

  it.each<[string, string | undefined, number]>([
    ['no token', undefined, 401],
    ['a malformed header', 'Bearer', 400],
    ['a bad token', 'Bearer abc', 401],
    ['too little scope', `Bearer ${signToken({ scope: 'write' })}`, 403],
  ])('refuses %s synchronously without calling next', (_what, authorization, status) => {
    const { nexts, res } = call(guardOf({ scope: 'read' }), authorization);
    expect(nexts).toEqual([]);
    expect(res.statusCode).toBe(status);
    expect(res.writableEnded).toBe(true);
  });

  it('names the current protection space in the challenge', () => {
    let space: ProtectionSpace = { realm: 'sales' };
    const guard = guardOf({ scope: 'read' }, { protectionSpace: () => space });
    const challenge = (): unknown => call(guard).res.getHeader('www-authenticate');
    expect(challenge()).toBe('Bearer realm="sales", scope="read"');
    space = { ...space, resourceMetadata: 'https://api.example.com/m' };
    expect(challenge()).toBe(
      'Bearer realm="sales", scope="read", resource_metadata="https://api.example.com/m"',
    );
  });

  it('sets Vary on an optional route', () => {
    const policy = authenticationPolicy('optional', server);
    const { nexts, res } = call(createGuard('optionalAccessToken', policy, contextWith()));
    expect(nexts).toEqual([[]]);
    expect(res.getHeader('vary')).toBe('Authorization');
  });

  it('publishes excess scopes: declared ones by name, others by number', () => {
    const events = listenToDecisions();
    const scope = 'read write secret-project other';
    call(guardOf({ scope: 'read' }), `Bearer ${signToken({ scope })}`);
    call(guardOf({ scope: 'read' }), `Bearer ${signToken({ scope: 'read' })}`);
    expect(events.map(({ outcome, excess }) => [outcome, excess])).toEqual([
      ['allowed', { declared: ['write'], others: 2 }],
      ['allowed', undefined],
    ]);
  });

  it('publishes excess scopes that a wider limit allows', () => {
    const events = listenToDecisions();
    const route = { scope: 'read', atMost: ['read', 'write'] };
    const policy = routePolicy(route, { vocabulary: undefined, excessScopes: 'refuse' });
    const guard = createGuard('requirePolicy', policy, contextWith());
    call(guard, `Bearer ${signToken({ scope: 'read write' })}`);
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
    call(guardOf({ scope: 'read' }), authorization);
    expect(events).toEqual([expect.objectContaining(event)]);
  });

  it('does not catch what next throws', async () => {
    const thrown = new Error('a handler threw');
    const answered: boolean[] = [];
    const run = (guard: Guard): void => {
      const req = new IncomingMessage(new Socket());
      req.headers.authorization = `Bearer ${signToken({ scope: 'read' })}`;
      const res = new ServerResponse(req);
      let calls = 0;
      try {
        guard(req, res, () => {
          calls += 1;
          throw thrown;
        });
      } finally {
        answered.push(res.headersSent, calls !== 1);
      }
    };
    expect(() => {
      run(guardOf({ scope: 'read' }));
    }).toThrow(thrown);
    await new Promise(setImmediate);
    expect(answered).toEqual([false, false]);
  });

  it('refuses a request whose verifier returns neither a token nor a refusal', async () => {
    const foreign: unknown = runInNewContext('Promise.resolve(undefined)');
    for (const given of [undefined, Promise.resolve(undefined), foreign]) {
      const verifier = {
        ...internalsOf(createAccessTokenVerifier(SECRET_OPTIONS)),
        verifyMaybeSync: () => given as never,
      };
      const { nexts } = call(guardOf({ scope: 'read' }, { verifier }), 'Bearer abc');
      await new Promise(setImmediate);
      expect(nexts).toEqual([
        [new Error('the verification of the access token returned no token')],
      ]);
    }
  });

  it('passes an error that is not a refusal to next, once and unchanged', async () => {
    const events = listenToDecisions();
    const failure = new Error('the schema broke');
    const failing = (validate: () => never | Promise<never>): Guard =>
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
    const sync = call(
      failing(() => {
        throw failure;
      }),
      authorization,
    );
    expect(sync.nexts).toEqual([[failure]]);
    const late = call(
      failing(() => Promise.reject(failure)),
      authorization,
    );
    expect(late.nexts).toEqual([]);
    await new Promise(setImmediate);
    expect(late.nexts).toEqual([[failure]]);
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['error', undefined],
      ['error', undefined],
    ]);
  });
});
