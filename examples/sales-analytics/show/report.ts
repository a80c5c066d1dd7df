/**
 * The report of a played story: a table of what happened, and a verdict on every scene.
 *
 * @module
 */
import Table from 'cli-table3';
import type { Paint } from './terminal.js';
import type { Answer } from './promised.js';
import type { PlayedScene } from './run-scenes.js';

const COLUMN_WIDTHS = [4, 16, 25, 29, 8, 21];
const COLUMNS = COLUMN_WIDTHS.length;
/** Without the borders and the padding of a cell that spans all columns. */
const INNER_WIDTH = COLUMN_WIDTHS.reduce((sum, width) => sum + width, COLUMNS - 1) - 2;

/** Nothing is drawn above a row whose cell has these. */
const NO_LINE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '', 'bottom-mid': '' };

/** Formats who called what with which token, and the answer: its status, challenge and reason. */
export function formatTable(played: readonly PlayedScene[], paint: Paint): string {
  const table = new Table({
    head: ['#', 'caller', 'request', 'token', 'status', 'reason'],
    colWidths: COLUMN_WIDTHS,
    colAligns: ['right'],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const [index, { scene, answer }] of played.entries()) {
    const status = answer?.status ?? 0;
    table.push([
      index + 1,
      scene.caller,
      scene.request,
      scene.token,
      paint(status < 400 ? 'green' : 'red', String(answer?.status ?? '-')),
      [...new Set(answer?.reasons)].join(', '),
    ]);
    const headers = formatHeaders(answer);
    if (headers === '') continue;
    table.push([
      {
        content: paint('dim', headers),
        colSpan: COLUMNS,
        chars: NO_LINE,
        hAlign: 'left',
        wordWrap: false,
      },
    ]);
  }
  return table.toString();
}

/** Formats the verdicts: one line per scene, and below it what came out differently. */
export function formatVerdicts(played: readonly PlayedScene[], paint: Paint): string {
  const lines = played.flatMap(({ scene, broken }, index) => {
    const verdict =
      broken.length === 0 ? paint('green', 'as promised') : paint('red', 'BROKEN     ');
    const number = String(index + 1).padStart(2);
    return [
      `${verdict}  ${number}  ${scene.title}`,
      ...broken.map((line) => `${' '.repeat(17)}${line}`),
    ];
  });
  return [...lines, '', formatSummary(played, paint)].join('\n');
}

function formatSummary(played: readonly PlayedScene[], paint: Paint): string {
  const broken = played.flatMap((scene, index) => (scene.broken.length > 0 ? [index + 1] : []));
  if (broken.length === 0) return paint('green', `All ${played.length} scenes: as promised.`);
  const which = `${broken.length === 1 ? 'scene' : 'scenes'} ${broken.join(', ')}`;
  return paint('red', `Not as promised: ${which} of ${played.length}.`);
}

function formatHeaders(answer: Answer | undefined): string {
  const lines: string[] = [];
  if (answer?.challenge !== undefined) {
    lines.push(...foldChallenge(`WWW-Authenticate: ${answer.challenge}`));
  }
  if (answer?.retryAfter !== undefined) lines.push(`Retry-After: ${answer.retryAfter}`);
  return lines.join('\n');
}

/** Breaks between auth-params only, and indents what follows, so that each can be read whole. */
function foldChallenge(field: string): readonly string[] {
  const lines: string[] = [];
  for (const param of field.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + param.length <= INNER_WIDTH) {
      lines[lines.length - 1] = `${last} ${param}`;
    } else {
      lines.push(last === undefined ? param : `  ${param}`);
    }
  }
  return lines;
}
