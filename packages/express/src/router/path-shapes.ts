/**
 * Texts that represent a declared path, in order to find one that bypasses a guard.
 *
 * A guard counts only when a request to every one of these texts runs it.
 *
 * @module
 */
import { listChoices, PARAMETER_TEXTS, type PathChoice, removeExpression } from './path-choices.js';
import { type Dialect, isReadable, parsePattern, type PathPart } from './path-pattern.js';

/** One combination of the optional parts of a path, with several values for its parameters. */
export interface PathShape {
  /** Each begins with a slash; the simplest is the first. */
  readonly texts: readonly string[];
  /** Whether the path might not match this shape; otherwise it must match one of the texts. */
  readonly isOptional: boolean;
}

/** The shapes of a path. */
export interface PathShapes {
  readonly shapes: readonly PathShape[];
  /** Whether they represent every text that the path can match. */
  readonly isComplete: boolean;
  /**
   * Texts that represent the path if its expressions matched anything; `undefined` when the shapes are
   * complete, or when even these texts would not be.
   */
  readonly presumed: readonly string[] | undefined;
}

const MAX_SHAPES = 96;

type PatternParts = readonly (readonly PathPart[])[];

const MAX_CACHED = 2_000;
const cached = new Map<string, PathShapes>();

/** Lists the shapes of a declared path. The result is cached. */
export function listShapes(pattern: string, dialect: Dialect): PathShapes {
  const key = `${dialect} ${pattern}`;
  const earlier = cached.get(key);
  if (earlier !== undefined) return earlier;
  const shapes = createShapes(pattern, dialect);
  if (cached.size < MAX_CACHED) cached.set(key, shapes);
  return shapes;
}

function createShapes(pattern: string, dialect: Dialect): PathShapes {
  const variants = expandOptionalSegments(pattern, dialect).flatMap((each) =>
    parsePattern(each, dialect),
  );
  const { shapes, isComplete } = createVariantShapes(variants);
  if (!isReadable(pattern, dialect)) return { shapes, isComplete: false, presumed: undefined };
  return { shapes, isComplete, presumed: isComplete ? undefined : presumeTexts(variants) };
}

function presumeTexts(variants: PatternParts): readonly string[] | undefined {
  const wider = createVariantShapes(variants.map((parts) => parts.map(removeExpression)));
  const [first, ...others] = wider.shapes;
  const texts = [...(first?.texts ?? []), ...others.flatMap((shape) => shape.texts.slice(0, 1))];
  return wider.isComplete && texts.length <= MAX_SHAPES ? [...new Set(texts)] : undefined;
}

function createVariantShapes(variants: PatternParts): Pick<PathShapes, 'shapes' | 'isComplete'> {
  let isComplete = variants.length < MAX_SHAPES / 2;
  const shapes = variants.flatMap((parts) => {
    const filled = parts.map(listChoices);
    isComplete &&= filled.every((each) => each.isComplete);
    let rows: readonly (readonly PathChoice[])[] = [[]];
    for (const { choices } of filled) {
      rows = rows.flatMap((row) => choices.map((choice) => [...row, choice]));
      isComplete &&= rows.length <= MAX_SHAPES;
      rows = rows.slice(0, MAX_SHAPES);
    }
    return rows.map(createShape);
  });
  return {
    shapes: shapes.slice(0, MAX_SHAPES),
    isComplete: isComplete && shapes.length <= MAX_SHAPES,
  };
}

/** In Express 4 the slash before an optional parameter is optional too. */
function expandOptionalSegments(pattern: string, dialect: Dialect): readonly string[] {
  if (dialect === 5) return [pattern];
  const optional = /\/:\w+(?:\((?:\\.|[^()\\])+\))?\?/.exec(pattern);
  if (optional === null) return [pattern];
  const [text] = optional;
  const before = pattern.slice(0, optional.index);
  const after = pattern.slice(optional.index + text.length);
  return [text.slice(0, -1), '']
    .flatMap((each) => expandOptionalSegments(before + each + after, dialect))
    .slice(0, MAX_SHAPES);
}

function createShape(row: readonly PathChoice[]): PathShape {
  const texts = PARAMETER_TEXTS.map((_text, round) => row.map(({ text }) => text(round)).join(''));
  const withSlash = texts.map((text) => (text.startsWith('/') ? text : `/${text}`));
  return { texts: [...new Set(withSlash)], isOptional: row.some((choice) => choice.isOptional) };
}
