/**
 * Paths of several links of a chain put together, in every spelling that their routers take.
 *
 * @module
 */
import { samplePaths } from './path-samples.js';
import { type PathShapes, shapePath } from './path-shapes.js';
import type { RouteTree } from './route-walk.js';

const MAX_ROWS = 256;
const MAX_SAMPLES = 48;

/** A link of a chain whose declared path is a string. */
export interface KnownLink {
  readonly node: RouteTree;
  readonly pattern: string;
}

/** Texts of one shape. */
export interface JoinedShape {
  readonly texts: readonly string[];
  readonly isOptional: boolean;
}

/**
 * What is known of the path of a link: the pattern where its shapes stand for all that it matches, and
 * otherwise texts that do; `undefined` for nothing.
 */
export function knownOf({ node, pattern }: KnownLink): string | readonly string[] | undefined {
  const { isComplete, presumed } = shapePath(pattern, node.dialect);
  return isComplete ? pattern : presumed;
}

/** Whether the shapes of a link stand for all that it matches. */
export function isFullyShaped({ node, pattern }: KnownLink): boolean {
  const { shapes, isComplete } = shapePath(pattern, node.dialect);
  const isAlive = shapes.every(
    ({ texts, isOptional }) => isOptional || texts.some((text) => node.match(text) !== undefined),
  );
  return isComplete && isAlive;
}

/** The plain paths of every link put together. */
export function plainSamples(links: readonly KnownLink[]): readonly string[] {
  let joined: readonly string[] = [''];
  for (const { pattern } of links) {
    joined = joined
      .flatMap((before) => samplePaths(pattern).map((text) => joinTexts([before, withSlash(text)])))
      .slice(0, MAX_SAMPLES);
  }
  return [...new Set(joined)];
}

function withSlash(text: string): string {
  return text.startsWith('/') ? text : `/${text}`;
}

function joinTexts(texts: readonly string[], slash = ''): string {
  const joined = texts.filter(Boolean).reduce((before, text) => {
    const outer = before.replace(/\/$/, '');
    return outer === '' ? text : outer + (text.startsWith('/') ? slash : '') + text;
  }, '');
  return joined === '' ? '/' : joined;
}

/** Shapes put together. */
export interface JoinedShapes {
  readonly joined: readonly JoinedShape[];
  /** Whether they stand for all that the shapes of the links stand for. */
  readonly isWhole: boolean;
}

/** The shapes of every link put together, each spelled in every way that its routers take. */
export function joinShapes(links: readonly KnownLink[], rests: readonly string[]): JoinedShapes {
  const shaped = links.map(({ node, pattern }) => shapePath(pattern, node.dialect));
  let rows: readonly { texts: readonly (readonly string[])[]; isOptional: boolean }[] = [
    { texts: [], isOptional: false },
  ];
  let isWhole = true;
  for (const { shapes } of [...shaped, shapesOfRests(rests)]) {
    rows = rows.flatMap((row) =>
      shapes.map(({ texts, isOptional }) => ({
        texts: [...row.texts, texts],
        isOptional: row.isOptional || isOptional,
      })),
    );
    isWhole &&= rows.length <= MAX_ROWS;
    rows = rows.slice(0, MAX_ROWS);
  }
  const joined = rows.map(({ texts, isOptional }) => ({
    texts: spell(texts, links),
    isOptional,
  }));
  return { joined, isWhole };
}

function shapesOfRests(rests: readonly string[]): PathShapes {
  const shapes = rests.map((text) => ({ texts: [text], isOptional: text !== '' }));
  return { shapes, isComplete: true, presumed: undefined };
}

/** One text of each link and the rest, turn by turn; and the first turn in other spellings. */
function spell(
  texts: readonly (readonly string[])[],
  links: readonly KnownLink[],
): readonly string[] {
  const turns = Math.max(...texts.map(({ length }) => length));
  const inTurn = (turn: number): readonly string[] =>
    texts.map((each) => each[turn % each.length] ?? '');
  const plain = inTurn(0);
  const spelled = SPELLINGS.map((change) =>
    plain.map((text, index) => {
      const changed = change(text);
      const { node } = links[index] ?? {};
      return node === undefined || node.match(changed) !== undefined ? changed : text;
    }),
  );
  return [
    ...new Set([
      ...Array.from({ length: turns }, (_item, turn) => joinTexts(inTurn(turn))),
      ...spelled.map((each) => joinTexts(each)),
      // A route may be less particular about its spelling than a guard before it.
      ...['', '/', '//'].map((end) => joinTexts(plain).replace(/\/$/, '') + end || '/'),
      // In Express 4 a mounted router takes a slash at its end along.
      ...(links.length > 1 || texts.length > links.length ? [joinTexts(plain, '/')] : []),
    ]),
  ];
}

const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => alternate(text, 0),
  (text) => alternate(text, 1),
];

function alternate(text: string, first: number): string {
  return Array.from(text, (letter, index) =>
    index % 2 === first ? letter.toUpperCase() : letter.toLowerCase(),
  ).join('');
}

/** All texts of all shapes. */
export function textsOf(links: readonly KnownLink[], rests: readonly string[]): readonly string[] {
  return joinShapes(links, rests).joined.flatMap(({ texts }) => texts);
}
