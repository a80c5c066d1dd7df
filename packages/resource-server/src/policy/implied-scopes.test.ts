import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addImpliedScopes,
  expandRequirement,
  findGrantingScope,
  type ImplyingScopes,
  resolveImpliedScopes,
} from './implied-scopes.js';
import { compileScopePolicy } from './scope-policy.js';
import { allOf, anyOf, type ScopeRequirement } from './scope-requirement.js';

function resolve(value: unknown, vocabulary?: readonly string[]): ImplyingScopes {
  const implying = resolveImpliedScopes(value, vocabulary);
  if (implying === undefined) throw new Error('no scope implies another');
  return implying;
}

describe('resolveImpliedScopes', () => {
  it.each([undefined, {}, { write: undefined }])('of %j is undefined: none is implied', (value) => {
    expect(resolveImpliedScopes(value, ['read', 'write'])).toBeUndefined();
  });

  it.each<[object, Readonly<Record<string, readonly string[]>>]>([
    [{ write: ['read'] }, { read: ['write'] }],
    [{ write: ['read', 'read'] }, { read: ['write'] }],
    [
      { admin: ['write'], write: ['read'] },
      { write: ['admin'], read: ['write', 'admin'] },
    ],
    [
      { root: ['admin'], admin: ['read', 'write'], write: ['read'] },
      { admin: ['root'], write: ['admin', 'root'], read: ['admin', 'write', 'root'] },
    ],
  ])('of %j is transitive, with the nearest scopes first', (value, implying) => {
    expect(Object.fromEntries(resolve(value))).toEqual(implying);
  });

  it('copies what changes afterwards', () => {
    const write = ['read'];
    const implying = resolve({ write });
    write.push('delete');
    expect([...implying.keys()]).toEqual(['read']);
  });

  it('resolves a hierarchy with many paths quickly', () => {
    const levels = Array.from({ length: 40 }, (_, level) => [`a${level}`, `b${level}`]);
    const next = (level: number): readonly string[] => levels[level + 1] ?? ['read'];
    const implied = levels.flatMap((pair, level) => pair.map((scope) => [scope, next(level)]));
    expect(resolve(Object.fromEntries(implied)).get('read')).toHaveLength(80);
  });

  const FORM =
    'option "impliedScopes" must be an object of arrays of scopes, as in { "write:notes": ["read:notes"] }';

  it.each<[unknown, string]>([
    [null, FORM],
    [[], FORM],
    ['write', FORM],
    [() => ({}), FORM],
    [new Map([['write', ['read']]]), FORM],
    [{ write: 'read' }, 'option "impliedScopes.write" must be an array of at least one scope'],
    [{ write: [] }, 'option "impliedScopes.write" must be an array of at least one scope'],
    [{ write: null }, 'option "impliedScopes.write" must be an array of at least one scope'],
    [{ write: [7] }, 'option "impliedScopes" must name scope-tokens (RFC 6749 §3.3)'],
    [{ write: ['read all'] }, 'option "impliedScopes" must name scope-tokens (RFC 6749 §3.3)'],
    [{ '': ['read'] }, 'option "impliedScopes" must name scope-tokens (RFC 6749 §3.3)'],
    [
      { wirte: ['read'] },
      'option "impliedScopes" must name scopes of "scopes"; "wirte" is not one of them; did you mean "write"?',
    ],
    [
      { write: ['read', 'quite-another'] },
      'option "impliedScopes" must name scopes of "scopes"; "quite-another" is not one of them',
    ],
    [
      { write: ['write'] },
      'option "impliedScopes" must not have a cycle; break "write" implies "write"',
    ],
    [
      { admin: ['read'], read: ['write'], write: ['read'] },
      'option "impliedScopes" must not have a cycle; break "read" implies "write" implies "read"',
    ],
  ])('refuses %j', (value, message) => {
    expect(() => resolve(value, ['read', 'write', 'admin'])).toThrow(new TypeError(message));
  });
});

describe('findGrantingScope', () => {
  const implying = resolve({ root: ['admin'], admin: ['read'] });

  it.each<[readonly string[], string | undefined]>([
    [['read', 'admin'], 'read'],
    [['root', 'admin'], 'admin'],
    [['root'], 'root'],
    [['write'], undefined],
    [[], undefined],
  ])('of %j, wanting "read", is the nearest: %j', (scopes, granting) => {
    expect(findGrantingScope(new Set(scopes), 'read', implying)).toBe(granting);
  });
});

