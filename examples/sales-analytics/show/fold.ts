/**
 * Folds long text into lines.
 *
 * @module
 */

/** Where lines begin and end. */
export interface Lines {
  /** The greatest length of a line. */
  readonly width: number;
  /** What the first line begins with. */
  readonly first: string;
  /** What every other line begins with. */
  readonly rest: string;
}

/**
 * Joins pieces with spaces, and begins a new line where a piece does not fit. A piece that is longer than a line
 * begins one, and is folded at its spaces, then after slashes, then anywhere.
 */
export function fold(pieces: readonly string[], { width, first, rest }: Lines): readonly string[] {
  const room = width - Math.max(first.length, rest.length);
  const lines: string[] = [];
  let line = first;
  for (const piece of pieces) {
    const parts = splitPiece(piece, room);
    for (const [index, part] of parts.entries()) {
      const isFirst = lines.length === 0 && line === first;
      const isWhole = index > 0 || parts.length === 1;
      if (isFirst) {
        line += part;
      } else if (isWhole && line.length + 1 + part.length <= width) {
        line += ` ${part}`;
      } else {
        lines.push(line);
        line = `${rest}${part}`;
      }
    }
  }
  return [...lines, line];
}

/**
 * Folds a header field between the auth-params of its challenges. Each challenge begins a line.
 *
 * @param indent - What the first line begins with; the others are indented further.
 */
export function foldChallenges(field: string, indent: string, width: number): readonly string[] {
  const challenges = field.split(/(?<=,) (?=[A-Za-z]+ [a-z_]+=)/);
  return challenges.flatMap((challenge, index) =>
    fold(challenge.split(/(?<=,) /), {
      width,
      first: index === 0 ? indent : `${indent}  `,
      rest: `${indent}    `,
    }),
  );
}

function splitPiece(piece: string, room: number): readonly string[] {
  if (piece.length <= room) return [piece];
  return piece.split(' ').flatMap((word) => splitWord(word, room));
}

function splitWord(word: string, room: number): readonly string[] {
  if (word.length <= room) return [word];
  const slash = word.lastIndexOf('/', room - 1);
  const end = slash > 0 ? slash + 1 : room;
  return [word.slice(0, end), ...splitWord(word.slice(end), room)];
}
