/**
 * Declared paths filled in: concrete paths they stand for, and templates of OpenAPI.
 *
 * They are guesses in the grammars of both versions of Express at once: whoever uses a concrete path
 * asks the router first whether it matches.
 *
 * @module
 */

/** What is written in place of parameters and wildcards. */
interface Filling {
  /** @param constraint - The expression that Express 4 holds it to, in parentheses. */
  readonly parameter: (name: string, constraint: string | undefined) => string;
  readonly wildcard: (name: string) => readonly string[];
}

/** What stands for a parameter: one that wants a number or a UUID gets it. */
const PLACEHOLDERS: readonly string[] = ['sample', '1', '00000000-0000-4000-8000-000000000000'];
const MAX_TEXTS = 48;

/** `:name`, with the constraint and the modifier of Express 4, and the quotes of Express 5. */
const PARAMETER =
  /:(?<parameter>"(?:\\.|[^"\\])+"|[$\w]+)(?<constraint>\((?:\\.|[^()\\])+\))?(?<many>[?*+])?/;
/** Express 5 gives wildcards a name; in Express 4 the same letters are text. */
const NAMED_WILDCARD = /\*(?<wildcard>"(?:\\.|[^"\\])+"|[$\w]*)/;
const BARE_WILDCARD = /\*(?<wildcard>)/;
const OTHER =
  /\((?<group>[^()]*)\)(?<groupMany>[?*+])?|\\(?<escaped>.)|(?<plain>[^\\])(?<plainMany>[?+])?/;

const GRAMMARS = [NAMED_WILDCARD, BARE_WILDCARD].map((wildcard) => {
  const parts = [PARAMETER, wildcard, OTHER].map(({ source }) => source);
  return new RegExp(parts.join('|'), 'gsu');
});

/**
 * Makes paths that a declared path is likely to match, parameters and options filled in several ways.
 *
 * @param pattern - As declared, for Express 4 or 5.
 * @returns Without duplicates; the plainest first.
 */
export function samplePaths(pattern: string): readonly string[] {
  const samples = GRAMMARS.flatMap((grammar) =>
    PLACEHOLDERS.flatMap((_text, turn) =>
      fill(pattern, grammar, {
        parameter: (_name, constraint) => placeholderFor(constraint, turn),
        wildcard: () => ['sample', 'sample/sample', ''],
      }),
    ),
  );
  return [...new Set(samples)].slice(0, MAX_TEXTS);
}

/** Makes the path templates of OpenAPI for a declared path: several when a part is optional. */
export function openApiPaths(pattern: string): readonly string[] {
  const [grammar] = GRAMMARS;
  if (grammar === undefined) return [];
  const templates = fill(pattern, grammar, {
    parameter: (name) => `{${name}}`,
    wildcard: (name) => [`{${name === '' ? 'wildcard' : name}}`],
  });
  return [...new Set(templates.map((path) => path.replace(/(?<=.)\/$/, '')))];
}

/** Express 5: what stands in braces may be there or not. With parentheses it is Express 4. */
function withoutBraces(pattern: string): readonly string[] {
  if (/(?<!\\)\(/.test(pattern)) return [pattern];
  const group = /(?<!\\)\{((?:\\.|[^{}\\])*)\}/.exec(pattern);
  if (group === null) return [pattern];
  const [braces, inside = ''] = group;
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + braces.length);
  return [inside, ''].flatMap((text) => withoutBraces(before + text + after)).slice(0, MAX_TEXTS);
}

function fill(pattern: string, grammar: RegExp, filling: Filling): readonly string[] {
  return withoutBraces(pattern).flatMap((variant) => {
    let texts: readonly string[] = [''];
    for (const { groups = {} } of variant.matchAll(grammar)) {
      const choices = choicesOf(groups, filling);
      texts = texts.flatMap((text) => choices.map((choice) => text + choice)).slice(0, MAX_TEXTS);
    }
    return texts;
  });
}

function choicesOf(
  groups: Readonly<Record<string, string | undefined>>,
  filling: Filling,
): readonly string[] {
  const { parameter, constraint, many, wildcard, group, groupMany } = groups;
  if (parameter !== undefined) {
    return optionally([filling.parameter(unquoted(parameter), constraint)], many);
  }
  if (wildcard !== undefined) return filling.wildcard(unquoted(wildcard));
  if (group !== undefined) return optionally(group.replace(/^\?:/, '').split('|'), groupMany);
  const { escaped, plain = '', plainMany } = groups;
  return escaped === undefined ? optionally([plain], plainMany) : [escaped];
}

function unquoted(name: string): string {
  return name.replace(/^"|"$/g, '');
}

function optionally(texts: readonly string[], many: string | undefined): readonly string[] {
  return many === undefined || many === '+' ? texts : [...texts, ''];
}

function placeholderFor(constraint: string | undefined, turn: number): string {
  const fitting = constraint === undefined ? PLACEHOLDERS : fittingTexts(constraint);
  return fitting[turn % fitting.length] ?? '';
}

function fittingTexts(constraint: string): readonly string[] {
  const words = constraint.slice(1, -1).split('|');
  const candidates = [...PLACEHOLDERS, ...words];
  const fitting = candidates.filter((text) => new RegExp(`^${constraint}$`).test(text));
  return fitting.length > 0 ? fitting : candidates;
}
