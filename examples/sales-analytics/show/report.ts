/**
 * Formats the report of the demo: every scene with its request and its response, and a summary.
 *
 * @module
 */
import { type Answer, abbreviateUrl } from './answer.js';
import { fold, foldChallenges } from './fold.js';
import type { SceneResult } from './run-scenes.js';
import type { Scene } from './scene.js';
import type { Paint } from './terminal.js';

const INDENT = ' '.repeat(6);
const CELL_WIDTHS = { caller: 14, request: 23, token: 27, answer: 23 };

/** How to format. */
export interface Style {
  readonly paint: Paint;
  /** The greatest length of a line. */
  readonly width: number;
  /** The URL of the API, which challenges repeat; it is printed as `<api>`. */
  readonly apiUrl: string;
}

/** Formats the number and the title of a scene: ` 3  an expired token is refused`. */
export function formatTitle({ title }: Scene, number: number): string {
  return `${String(number).padStart(2)}  ${title}`;
}

/** Formats a scene: its title, request and response, followed by the differences where it failed. */
export function formatScene(result: SceneResult, style: Style): string {
  const { scene, number, answer, failure } = result;
  const { paint, width } = style;
  const text = formatTitle(scene, number);
  if (result.isLeftOut === true) {
    const why = `left out by --quick, because it takes about ${scene.seconds ?? 0} seconds`;
    return [...foldTitle(`- ${text}`, width), ...foldWords(why, width)].join('\n');
  }
  const passed = failure === undefined;
  const [title = '', ...others] = foldTitle(`${passed ? '✓' : '✗'} ${text}`, width);
  const colour = passed ? 'green' : 'red';
  return [
    `${paint(colour, title.slice(0, 1))}${paint('bold', title.slice(1))}`,
    ...others.map((line) => paint('bold', line)),
    ...formatCells(scene, answer, width),
    ...formatHeaders(answer, style).map((line) => paint('dim', line)),
    ...(failure?.split('\n') ?? []).flatMap((line) =>
      foldWords(line, width).map((each) => paint('red', each)),
    ),
  ].join('\n');
}

/** Formats one line that says how many scenes passed, or which failed. */
export function formatSummary(results: readonly SceneResult[], paint: Paint): string {
  const played = results.filter(({ isLeftOut }) => isLeftOut !== true);
  const failed = played.filter(({ failure }) => failure !== undefined);
  const leftOut = results.length - played.length;
  const omission = leftOut === 0 ? '' : ` --quick left out ${leftOut} of ${results.length}.`;
  if (failed.length === 0) return paint('green', `All ${played.length} scenes passed.${omission}`);
  const numbers = failed.map(({ number }) => number).join(', ');
  const which = `${failed.length === 1 ? 'scene' : 'scenes'} ${numbers}`;
  return paint('red', `Failed: ${which} of ${results.length}.${omission}`);
}

function foldTitle(title: string, width: number): readonly string[] {
  return fold([title], { width, first: '', rest: INDENT });
}

/** Folds at spaces, and keeps the spaces that a line begins with. */
function foldWords(line: string, width: number): readonly string[] {
  const begin = `${INDENT}${/^ */.exec(line)?.[0] ?? ''}`;
  return fold([line.trim()], { width, first: begin, rest: begin });
}

/** Formats the request and the response as cells, as many on a line as fit. */
function formatCells(scene: Scene, answer: Answer | undefined, width: number): readonly string[] {
  const reasons = [...new Set(answer?.reasons)].join(', ');
  const cells = [
    scene.caller.padEnd(CELL_WIDTHS.caller),
    scene.request.padEnd(CELL_WIDTHS.request),
    scene.token.padEnd(CELL_WIDTHS.token),
    `${answer?.status ?? '-'} ${reasons}`.padEnd(CELL_WIDTHS.answer),
  ];
  const lines: string[] = [];
  for (const cell of cells) {
    const last = lines.at(-1);
    const longer = `${last ?? ''}  ${cell}`;
    if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`${INDENT}${cell}`);
  }
  return lines.map((line) => line.trimEnd());
}

function formatHeaders(answer: Answer | undefined, { width, apiUrl }: Style): readonly string[] {
  const lines: string[] = [];
  if (answer?.challenge !== undefined) {
    const field = `WWW-Authenticate: ${abbreviateUrl(answer.challenge, apiUrl)}`;
    lines.push(...foldChallenges(field, INDENT, width));
  }
  if (answer?.retryAfter !== undefined) lines.push(`${INDENT}Retry-After: ${answer.retryAfter}`);
  return lines;
}
