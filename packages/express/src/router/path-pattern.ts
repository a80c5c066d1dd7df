/**
 * A declared path taken apart, in the grammar of Express 4 or 5.
 *
 * @module
 */

/** Whose grammar a path is written in: that of path-to-regexp 0.1 or 8. */
export type Dialect = 4 | 5;

/** A part of a declared path. `many` is the modifier of Express 4 behind it. */
export type PathPart =
  | { readonly kind: 'texts'; readonly texts: readonly string[]; readonly many: string | undefined }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      /** The expression that Express 4 holds it to, in parentheses. */
      readonly constraint: string | undefined;
      readonly many: string | undefined;
    }
  | { readonly kind: 'wildcard'; readonly name: string };

const MAX_VARIANTS = 48;

/** `:name`, with the constraint and the modifier of Express 4, and the quotes of Express 5. */
const PARAMETER =
  /:(?<parameter>"(?:\\.|[^"\\])+"|[$\w]+)(?<constraint>\((?:\\.|[^()\\])+\))?(?<many>[?*+])?/;
/** Express 5 gives wildcards a name; in Express 4 the same letters are text. */
const WILDCARDS: Readonly<Record<Dialect, RegExp>> = {
  4: /\*(?<wildcard>)/,
  5: /\*(?<wildcard>"(?:\\.|[^"\\])+"|[$\w]*)/,
};
const OTHER =
  /\((?<group>[^()]*)\)(?<groupMany>[?+])?|\\(?<escaped>.)|(?<plain>[^\\])(?<plainMany>[?+])?/;

/**
 * Takes a declared path apart.
 *
 * @returns One list of parts for each way to take or leave what is optional, the longest first; at
 *   most 48.
 */
export function readPattern(pattern: string, dialect: Dialect): readonly (readonly PathPart[])[] {
  const parts = [PARAMETER, WILDCARDS[dialect], OTHER].map(({ source }) => source);
  const grammar = new RegExp(parts.join('|'), 'gsu');
  return withoutBraces(pattern).map((variant) =>
    [...variant.matchAll(grammar)].map(({ groups = {} }) => readPart(groups)),
  );
}

/** Whether a declared path stands for one text alone, apart from its spelling. */
export function isLiteral(pattern: string): boolean {
  return /^[-\w/.~%@!&',;=]*$/.test(pattern);
}

/**
 * Whether what stands behind a mount path may differ between the routers outside and inside: Express
 * counts the characters of the path that it has escaped, and takes as many from the URL.
 */
export function isLossy(pattern: string): boolean {
  return !isLiteral(pattern) || /[%']/.test(pattern);
}

/** What Express 4 takes for an expression though no parentheses are around it. */
const UNREADABLE = /[|$^[\]{}()\\]/;

/** Whether all of a declared path is in the grammar that this module knows. */
export function isReadable(pattern: string, dialect: Dialect): boolean {
  if (dialect === 5) return true;
  const known = new RegExp(`${PARAMETER.source}|\\([^()]*\\)`, 'gu');
  return !UNREADABLE.test(pattern.replace(known, ''));
}

/**
 * The expression that Express 4 makes of a constraint.
 *
 * @returns `undefined` when it is none.
 */
export function readConstraint(constraint: string): RegExp | undefined {
  // It replaces the first star, unless something escaped stands before.
  const source = constraint.replace(/\\.|\*/, (text) => (text === '*' ? '(.*)' : text));
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

/** Express 5: what stands in braces may be there or not. With parentheses it is Express 4. */
function withoutBraces(pattern: string): readonly string[] {
  if (/(?<!\\)\(/.test(pattern)) return [pattern];
  const group = /(?<!\\)\{((?:\\.|[^{}\\])*)\}/.exec(pattern);
  if (group === null) return [pattern];
  const [braces, inside = ''] = group;
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + braces.length);
  return [inside, '']
    .flatMap((text) => withoutBraces(before + text + after))
    .slice(0, MAX_VARIANTS);
}

function readPart(groups: Readonly<Record<string, string | undefined>>): PathPart {
  const { parameter, constraint, many, wildcard, group, groupMany } = groups;
  if (parameter !== undefined) {
    return { kind: 'parameter', name: unquoted(parameter), constraint, many };
  }
  if (wildcard !== undefined) return { kind: 'wildcard', name: unquoted(wildcard) };
  if (group !== undefined) {
    return { kind: 'texts', texts: group.replace(/^\?:/, '').split('|'), many: groupMany };
  }
  const { escaped, plain = '', plainMany } = groups;
  return { kind: 'texts', texts: [escaped ?? plain], many: plainMany };
}

function unquoted(name: string): string {
  return name.replace(/^"|"$/g, '');
}
