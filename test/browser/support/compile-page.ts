/**
 * Compiles the page before the tests, as `npm run build` does.
 *
 * @module
 */
import { INSPECTOR_PAGE, run, tsc } from '../../workspace/tarballs.js';
import { root } from '../../workspace/workspace.js';

/** Compiles the modules that the browser loads; without a change this takes a moment. */
export async function setup(): Promise<void> {
  await run('node', [tsc, '-b', INSPECTOR_PAGE], root);
}
