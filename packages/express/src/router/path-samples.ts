/**
 * Creates sample paths and OpenAPI path templates for declared paths.
 *
 * Sample paths are guesses in the grammars of both versions of Express; callers must check that the
 * router matches a sample before they use it.
 *
 * @module
 */
import { type PathPart, parseConstraint, parsePattern } from './path-pattern.js';

/** What replaces parameters and wildcards. */
interface Filling {
  /** @param constraint - The expression that the value must match in Express 4, in parentheses. */
  readonly parameter: (name: string, constraint: string | undefined) => string;
  readonly wildcard: (name: string) => readonly string[];
}

/** Values for parameters, among them a number and a UUID for handlers that expect one. */
export const PLACEHOLDERS: readonly string[] = [
  'sample',
  '1',
  '00000000-0000-4000-8000-000000000000',
];
const MAX_TEXTS = 48;

/**
 * Creates paths that a declared path is likely to match, with several values for each parameter.
 *
 * @param pattern - As declared, for Express 4 or 5.
 * @returns Distinct paths, the simplest first; at most 48.
 * @example
 * samplePaths('/users/:id')[0] // '/users/sample'
 */
export function samplePaths(pattern: string): readonly string[] {
  const samples = ([5, 4] as const).flatMap((dialect) => {
    const variants = parsePattern(pattern, dialect);
    return PLACEHOLDERS.flatMap((_text, turn) =>
      fill(variants, {
        parameter: (_name, constraint) => placeholderFor(constraint, turn),
        wildcard: () => ['sample', 'sample/sample', ''],
      }),
    );
  });
  return [...new Set(samples)].slice(0, MAX_TEXTS);
}

/**
 * Creates the OpenAPI path templates of a declared path: several when a part is optional.
 *
 * @example
 * openApiPaths('/users{/:id}') // ['/users/{id}', '/users']
 */
export function openApiPaths(pattern: string): readonly string[] {
  const templates = fill(parsePattern(pattern, 5), {
    parameter: (name) => `{${name}}`,
    wildcard: (name) => [`{${name === '' ? 'wildcard' : name}}`],
  });
  return [...new Set(templates.map((path) => path.replace(/(?<=.)\/$/, '')))];
}

function fill(variants: readonly (readonly PathPart[])[], filling: Filling): readonly string[] {
  return variants.flatMap((parts) => {
    let texts: readonly string[] = [''];
    for (const part of parts) {
      const choices = choicesOf(part, filling);
      texts = texts.flatMap((text) => choices.map((choice) => text + choice)).slice(0, MAX_TEXTS);
    }
    return texts;
  });
}

function choicesOf(part: PathPart, filling: Filling): readonly string[] {
  if (part.kind === 'wildcard') return filling.wildcard(part.name);
  if (part.kind === 'texts') return optionally(part.texts, part.many);
  return optionally([filling.parameter(part.name, part.constraint)], part.many);
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
  const expression = parseConstraint(constraint);
  const fitting = candidates.filter((text) => expression?.test(text));
  return fitting.length > 0 ? fitting : candidates;
}
