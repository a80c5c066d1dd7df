/**
 * Hostile texts for a declared path, to find one that passes by a guard.
 *
 * A guard counts only when every one of them meets it. The texts of a parameter share no character
 * with each other, so that a pattern without an expression that takes all of them takes any text.
 *
 * @module
 */
import { type Dialect, type PathPart, readPattern } from './path-pattern.js';
import { PLACEHOLDERS } from './path-samples.js';

/** One way to take or leave what is optional in a path, filled in with several texts. */
export interface PathShape {
  /** The plainest first. Every one begins with a slash. */
  readonly texts: readonly string[];
  /** The path may have no such shape; otherwise one of the texts has to lead there. */
  readonly isOptional: boolean;
}

/** The shapes of a path. */
export interface PathShapes {
  readonly shapes: readonly PathShape[];
  /** Whether they stand for every text that the path can match. */
  readonly isComplete: boolean;
}

/** What parameters are filled with. */
const TEXTS: readonly string[] = [
  ...PLACEHOLDERS,
  ...['%61', 'a.b', '~', 'a%20b', 'Z', 'x'.repeat(40), '-', '22', '_:@', '%7B'],
];
const MAX_SHAPES = 96;
const MAX_DEPTH = 12;

/** A part of a path, filled in turn by turn. */
interface Choice {
  readonly text: (turn: number) => string;
  readonly isOptional: boolean;
}

interface Choices {
  readonly choices: readonly Choice[];
  readonly isComplete: boolean;
}

/** Makes the shapes of a declared path. */
export function shapePath(pattern: string, dialect: Dialect): PathShapes {
  const variants = optionalSegments(pattern, dialect).flatMap((each) => readPattern(each, dialect));
  let isComplete = variants.length < MAX_SHAPES / 2;
  const shapes = variants.flatMap((parts) => {
    const filled = parts.map(choicesOf);
    isComplete &&= filled.every((each) => each.isComplete);
    let rows: readonly (readonly Choice[])[] = [[]];
    for (const { choices } of filled) {
      rows = rows.flatMap((row) => choices.map((choice) => [...row, choice]));
      isComplete &&= rows.length <= MAX_SHAPES;
      rows = rows.slice(0, MAX_SHAPES);
    }
    return rows.map(fillRow);
  });
  return {
    shapes: shapes.slice(0, MAX_SHAPES),
    isComplete: isComplete && shapes.length <= MAX_SHAPES,
  };
}

/** Express 4 takes the slash away with an optional parameter. */
function optionalSegments(pattern: string, dialect: Dialect): readonly string[] {
  if (dialect === 5) return [pattern];
  const optional = /\/:\w+(?:\((?:\\.|[^()\\])+\))?\?/.exec(pattern);
  if (optional === null) return [pattern];
  const [text] = optional;
  const before = pattern.slice(0, optional.index);
  const after = pattern.slice(optional.index + text.length);
  return [text.slice(0, -1), '']
    .flatMap((each) => optionalSegments(before + each + after, dialect))
    .slice(0, MAX_SHAPES);
}

function fillRow(row: readonly Choice[]): PathShape {
  const texts = TEXTS.map((_text, turn) => row.map(({ text }) => text(turn)).join(''));
  const withSlash = texts.map((text) => (text.startsWith('/') ? text : `/${text}`));
  return { texts: [...new Set(withSlash)], isOptional: row.some((choice) => choice.isOptional) };
}

function choicesOf(part: PathPart): Choices {
  if (part.kind === 'wildcard') return { choices: wildcardChoices(), isComplete: true };
  if (part.kind === 'texts')
    return { choices: textChoices(part.texts, part.many), isComplete: true };
  const { constraint, many } = part;
  const { texts, isComplete } = fittingTexts(constraint);
  const one = (turn: number): string => texts[turn % texts.length] ?? '';
  const choices: Choice[] = [{ text: one, isOptional: false }];
  if (many !== undefined && many !== '?') choices.push(...deepChoices(one));
  if (many !== undefined && many !== '+') choices.push({ text: () => '', isOptional: true });
  return { choices, isComplete };
}

function wildcardChoices(): readonly Choice[] {
  const one = (turn: number): string => TEXTS[turn % TEXTS.length] ?? '';
  const optional = ['', '/sample', 'sample//sample', 'sample/'];
  return [
    { text: one, isOptional: false },
    ...deepChoices(one),
    ...optional.map((text) => ({ text: () => text, isOptional: true })),
  ];
}

function deepChoices(one: (turn: number) => string): readonly Choice[] {
  return [2, 3, 4, MAX_DEPTH].map((depth) => ({
    text: (turn) => Array.from({ length: depth }, () => one(turn)).join('/'),
    isOptional: true,
  }));
}

function textChoices(texts: readonly string[], many: string | undefined): readonly Choice[] {
  const given = texts.map((text) => ({ text: () => text, isOptional: false }));
  const twice = texts.map((text) => ({ text: () => text + text, isOptional: true }));
  return [
    ...given,
    ...(many === '+' || many === '*' ? twice : []),
    ...(many === '?' || many === '*' ? [{ text: () => '', isOptional: false }] : []),
  ];
}

/** A constraint that takes one text of ours may take others that are like it, as guards may be, too. */
function fittingTexts(constraint: string | undefined): {
  readonly texts: readonly string[];
  readonly isComplete: boolean;
} {
  if (constraint === undefined) return { texts: TEXTS, isComplete: true };
  const words = constraint.slice(1, -1).split('|');
  if (words.every((word) => /^[-\w]+$/.test(word))) return { texts: words, isComplete: true };
  const texts = TEXTS.filter((text) => new RegExp(`^(?:${constraint})$`).test(text));
  return { texts: texts.length === 0 ? TEXTS : texts, isComplete: texts.length > 1 };
}