describe('expandRequirement', () => {
  const implying = resolve({ admin: ['write'], write: ['read'] });

  it.each<[ScopeRequirement, ScopeRequirement]>([
    ['read', anyOf('read', 'write', 'admin')],
    ['write', anyOf('write', 'admin')],
    [allOf('read', 'other'), allOf(anyOf('read', 'write', 'admin'), 'other')],
    [anyOf('other', allOf('write')), anyOf('other', allOf(anyOf('write', 'admin')))],
  ])('of %j names each scope or one that implies it', (requirement, expanded) => {
    expect(expandRequirement(requirement, implying)).toEqual(expanded);
  });

  it.each([implying, undefined])('returns a requirement that no scope implies', (given) => {
    const requirement = allOf('admin', anyOf('other'));
    expect(expandRequirement(requirement, given)).toBe(requirement);
  });
});

/** Scopes of which each may imply those that come later: no cycle is possible. */
const SCOPES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const someScopes = fc.uniqueArray(fc.constantFrom(...SCOPES), { maxLength: SCOPES.length });
const hierarchies = fc
  .tuple(...SCOPES.map((_scope, index) => fc.subarray(SCOPES.slice(index + 1))))
  .map((narrow): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries(
      SCOPES.map((scope, index) => [scope, narrow[index] ?? []] as const).filter(
        ([, implied]) => implied.length > 0,
      ),
    ),
  );
const { requirement: requirements } = fc.letrec<{ requirement: ScopeRequirement }>((tie) => ({
  requirement: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...SCOPES),
    fc
      .array(tie('requirement'), { minLength: 1, maxLength: 3 })
      .map(([first = 'a', ...others]) => allOf(first, ...others)),
    fc
      .array(tie('requirement'), { minLength: 1, maxLength: 3 })
      .map(([first = 'a', ...others]) => anyOf(first, ...others)),
  ),
}));

/** All scopes that a token has by the text of the option. */
function close(
  scopes: Iterable<string>,
  implied: Readonly<Record<string, readonly string[]>>,
): ReadonlySet<string> {
  const closed = new Set(scopes);
  for (const scope of closed) for (const narrow of implied[scope] ?? []) closed.add(narrow);
  return closed;
}

/** Whether scopes meet a requirement that is read literally. */
function meets(scopes: ReadonlySet<string>, requirement: ScopeRequirement): boolean {
  if (typeof requirement === 'string') return scopes.has(requirement);
  const { kind, parts } = requirement;
  const isMet = (part: ScopeRequirement): boolean => meets(scopes, part);
  return kind === 'allOf' ? parts.every(isMet) : parts.some(isMet);
}

describe('compileScopePolicy with implied scopes', () => {
  const cases = fc.record({ implied: hierarchies, scope: requirements, granted: someScopes });

  it('decides as the requirement does on the scopes and all that they imply', () => {
    fc.assert(
      fc.property(cases, ({ implied, scope, granted }) => {
        const implying = resolveImpliedScopes(implied, undefined);
        const policy = compileScopePolicy({
          scope,
          atMost: undefined,
          vocabulary: undefined,
          implying,
        });
        const closed = close(granted, implied);
        const decided = policy.isSatisfiedBy(new Set(granted));
        expect(decided).toBe(meets(closed, scope));
        expect(decided).toBe(meets(new Set(granted), policy.expanded ?? scope));
        if (implying) expect(addImpliedScopes(new Set(granted), implying)).toEqual(closed);
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });

  it('names sufficient scopes that satisfy the requirement within the limit, or throws', () => {
    const limited = fc.record({
      implied: hierarchies,
      scope: requirements,
      atMost: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 }),
    });
    fc.assert(
      fc.property(limited, ({ implied, scope, atMost }) => {
        const implying = resolveImpliedScopes(implied, undefined);
        const compile = (): string | undefined =>
          compileScopePolicy({ scope, atMost, vocabulary: undefined, implying }).sufficient;
        if (!meets(close(atMost, implied), scope)) {
          expect(compile).toThrow(TypeError);
          return;
        }
        const sufficient = compile()?.split(' ') ?? [];
        expect(meets(close(sufficient, implied), scope)).toBe(true);
        expect(sufficient.filter((each) => !atMost.some((allowed) => allowed === each))).toEqual(
          [],
        );
      }),
      { seed: 7, numRuns: 1_000 },
    );
  });
});
