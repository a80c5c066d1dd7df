/**
 * The program `scopegate`.
 *
 * @module
 */
import { runScopegate } from './command-line.js';
import { EXIT } from './exit-code.js';

const { stdin, stdout, stderr } = process;

/** An application that was imported may have begun to listen; what was written goes out first. */
function exit(code: number): void {
  stdout.write('', () => process.exit(code));
}

runScopegate(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  clock: Date.now,
  fetch,
  load: (url) => import(url.href),
  directory: process.cwd(),
  progressAfterMs: 1_000,
}).then(exit, (error: unknown) => {
  // Not 1: that would be a verdict.
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  exit(EXIT.undecided);
});
