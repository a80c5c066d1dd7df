/**
 * Formats the report of the demo: a table of all requests, and the result of every scene.
 *
 * @module
 */
import Table from 'cli-table3';
import type { Answer } from './answer.js';
import type { SceneResult } from './run-scenes.js';
import type { Paint } from './terminal.js';

const COLUMN_WIDTHS = [4, 16, 25, 29, 8, 21];
const COLUMNS = COLUMN_WIDTHS.length;
/** The width of a cell that spans all columns, without its borders and padding. */
const INNER_WIDTH = COLUMN_WIDTHS.reduce((sum, width) => sum + width, COLUMNS - 1) - 2;

/** Removes the line above a row. */
const NO_LINE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '', 'bottom-mid': '' };

/** Formats a table with the request, the token and the response of every scene. */
export function formatTable(results: readonly SceneResult[], paint: Paint): string {
  const table = new Table({
    head: ['#', 'caller', 'request', 'token', 'status', 'reason'],
    colWidths: COLUMN_WIDTHS,
    colAligns: ['right'],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const [index, { scene, answer }] of results.entries()) {
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

/** Formats the result of every scene in one line, followed by the differences where it failed. */
export function formatResults(results: readonly SceneResult[], paint: Paint): string {
  const lines = results.flatMap(({ scene, failure }, index) => {
    const verdict = failure === undefined ? paint('green', 'passed') : paint('red', 'FAILED');
    const number = String(index + 1).padStart(2);
    const differences = failure?.split('\n').map((line) => `${' '.repeat(12)}${line}`) ?? [];
    return [`${verdict}  ${number}  ${scene.title}`, ...differences];
  });
  return [...lines, '', formatSummary(results, paint)].join('\n');
}

function formatSummary(results: readonly SceneResult[], paint: Paint): string {
  const failed = results.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [index + 1],
  );
  if (failed.length === 0) return paint('green', `All ${results.length} scenes passed.`);
  const which = `${failed.length === 1 ? 'scene' : 'scenes'} ${failed.join(', ')}`;
  return paint('red', `Failed: ${which} of ${results.length}.`);
}

function formatHeaders(answer: Answer | undefined): string {
  const lines: string[] = [];
  if (answer?.challenge !== undefined) {
    lines.push(...foldChallenge(`WWW-Authenticate: ${answer.challenge}`));
  }
  if (answer?.retryAfter !== undefined) lines.push(`Retry-After: ${answer.retryAfter}`);
  return lines.join('\n');
}

/** Wraps a challenge between its auth-params and indents the following lines. */
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
