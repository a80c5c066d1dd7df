/**
 * The program `scopegate`.
 *
 * @module
 */
import { runScopegate } from './command-line.js';
import { EXIT } from './exit-code.js';
import {
  importsApplication,
  isReportProcess,
  openReport,
  runReportProcess,
  sendExitCode,
} from './report-process.js';
import type { TextSink } from './terminal.js';

const words = process.argv.slice(2);
const isReport = isReportProcess();
const report: TextSink = isReport ? openReport() : process.stdout;

// Before an application can replace it.
const endProcess = process.exit.bind(process);

let isDone = false;

/**
 * Exits after the output is flushed. Waiting for the event loop to empty would take forever when an
 * imported application has started to listen.
 */
function exit(code: number): void {
  isDone = true;
  report.write('', () => {
    if (isReport) sendExitCode(code);
    endProcess(code);
  });
}

function writeError(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
}

if (isReport) {
  // The application must not decide the exit code, which is the verdict of the command.
  process.on('exit', () => {
    if (isDone) return;
    process.stderr.write(
      'error: the application ended the process before the report was written\n',
    );
    process.exitCode = EXIT.undecided;
  });
  // A connection that the application cannot open does not prevent the report.
  process.on('uncaughtException', writeError);
}

const run =
  !isReport && importsApplication(words)
    ? runReportProcess(words)
    : runScopegate(words, {
        stdin: process.stdin,
        stdout: report,
        stderr: process.stderr,
        clock: Date.now,
        fetch,
        load: (url) => import(url.href),
        directory: process.cwd(),
        progressAfterMs: 1_000,
      });

run.then(exit, (error: unknown) => {
  // Exit code 1 would mean that the token is refused, the issuer has errors, or a route is exposed.
  writeError(error);
  exit(EXIT.undecided);
});
