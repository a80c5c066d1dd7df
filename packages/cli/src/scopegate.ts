/**
 * The program `scopegate`.
 *
 * @module
 */
import { runScopegate } from './command-line.js';
import { EXIT } from './exit-code.js';

const { stdin, stdout, stderr } = process;

/**
 * Exits after the output is flushed. Waiting for the event loop to empty would take forever when an
 * imported application has started to listen.
 */
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
  // Exit code 1 would mean that the token is refused, the issuer has errors, or a route is exposed.
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  exit(EXIT.undecided);
});
