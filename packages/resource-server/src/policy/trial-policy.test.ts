import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routePolicy } from './compile-policy.js';
import type { CompiledPolicy, ServerPolicy } from './guard-policy.js';
import { resolveImpliedScopes } from './implied-scopes.js';
import type { HandlerPolicy, RoutePolicy } from './route-policy.js';
import { checkScopes } from './scope-policy.js';
import { allOf, anyOf, type ScopeRequirement } from './scope-requirement.js';

const SCOPES = ['a', 'b', 'c', 'd'] as const;
const server: ServerPolicy = {
  vocabulary: SCOPES,
  excessScopes: 'ignore',
  bindings: { provable: { dpop: true, mtls: true }, senderConstraint: undefined },
};

const compile = (route: unknown, changes: Partial<ServerPolicy> = {}): CompiledPolicy =>
  routePolicy(route as RoutePolicy, { ...server, ...changes }); // possible in plain JavaScript

const WIDER = 'must not allow what is refused now; a trial can only be stricter';

describe('trial of a route', () => {
  it('replaces the members of its route', () => {
    const trial: HandlerPolicy = { atMost: ['a'], principal: 'client' };
    const check = { name: 'tenant', test: () => true };
    const { declared } = compile({ scope: 'a', principal: undefined, check, trial });
    expect(declared.trial).toMatchObject({
      authentication: 'required',
      scope: 'a',
      atMost: ['a'],
      principal: 'client',
      check: 'tenant',
      trial: undefined,
      reportOnlyUntil: undefined,
    });
    expect(Object.isFrozen(declared.trial)).toBe(true);
    expect(declared).toMatchObject({ scope: 'a', atMost: undefined, principal: undefined });
  });

  it('may be all that a route has', () => {
    const { declared } = compile({ trial: { scope: 'a' } });
    expect(declared).toMatchObject({ scope: undefined, trial: { scope: 'a' } });
  });

  it('of the server limits routes to the scopes that they require', () => {
    const trialExcessScopes = 'refuse';
    const trialOf = (route: unknown): unknown => compile(route, { trialExcessScopes }).trial;
    expect(trialOf({ scope: 'a' })).toMatchObject({ declared: { excessScopes: 'refuse' } });
    expect(trialOf({ scope: 'a', atMost: ['a', 'b'] })).toBeUndefined();
    expect(trialOf({ principal: 'user' })).toBeUndefined();
    expect(compile({ scope: 'a' }, { trialExcessScopes, excessScopes: 'refuse' }).trial).toBe(
      undefined,
    );
  });

  it.each<[unknown]>([
    [{ scope: 'a', trial: { scope: allOf('a', 'b') } }],
    [{ scope: anyOf('a', 'b'), trial: { scope: 'a' } }],
    [{ scope: 'a', atMost: ['a', 'b'], trial: { atMost: ['a'] } }],
    [{ atMost: ['a', 'b'], trial: { scope: 'a' } }],
    [{ acrValues: ['phr', 'phrh'], trial: { acrValues: ['phrh'] } }],
    [{ maxAgeSeconds: 300, trial: { maxAgeSeconds: 60 } }],
    [{ senderConstraint: 'any', trial: { senderConstraint: 'dpop' } }],
    [{ scope: 'a', trial: { senderConstraint: 'any' } }],
    [{ scope: 'a', trial: { scope: 'a' } }],
  ])('accepts %j, which is stricter', (route) => {
    expect(compile(route).trial).toBeDefined();
  });

  it.each<[unknown, string]>([
    [{ scope: 'a', trial: { scope: 'b' } }, `option "trial.scope" ${WIDER}`],
    [{ scope: allOf('a', 'b'), trial: { scope: 'a' } }, `option "trial.scope" ${WIDER}`],
    [{ scope: 'a', trial: { scope: anyOf('a', 'b') } }, `option "trial.scope" ${WIDER}`],
    [{ atMost: ['a'], trial: { atMost: ['a', 'b'] } }, `option "trial.atMost" ${WIDER}`],
    [{ principal: 'user', trial: { principal: 'client' } }, `option "trial.principal" ${WIDER}`],
    [
      { senderConstraint: 'dpop', trial: { senderConstraint: 'any' } },
      `option "trial.senderConstraint" ${WIDER}`,
    ],
    [{ acrValues: ['a'], trial: { acrValues: ['a', 'b'] } }, `option "trial.acrValues" ${WIDER}`],
    [{ maxAgeSeconds: 60, trial: { maxAgeSeconds: 61 } }, `option "trial.maxAgeSeconds" ${WIDER}`],
    [
      { scope: 'a', trial: { trial: { scope: 'a' } } },
      'option "trial" has no option "trial"; a trial cannot contain another one; omit it',
    ],
    [
      { scope: 'a', trial: { check: { name: 'x', test: () => true } } },
      'option "trial" has no option "check"; a trial does not call the application; omit it',
    ],
    [
      { scope: 'a', trial: { fresh: true } },
      'option "trial" has no option "fresh"; a trial does not ask the authorization server; omit it',
    ],
    [
      { scope: 'a', trial: {} },
      'option "trial" requires "scope", "atMost", "principal", "senderConstraint", "acrValues" or "maxAgeSeconds"; otherwise omit it',
    ],
    [{ scope: 'a', trial: true }, 'option "trial" must be an object'],
    [
      { scope: 'a', trial: { atMost: 'a' } },
      'option "atMost" must be an array of at least one scope',
    ],
    [
      { scope: 'a', trial: { atMost: ['b'] } },
      'in option "trial", together with its route: option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"',
    ],
    [
      { acrValues: ['phr'], trial: { principal: 'client' } },
      'in option "trial", together with its route: option "principal" must not be "client" with "acrValues" or "maxAgeSeconds", because a client has no user to authenticate; omit them',
    ],
  ])('refuses %j', (route, message) => {
    expect(() => compile(route)).toThrow(new TypeError(message));
  });

  it('refuses a trial in a handler, which runs behind a guard', () => {
    const make = (): unknown => routePolicy({ trial: { scope: 'a' } }, server, 'policy');
    const message =
      'policy() has no option "trial"; only guards try policies; write it in the policy of the route';
    expect(make).toThrow(new TypeError(message));
  });

  it('refuses to compare more alternatives than it can list', () => {
    const pair = anyOf('a', 'b');
    const many = Array.from({ length: 13 }, () => pair);
    const scope = allOf(pair, ...many);
    expect(() => compile({ scope: 'a', trial: { scope } })).toThrow(
      new TypeError('option "trial.scope" must have at most 4096 alternatives; simplify it'),
    );
  });

  it('is refused exactly if some token that it allows is refused now', () => {
    const requirement = fc.letrec<{ node: ScopeRequirement; leaf: ScopeRequirement }>((tie) => ({
      leaf: fc.constantFrom(...SCOPES),
      node: fc.oneof(
        { maxDepth: 2 },
        tie('leaf'),
        fc.tuple(tie('node'), tie('node')).map(([one, other]) => allOf(one, other)),
        fc.tuple(tie('node'), tie('node')).map(([one, other]) => anyOf(one, other)),
      ),
    })).node;
    const limit = fc.option(fc.subarray([...SCOPES], { minLength: 1 }), { nil: undefined });
    const policy = fc.record({ scope: fc.option(requirement, { nil: undefined }), atMost: limit });
    const implies = fc.constantFrom(undefined, { d: ['a'] }, { d: ['a', 'b'], c: ['b'] });
    const excess = fc.constantFrom('ignore' as const, 'refuse' as const);
    const property = fc.property(
      policy,
      policy,
      implies,
      excess,
      (route, trial, implied, excessScopes) => {
        const changes = { excessScopes, implying: resolveImpliedScopes(implied, SCOPES) };
        const enforced = tryCompile({ principal: 'user', ...route }, changes);
        const merged = { principal: 'user', ...route, ...definedOf(trial) };
        const stricter = tryCompile(merged, changes);
        fc.pre(enforced !== undefined && stricter !== undefined && trialHasMember(trial));
        const isStricter = SUBSETS.every(
          (scopes) => !isAllowed(stricter, scopes) || isAllowed(enforced, scopes),
        );
        const made = tryCompile({ principal: 'user', ...route, trial }, changes);
        expect(made !== undefined).toBe(isStricter);
        if (made !== undefined) expect(made.declared.trial).toEqual(stricter.declared);
      },
    );
    fc.assert(property, { seed: 17, numRuns: 2000 });
  });
});

const SUBSETS = SCOPES.reduce<readonly (readonly string[])[]>(
  (sets, scope) => sets.flatMap((set) => [set, [...set, scope]]),
  [[]],
).map((scopes) => new Set(scopes));

function isAllowed(policy: CompiledPolicy, scopes: ReadonlySet<string>): boolean {
  return checkScopes(scopes, policy.scopes, policy.declared.excessScopes) === undefined;
}

function tryCompile(route: unknown, changes: Partial<ServerPolicy>): CompiledPolicy | undefined {
  try {
    return compile(route, changes);
  } catch {
    return undefined;
  }
}

function definedOf(trial: object): object {
  return Object.fromEntries(Object.entries(trial).filter(([, value]) => value !== undefined));
}

function trialHasMember(trial: object): boolean {
  return Object.keys(definedOf(trial)).length > 0;
}
