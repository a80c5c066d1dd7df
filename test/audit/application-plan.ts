/**
 * Random Express applications as data: what is mounted where, in the grammar of Express 4 or 5.
 *
 * @module
 */
import fc from 'fast-check';

/** A function of a route. */
export type Part =
  | 'guard'
  | 'optional'
  | 'mark'
  /** A handler with two parameters, which answers. */
  | 'handler'
  /** A handler with three parameters, which calls `next()`. */
  | 'passing'
  /** A handler with three parameters, which answers. */
  | 'three'
  /** A handler that takes `...args`, and answers. */
  | 'wrapped';

/** A function that is mounted by `use()` and answers. */
export type EndpointShape = 'two' | 'three' | 'wrapped' | 'query' | 'expressInit' | 'metadata';

export type At = string | RegExp | readonly At[];
export type Method = 'get' | 'post' | 'head' | 'put' | 'all';

/** An item to be mounted. */
export type Mounting =
  | { readonly kind: 'layer'; readonly at: At; readonly part: 'guard' | 'optional' | 'mark' }
  | { readonly kind: 'parser' }
  | { readonly kind: 'endpoint'; readonly at: At; readonly shape: EndpointShape }
  | {
      readonly kind: 'route';
      readonly at: At;
      readonly isChained: boolean;
      readonly stacks: readonly { readonly method: Method; readonly parts: readonly Part[] }[];
    }
  | {
      readonly kind: 'router' | 'application';
      readonly at: At;
      readonly options: RouterOptions;
      readonly inside: readonly Mounting[];
      /** Whether the same `use()` has a guard before it. */
      readonly isGuarded: boolean;
      /** Another path that it is mounted on; `null` for none. */
      readonly again: At | null;
    };

export interface RouterOptions {
  readonly caseSensitive: boolean;
  readonly strict: boolean;
  readonly mergeParams: boolean;
}

const options = fc.record({
  caseSensitive: fc.constantFrom(false, false, true),
  strict: fc.constantFrom(false, false, true),
  mergeParams: fc.boolean(),
});

const COMMON = ['/a', '/a', '/b', '/A', '/:x', '/:x', '/a-:x', '/:x.:y', '/a/b'];
const SEGMENTS: Readonly<Record<4 | 5, readonly string[]>> = {
  4: [
    ...COMMON,
    '/:x?',
    '/:x(\\d+)',
    '/:x(a|b)',
    '/:x([a-z0-9-]+)',
    '/ab?',
    '/a*',
    '/*',
    '*',
    '/:x(.*)',
    '/:x([^?]+)',
    '/:x(\\w*)',
    '/(a|b)',
    '/a(b)?',
    '/(b*)',
    '/ab+',
    '/a|/b',
    '/a$',
  ],
  5: [...COMMON, '{/:x}', '{/a}', '/*x', '{/*x}', '/a{b}', '/:"x-1"'],
};
const EXPRESSIONS = [
  /^\/a/,
  /^\/a/i,
  /^\/[\w-]+/i,
  /^\/[\w-]+$/i,
  /^\/a\/\d+/i,
  /^\/(?!a)/i,
  /.*/,
  /^\/a$/i,
  /^\/(a|b)/i,
  /a/,
];

/** Gives every parameter of a path a unique name, as Express 5 requires. */
function named(segments: readonly string[]): string {
  const path = segments.map((each, index) => each.replace(/x|y/g, (name) => name + String(index)));
  return path.join('') || '/';
}

function ats(version: 4 | 5): fc.Arbitrary<At> {
  const plain = fc.array(fc.constantFrom(...SEGMENTS[version]), { maxLength: 3 }).map(named);
  const simple = fc.constantFrom('/', '/', '/a', '/b', '/:x', '/a/:x', '/a/b');
  const single = fc.oneof(
    { weight: 6, arbitrary: simple },
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: fc.constantFrom(...EXPRESSIONS) },
  );
  const flat = fc.array(single, { minLength: 2, maxLength: 3 });
  const list = fc.oneof(
    { weight: 4, arbitrary: flat },
    { weight: 1, arbitrary: fc.constant<At>([]) },
    { weight: 1, arbitrary: fc.tuple(single, fc.oneof(flat, fc.constant<At>([]))) },
  );
  return fc.oneof({ weight: 12, arbitrary: single }, { weight: 1, arbitrary: list });
}

