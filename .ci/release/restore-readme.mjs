// @ts-check
/**
 * Restores the README of a package: its scripts `postpack` and `postpublish`, which npm runs in the
 * folder of the package, and after an interrupted run `node .ci/release/restore-readme.mjs <folder>`.
 *
 * After `npm publish` has packed, it reads the README again and sends it to the registry, whose page
 * shows that text instead of the tarball's. So the README is restored once it is published.
 */
import { resolve } from 'node:path';
import { restoreReadme } from './packing-state.mjs';

const [folder = '.'] = process.argv.slice(2);
const { npm_command: command = '', npm_lifecycle_event: event } = process.env;
const isStillRead = event === 'postpack' && ['publish', 'stage'].includes(command);

try {
  if (!isStillRead) restoreReadme(resolve(folder));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
