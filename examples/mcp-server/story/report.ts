/**
 * Formats the story: every scene with its requests, its outcome and its result.
 *
 * @module
 */
import type { SceneResult } from './run-scenes.js';

const WIDTH = 110;
const INDENT = ' '.repeat(12);

/** Formats every scene, followed by the differences where it failed. */
export function formatScenes(results: readonly SceneResult[]): string {
  return results.map(formatScene).join('\n\n');
}

/** Formats one line that says how many scenes passed, or which failed. */
export function formatSummary(results: readonly SceneResult[]): string {
  const failed = results.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [index + 1],
  );
  if (failed.length === 0) return `All ${results.length} scenes passed.`;
  const which = `${failed.length === 1 ? 'scene' : 'scenes'} ${failed.join(', ')}`;
  return `Failed: ${which} of ${results.length}.`;
}

function formatScene({ scene, traffic, outcome, failure }: SceneResult, index: number): string {
  const verdict = failure === undefined ? 'passed' : 'FAILED';
  const lines = traffic.flatMap((line) => foldLine(`${INDENT}${line}`));
  if (outcome !== undefined) lines.push(`${INDENT}= ${outcome}`);
  const differences = failure?.split('\n').map((line) => `${INDENT}! ${line}`) ?? [];
  return [
    `${verdict}  ${String(index + 1).padStart(2)}  ${scene.title}`,
    ...lines,
    ...differences,
  ].join('\n');
}

/** Wraps a header field between its auth-params and indents the following lines. */
function foldLine(line: string): readonly string[] {
  const lines: string[] = [];
  for (const param of line.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(param);
    else if (last.length + 1 + param.length <= WIDTH) lines[lines.length - 1] = `${last} ${param}`;
    else lines.push(`${INDENT}    ${param}`);
  }
  return lines;
}