const parts = fc.oneof(
  { weight: 6, arbitrary: fc.constant<readonly Part[]>(['guard', 'handler']) },
  { weight: 6, arbitrary: fc.constantFrom<readonly Part[]>(['handler'], ['three'], ['wrapped']) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<readonly Part[]>(
      ['guard'],
      ['guard', 'passing', 'guard', 'handler'],
      ['optional', 'guard', 'handler'],
      ['mark', 'handler'],
      ['mark', 'optional', 'handler'],
      ['guard', 'wrapped', 'guard'],
      ['passing'],
      ['mark', 'passing'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<readonly Part[]>(
      ['passing', 'guard', 'handler'],
      ['wrapped', 'guard'],
      ['three', 'guard'],
      ['handler', 'guard'],
      ['optional', 'handler'],
      ['passing', 'mark', 'guard', 'handler'],
    ),
  },
);

/** Gives half of the guards a path similar to that of something mounted after them. */
function withDerivedGuards(
  list: readonly Mounting[],
  numbers: readonly number[],
  version: 4 | 5,
): readonly Mounting[] {
  return list.map((mounting, index) => {
    const number = numbers[index] ?? 0;
    const paths = list.slice(index + 1).flatMap(pathsOf);
    const path = paths[(number >> 4) % paths.length];
    if (mounting.kind !== 'layer' || number % 2 === 0 || path === undefined) return mounting;
    return { ...mounting, at: editPath(path, number >> 1, version) };
  });
}

function pathsOf(mounting: Mounting): readonly string[] {
  if (!('at' in mounting) || typeof mounting.at !== 'string') return [];
  const { at } = mounting;
  if (!('inside' in mounting)) return mounting.kind === 'layer' ? [] : [at];
  return mounting.inside.flatMap(pathsOf).map((inner) => at.replace(/\/$/, '') + inner);
}

/** Removes, adds or widens a segment. */
function editPath(path: string, number: number, version: 4 | 5): string {
  const segments = path.match(/\{[^}]*\}|\/[^/{]*|[^/{]+/g) ?? [path];
  const index = (number >> 3) % segments.length;
  const any = version === 4 ? '/*' : '/*w';
  const edited = [
    segments,
    segments.slice(0, -1),
    segments.toSpliced(index, 1),
    segments.toSpliced(index, 1, '/:w'),
    segments.toSpliced(index, 1, any),
    segments.toSpliced(index, 0, '/:w'),
    [...segments, '/:w'],
    segments.toSpliced(index, 1, segments[index]?.replace(/\([^)]*\)|[?+$]/g, '') ?? ''),
  ][number % 8];
  let count = 0;
  const name = (sigil: string): string => `${sigil}n${count++}`;
  const text = edited?.join('') ?? '';
  return text === '' ? '/' : text.replace(/[:*]"?(?=[xyw])/g, (sigil) => name(sigil));
}

/** Creates random applications for one version of Express. */
export function applicationPlans(version: 4 | 5): fc.Arbitrary<readonly Mounting[]> {
  const at = ats(version);
  const stack = fc.record({
    method: fc.constantFrom<Method>('get', 'get', 'post', 'head', 'put', 'all'),
    parts,
  });
  const layer = fc.record({
    kind: fc.constant('layer' as const),
    at,
    part: fc.constantFrom<'guard' | 'optional' | 'mark'>(
      ...(['guard', 'guard', 'guard', 'guard', 'guard', 'optional', 'mark'] as const),
    ),
  });
  const route = fc.record({
    kind: fc.constant('route' as const),
    at,
    isChained: fc.boolean(),
    stacks: fc.array(stack, { minLength: 1, maxLength: 2 }),
  });
  const endpoint = fc.record({
    kind: fc.constant('endpoint' as const),
    at,
    shape: fc.constantFrom<EndpointShape>(
      ...(['two', 'two', 'three', 'wrapped', 'query', 'expressInit', 'metadata'] as const),
    ),
  });
  const { mountings } = fc.letrec<{ mountings: readonly Mounting[]; mounting: Mounting }>(
    (tie) => ({
      mountings: fc
        .tuple(
          fc.array(tie('mounting'), { maxLength: 4, depthIdentifier: 'nested' }),
          fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        )
        .map(([list, numbers]) => withDerivedGuards(list, numbers, version)),
      mounting: fc.oneof(
        { depthIdentifier: 'nested', maxDepth: 3 },
        { weight: 6, arbitrary: route },
        { weight: 6, arbitrary: layer },
        { weight: 1, arbitrary: endpoint },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('parser' as const) }) },
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constantFrom('router' as const, 'application' as const),
            at,
            options,
            inside: tie('mountings'),
            isGuarded: fc.nat(3).map((number) => number === 0),
            again: fc.option(at, { freq: 1 }),
          }),
        },
      ),
    }),
  );
  // Many begin with a guard, so that enough applications pass the audit.
  return fc
    .tuple(fc.option(layer, { freq: 1 }), fc.array(mountings, { minLength: 1, maxLength: 2 }))
    .map(([first, rest]) => [...(first === null ? [] : [first]), ...rest.flat()]);
}
