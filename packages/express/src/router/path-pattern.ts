/**
 * Parses a declared path, in the grammar of Express 4 or 5.
 *
 * @module
 */

/** The version of Express whose grammar applies: that of path-to-regexp 0.1 or 8. */
export type Dialect = 4 | 5;

/** A part of a declared path. `many` is the modifier that Express 4 allows after it. */
export type PathPart =
  | { readonly kind: 'texts'; readonly texts: readonly string[]; readonly many: string | undefined }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      /** The expression that its value must match in Express 4, in parentheses. */
      readonly constraint: string | undefined;
      readonly many: string | undefined;
    }
  | { readonly kind: 'wildcard'; readonly name: string };

const MAX_VARIANTS = 48;

/** `:name`, with the constraint and the modifier of Express 4, or the quotes of Express 5. */
const PARAMETER =
  /:(?<parameter>"(?:\\.|[^"\\])+"|[$\w]+)(?<constraint>\((?:\\.|[^()\\])+\))?(?<many>[?*+])?/;
/** In Express 5 the letters after a wildcard are its name, in Express 4 they are text. */
const WILDCARDS: Readonly<Record<Dialect, RegExp>> = {
  4: /\*(?<wildcard>)/,
  5: /\*(?<wildcard>"(?:\\.|[^"\\])+"|[$\w]*)/,
};
const OTHER =
  /\((?<group>[^()]*)\)(?<groupMany>[?+])?|\\(?<escaped>.)|(?<plain>[^\\])(?<plainMany>[?+])?/;

/**
 * Parses a declared path.
 *
 * @returns The parts, once for each combination of optional groups, the longest first; at most 48.
 */
export function parsePattern(pattern: string, dialect: Dialect): readonly (readonly PathPart[])[] {
  const parts = [PARAMETER, WILDCARDS[dialect], OTHER].map(({ source }) => source);
  const grammar = new RegExp(parts.join('|'), 'gsu');
  return expandBraces(pattern).map((variant) =>
    [...variant.matchAll(grammar)].map(({ groups = {} }) => readPart(groups)),
  );
}

/** Whether a declared path matches one text only, apart from upper and lower case. */
export function isLiteral(pattern: string): boolean {
  return /^[-\w/.~%@!&',;=]*$/.test(pattern);
}

/**
 * Whether the path behind a mount path may look different to the routers outside and inside: Express
 * removes as many characters from the URL as the matched part has after escaping.
 */
export function isLossy(pattern: string): boolean {
  return !isLiteral(pattern) || /[%']/.test(pattern);
}

/** Characters that Express 4 copies into its expression even outside parentheses. */
const UNREADABLE = /[|$^[\]{}()\\]/;

/** Whether this module can parse all of a declared path. */
export function isReadable(pattern: string, dialect: Dialect): boolean {
  if (dialect === 5) return true;
  const known = new RegExp(`${PARAMETER.source}|\\([^()]*\\)`, 'gu');
  return !UNREADABLE.test(pattern.replace(known, ''));
}

/**
 * Creates the regular expression that Express 4 creates from a constraint.
 *
 * @returns `undefined` when its syntax is invalid.
 */
export function parseConstraint(constraint: string): RegExp | undefined {
  // Express 4 replaces the first star, unless an escaped character comes first.
  const source = constraint.replace(/\\.|\*/, (text) => (text === '*' ? '(.*)' : text));
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

/** Groups in braces are optional in Express 5. A path with parentheses is in that of Express 4. */
function expandBraces(pattern: string): readonly string[] {
  if (/(?<!\\)\(/.test(pattern)) return [pattern];
  const group = /(?<!\\)\{((?:\\.|[^{}\\])*)\}/.exec(pattern);
  if (group === null) return [pattern];
  const [braces, inside = ''] = group;
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + braces.length);
  return [inside, ''].flatMap((text) => expandBraces(before + text + after)).slice(0, MAX_VARIANTS);
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
