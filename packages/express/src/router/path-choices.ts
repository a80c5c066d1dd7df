/**
 * Texts for one part of a declared path, among them texts that a guard might not expect.
 *
 * The texts for a parameter have no character in common, so a pattern without an expression that
 * matches all of them matches any text.
 *
 * @module
 */
import { parseConstraint, type PathPart } from './path-pattern.js';
import { PLACEHOLDERS } from './path-samples.js';

/** One form that a part may take. */
export interface PathChoice {
  /** @returns The text for a round: every round uses another value. */
  readonly text: (round: number) => string;
  /** Whether the part might not match this form. */
  readonly isOptional: boolean;
}

/** The forms of a part. */
export interface PathChoices {
  readonly choices: readonly PathChoice[];
  /** Whether they represent every text that the part can match. */
  readonly isComplete: boolean;
}

/** Values for parameters. */
export const PARAMETER_TEXTS: readonly string[] = [
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
/** More values for wildcards, and for constraints that match them. */
const ODD_TEXTS: readonly string[] = ['', '/sample', 'sample//sample', 'sample/'];
/** A constraint that matches neither an empty text nor a slash. */
const SEGMENT_CLASS = /^\((?:\\[dw]|\[-?(?:\\[dw]|\w-\w|\w)+-?\])(?:\+|\{[1-9]\d*(?:,\d*)?\})?\)$/;
const MAX_DEPTH = 12;

/** Lists the forms of a part. */
export function listChoices(part: PathPart): PathChoices {
  if (part.kind === 'wildcard') return { choices: listWildcardChoices(), isComplete: true };
  if (part.kind === 'texts') {
    return { choices: listTextChoices(part.texts, part.many), isComplete: isLiteralGroup(part) };
  }
  const { constraint, many } = part;
  const { texts, odd, isComplete } = listMatchingTexts(constraint);
  const one = (round: number): string => texts[round % texts.length] ?? '';
  const choices: PathChoice[] = [{ text: one, isOptional: false }, ...listOptionalChoices(odd)];
  if (many !== undefined && many !== '?') choices.push(...listDeepChoices(one));
  if (many !== undefined && many !== '+') choices.push({ text: () => '', isOptional: true });
  return { choices, isComplete };
}

/** Replaces the expression of a part, so that the part matches at least what it matched before. */
export function removeExpression(part: PathPart): PathPart {
  if (part.kind === 'wildcard') return part;
  if (part.kind === 'texts') return isLiteralGroup(part) ? part : { kind: 'wildcard', name: '' };
  const { constraint } = part;
  if (constraint === undefined || findWords(constraint) !== undefined) return part;
  if (SEGMENT_CLASS.test(constraint)) return { ...part, constraint: undefined };
  return { kind: 'wildcard', name: part.name };
}

/** Whether the texts of a group are literal; a single character always is. */
function isLiteralGroup({ texts }: Extract<PathPart, { kind: 'texts' }>): boolean {
  return texts.every((text) => text.length === 1 || /^[-\w]*$/.test(text));
}

function listWildcardChoices(): readonly PathChoice[] {
  const one = (round: number): string => PARAMETER_TEXTS[round % PARAMETER_TEXTS.length] ?? '';
  return [
    { text: one, isOptional: false },
    ...listDeepChoices(one),
    ...listOptionalChoices(ODD_TEXTS),
  ];
}

function listOptionalChoices(texts: readonly string[]): readonly PathChoice[] {
  return texts.map((text) => ({ text: () => text, isOptional: true }));
}

function listDeepChoices(one: (round: number) => string): readonly PathChoice[] {
  return [2, 3, 4, MAX_DEPTH].map((depth) => ({
    text: (round) => Array.from({ length: depth }, () => one(round)).join('/'),
    isOptional: true,
  }));
}

function listTextChoices(
  texts: readonly string[],
  many: string | undefined,
): readonly PathChoice[] {
  const given = texts.map((text) => ({ text: () => text, isOptional: false }));
  const repeated = texts.flatMap((text) => [text + text, text.repeat(MAX_DEPTH)]);
  return [
    ...given,
    ...(many === '+' ? listOptionalChoices(repeated) : []),
    ...(many === '?' ? [{ text: () => '', isOptional: false }] : []),
  ];
}

interface MatchingTexts {
  readonly texts: readonly string[];
  /** Empty texts and texts with slashes that the constraint may match. */
  readonly odd: readonly string[];
  readonly isComplete: boolean;
}

/** An expression that matches some of these texts may match any other text too. */
function listMatchingTexts(constraint: string | undefined): MatchingTexts {
  if (constraint === undefined) return { texts: PARAMETER_TEXTS, odd: [], isComplete: true };
  const words = findWords(constraint);
  if (words !== undefined) return { texts: words, odd: [], isComplete: true };
  const expression = parseConstraint(constraint);
  const isMatching = (text: string): boolean => expression?.test(text) ?? true;
  const texts = PARAMETER_TEXTS.filter(isMatching);
  const odd = [...ODD_TEXTS, 'sample/sample'].filter(isMatching);
  return { texts: texts.length === 0 ? PARAMETER_TEXTS : texts, odd, isComplete: false };
}

/** Finds the words that a constraint allows; `undefined` when it contains anything but words. */
function findWords(constraint: string): readonly string[] | undefined {
  const words = constraint.slice(1, -1).split('|');
  return words.every((word) => /^[-\w]+$/.test(word)) ? words : undefined;
}
