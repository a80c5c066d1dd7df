/**
 * Formats the story: every scene with what happened, and its result.
 *
 * @module
 */
import type { SceneResult } from './run-scenes.js';

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

function formatScene({ scene, happened, failure }: SceneResult, index: number): string {
  const verdict = failure === undefined ? 'passed' : 'FAILED';
  const lines = happened?.lines.map((line) => `${INDENT}${line}`) ?? [];
  const measured = happened?.measured === undefined ? [] : [`${INDENT}(${happened.measured})`];
  const differences = failure?.split('\n').map((line) => `${INDENT}! ${line}`) ?? [];
  const title = `${verdict}  ${String(index + 1).padStart(2)}  ${scene.title}`;
  return [title, ...lines, ...measured, ...differences].join('\n');
}
