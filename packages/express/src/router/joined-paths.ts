/**
 * Joins the paths of nested routers, in every spelling that the routers match.
 *
 * @module
 */
import { samplePaths } from './path-samples.js';
import { listShapes, type PathShapes } from './path-shapes.js';
import type { EntryPaths } from './router-entry.js';

const MAX_ROWS = 256;
const MAX_SAMPLES = 48;

/** An entry of a router, and one of its paths that was declared as a string. */
export interface PatternEntry {
  readonly entry: EntryPaths;
  readonly pattern: string;
}

/** Texts of one shape. */
export interface JoinedShape {
  readonly texts: readonly string[];
  /** Whether the path might not match this shape. */
  readonly isOptional: boolean;
}

/** Joined shapes. */
export interface JoinedShapes {
  readonly joined: readonly JoinedShape[];
  /** Whether no combination was dropped because there were too many. */
  readonly isComplete: boolean;
}

/**
 * Finds what represents every path that an entry matches.
 *
 * @returns The pattern when its shapes represent all that it matches, otherwise texts that do;
 *   `undefined` when no texts are known to.
 */
export function findRepresentation({
  entry,
  pattern,
}: PatternEntry): string | readonly string[] | undefined {
  const { isComplete, presumed } = listShapes(pattern, entry.dialect);
  return isComplete ? pattern : presumed;
}

/** Whether the shapes of an entry represent all that it matches, and it matches each of them. */
export function isFullyShaped({ entry, pattern }: PatternEntry): boolean {
  const { shapes, isComplete } = listShapes(pattern, entry.dialect);
  const isMatched = shapes.every(
    ({ texts, isOptional }) => isOptional || texts.some((text) => entry.match(text) !== undefined),
  );
  return isComplete && isMatched;
}

/** Joins the sample paths of every entry. */
export function joinSamples(entries: readonly PatternEntry[]): readonly string[] {
  let joined: readonly string[] = [''];
  for (const { pattern } of entries) {
    joined = joined
      .flatMap((before) => samplePaths(pattern).map((text) => joinTexts([before, addSlash(text)])))
      .slice(0, MAX_SAMPLES);
  }
  return [...new Set(joined)];
}

function addSlash(text: string): string {
  return text.startsWith('/') ? text : `/${text}`;
}

function joinTexts(texts: readonly string[], slash = ''): string {
  const joined = texts.filter(Boolean).reduce((before, text) => {
    const outer = before.replace(/\/$/, '');
    return outer === '' ? text : outer + (text.startsWith('/') ? slash : '') + text;
  }, '');
  return joined === '' ? '/' : joined;
}

/**
 * Joins the shapes of every entry, each spelled in every way that the entries match.
 *
 * @param suffixes - What may follow the last entry.
 */
export function joinShapes(
  entries: readonly PatternEntry[],
  suffixes: readonly string[],
): JoinedShapes {
  const shaped = entries.map(({ entry, pattern }) => listShapes(pattern, entry.dialect));
  let rows: readonly { texts: readonly (readonly string[])[]; isOptional: boolean }[] = [
    { texts: [], isOptional: false },
  ];
  let isComplete = true;
  for (const { shapes } of [...shaped, createSuffixShapes(suffixes)]) {
    rows = rows.flatMap((row) =>
      shapes.map(({ texts, isOptional }) => ({
        texts: [...row.texts, texts],
        isOptional: row.isOptional || isOptional,
      })),
    );
    isComplete &&= rows.length <= MAX_ROWS;
    rows = rows.slice(0, MAX_ROWS);
  }
  const joined = rows.map(({ texts, isOptional }) => ({
    texts: listSpellings(texts, entries),
    isOptional,
  }));
  return { joined, isComplete };
}

/** Lists the texts of all joined shapes. */
export function listJoinedTexts(
  entries: readonly PatternEntry[],
  suffixes: readonly string[],
): readonly string[] {
  return joinShapes(entries, suffixes).joined.flatMap(({ texts }) => texts);
}

function createSuffixShapes(suffixes: readonly string[]): PathShapes {
  const shapes = suffixes.map((text) => ({ texts: [text], isOptional: text !== '' }));
  return { shapes, isComplete: true, presumed: undefined };
}

/** Joins one text of each entry and the suffix per round; the first round also in other spellings. */
function listSpellings(
  texts: readonly (readonly string[])[],
  entries: readonly PatternEntry[],
): readonly string[] {
  const rounds = Math.max(...texts.map(({ length }) => length));
  const textsOfRound = (round: number): readonly string[] =>
    texts.map((each) => each[round % each.length] ?? '');
  const plain = textsOfRound(0);
  const respelled = SPELLINGS.map((respell) =>
    plain.map((text, index) => {
      const changed = respell(text);
      const { entry } = entries[index] ?? {};
      return entry === undefined || entry.match(changed) !== undefined ? changed : text;
    }),
  );
  const spellings = [
    ...Array.from({ length: rounds }, (_item, round) => joinTexts(textsOfRound(round))),
    ...respelled.map((each) => joinTexts(each)),
    // A route may match slashes at the end that a guard before it does not match.
    ...['', '/', '//'].map((end) => joinTexts(plain).replace(/\/$/, '') + end || '/'),
  ];
  // In Express 4 a mounted router may be preceded by two slashes.
  const isNested = entries.length > 1 || texts.length > entries.length;
  return [...new Set(isNested ? [...spellings, joinTexts(plain, '/')] : spellings)];
}

const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => alternateCase(text, 0),
  (text) => alternateCase(text, 1),
];

function alternateCase(text: string, first: number): string {
  return Array.from(text, (letter, index) =>
    index % 2 === first ? letter.toUpperCase() : letter.toLowerCase(),
  ).join('');
}
