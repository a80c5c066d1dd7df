/**
 * Hostile texts for a declared path, to find one that passes by a guard.
 *
 * A guard counts only when every one of them meets it. The texts of a parameter share no character
 * with each other, so that a pattern without an expression that takes all of them takes any text.
 *
 * @module
 */
import {
  type Dialect,
  isReadable,
  type PathPart,
  readConstraint,
  readPattern,
} from './path-pattern.js';
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
  /**
   * Where only expressions keep them from that: texts that stand for all that the path would match if
   * those took anything. `undefined` for none.
   */
  readonly presumed: readonly string[] | undefined;
}

/** What parameters are filled with. */
const TEXTS: readonly string[] = [
  ...PLACEHOLDERS,
  '%61',
  'a.b',
  '~',
  'a%20b',
  'Z',
  'x'.repeat(40),
  '-',
  '22',
  '_:@',
  '%7B',
];
/** What a wildcard may stand for beside them; and a constraint, where it fits. */
const ODD_TEXTS: readonly string[] = ['', '/sample', 'sample//sample', 'sample/'];
/** A constraint that takes neither nothing nor a slash. */
const SEGMENT_CLASS = /^\((?:\\[dw]|\[-?(?:\\[dw]|\w-\w|\w)+-?\])(?:\+|\{[1-9]\d*(?:,\d*)?\})?\)$/;
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

type PatternParts = readonly (readonly PathPart[])[];

const MAX_KNOWN = 2_000;
const known = new Map<string, PathShapes>();

/** Makes the shapes of a declared path. */
export function shapePath(pattern: string, dialect: Dialect): PathShapes {
  const key = `${dialect} ${pattern}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = makeShapes(pattern, dialect);
  if (known.size < MAX_KNOWN) known.set(key, made);
  return made;
}

function makeShapes(pattern: string, dialect: Dialect): PathShapes {
  const variants = optionalSegments(pattern, dialect).flatMap((each) => readPattern(each, dialect));
  const { shapes, isComplete } = shapeVariants(variants);
  if (!isReadable(pattern, dialect)) return { shapes, isComplete: false, presumed: undefined };
  return { shapes, isComplete, presumed: isComplete ? undefined : presume(variants) };
}

/** What a path matches if no expression in it keeps anything out. */
function presume(variants: PatternParts): readonly string[] | undefined {
  const free = shapeVariants(variants.map((parts) => parts.map(withoutExpression)));
  const [first, ...others] = free.shapes;
  const texts = [...(first?.texts ?? []), ...others.flatMap((shape) => shape.texts.slice(0, 1))];
  return free.isComplete && texts.length <= MAX_SHAPES ? [...new Set(texts)] : undefined;
}

function withoutExpression(part: PathPart): PathPart {
  if (part.kind === 'wildcard') return part;
  if (part.kind === 'texts') {
    return isOfWords(part) ? part : { kind: 'wildcard', name: '' };
  }
  const { constraint } = part;
  if (constraint === undefined || wordsOf(constraint) !== undefined) return part;
  if (SEGMENT_CLASS.test(constraint)) return { ...part, constraint: undefined };
  return { kind: 'wildcard', name: part.name };
}

function shapeVariants(variants: PatternParts): Pick<PathShapes, 'shapes' | 'isComplete'> {
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
  if (part.kind === 'texts') {
    return { choices: textChoices(part.texts, part.many), isComplete: isOfWords(part) };
  }
  const { constraint, many } = part;
  const { texts, odd, isComplete } = fittingTexts(constraint);
  const one = (turn: number): string => texts[turn % texts.length] ?? '';
  const choices: Choice[] = [{ text: one, isOptional: false }, ...optionalChoices(odd)];
  if (many !== undefined && many !== '?') choices.push(...deepChoices(one));
  if (many !== undefined && many !== '+') choices.push({ text: () => '', isOptional: true });
  return { choices, isComplete };
}

/** A single character stands for itself, also where it is none of a word. */
function isOfWords({ texts }: Extract<PathPart, { kind: 'texts' }>): boolean {
  return texts.every((text) => text.length === 1 || /^[-\w]*$/.test(text));
}

function wildcardChoices(): readonly Choice[] {
  const one = (turn: number): string => TEXTS[turn % TEXTS.length] ?? '';
  return [{ text: one, isOptional: false }, ...deepChoices(one), ...optionalChoices(ODD_TEXTS)];
}

function optionalChoices(texts: readonly string[]): readonly Choice[] {
  return texts.map((text) => ({ text: () => text, isOptional: true }));
}

function deepChoices(one: (turn: number) => string): readonly Choice[] {
  return [2, 3, 4, MAX_DEPTH].map((depth) => ({
    text: (turn) => Array.from({ length: depth }, () => one(turn)).join('/'),
    isOptional: true,
  }));
}

function textChoices(texts: readonly string[], many: string | undefined): readonly Choice[] {
  const given = texts.map((text) => ({ text: () => text, isOptional: false }));
  const repeated = texts.flatMap((text) => [text + text, text.repeat(MAX_DEPTH)]);
  return [
    ...given,
    ...(many === '+' ? optionalChoices(repeated) : []),
    ...(many === '?' ? [{ text: () => '', isOptional: false }] : []),
  ];
}

interface FittingTexts {
  readonly texts: readonly string[];
  /** Texts that a constraint may take, with slashes or empty. */
  readonly odd: readonly string[];
  readonly isComplete: boolean;
}

/** A constraint that takes some texts of ours may take any others besides. */
function fittingTexts(constraint: string | undefined): FittingTexts {
  if (constraint === undefined) return { texts: TEXTS, odd: [], isComplete: true };
  const words = wordsOf(constraint);
  if (words !== undefined) return { texts: words, odd: [], isComplete: true };
  const expression = readConstraint(constraint);
  const fits = (text: string): boolean => expression?.test(text) ?? true;
  const texts = TEXTS.filter(fits);
  const odd = [...ODD_TEXTS, 'sample/sample'].filter(fits);
  return { texts: texts.length === 0 ? TEXTS : texts, odd, isComplete: false };
}

/** The words that a constraint lets in; `undefined` when it holds more than words. */
function wordsOf(constraint: string): readonly string[] | undefined {
  const words = constraint.slice(1, -1).split('|');
  return words.every((word) => /^[-\w]+$/.test(word)) ? words : undefined;
}
