/**
 * Declared paths filled in: concrete paths they stand for, and templates of OpenAPI.
 *
 * They are guesses in the grammars of both versions of Express at once: a caller that uses a concrete
 * path asks the router first whether it matches.
 *
 * @module
 */
import { type PathPart, readConstraint, readPattern } from './path-pattern.js';

/** What is written for parameters and wildcards. */
interface Filling {
  /** @param constraint - The expression that Express 4 holds it to, in parentheses. */
  readonly parameter: (name: string, constraint: string | undefined) => string;
  readonly wildcard: (name: string) => readonly string[];
}

/** What stands for a parameter: one that wants a number or a UUID gets it. */
export const PLACEHOLDERS: readonly string[] = [
  'sample',
  '1',
  '00000000-0000-4000-8000-000000000000',
];
const MAX_TEXTS = 48;

/**
 * Makes paths that a declared path is likely to match, parameters and options filled in several ways.
 *
 * @param pattern - As declared, for Express 4 or 5.
 * @returns Without duplicates; the plainest first.
 */
export function samplePaths(pattern: string): readonly string[] {
  const samples = ([5, 4] as const).flatMap((dialect) => {
    const variants = readPattern(pattern, dialect);
    return PLACEHOLDERS.flatMap((_text, turn) =>
      fill(variants, {
        parameter: (_name, constraint) => placeholderFor(constraint, turn),
        wildcard: () => ['sample', 'sample/sample', ''],
      }),
    );
  });
  return [...new Set(samples)].slice(0, MAX_TEXTS);
}

/** Makes the path templates of OpenAPI for a declared path: several when a part is optional. */
export function openApiPaths(pattern: string): readonly string[] {
  const templates = fill(readPattern(pattern, 5), {
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
  const expression = readConstraint(constraint);
  const fitting = candidates.filter((text) => expression?.test(text));
  return fitting.length > 0 ? fitting : candidates;
}
