/**
 * Runs a command that imports an application in a separate process, so that standard output contains
 * only the report.
 *
 * Standard output of that process is the standard error of this one: whatever the application writes
 * there, even by file descriptor or from a child process, is not part of the report, which leaves the
 * process through another pipe. So does the exit code, because the application can change that of its
 * process while the process ends.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { EXIT } from './exit-code.js';
import type { TextSink } from './terminal.js';

const REPORT_FD = 3;
const EXIT_CODE_FD = 4;
/** The environment variable by which a process knows that it writes the report to the pipe. */
const VARIABLE = 'SCOPEGATE_REPORT';

/** Whether a command line may import an application. */
export function importsApplication(words: readonly string[]): boolean {
  return words.includes('routes') || words.some((word) => /^--app(?:=|$)/.test(word));
}

/** Whether this process writes the report to a pipe. */
export function isReportProcess(): boolean {
  return process.env[VARIABLE] !== undefined;
}

/** Opens the pipe of the report. */
export function openReport(): TextSink {
  const isTTY = process.env[VARIABLE] === 'colours';
  // The application does not see it, and neither do its child processes.
  Reflect.deleteProperty(process.env, VARIABLE);
  const pipe = new Socket({ fd: REPORT_FD, readable: false, writable: true });
  return {
    isTTY,
    write: (text, written) => pipe.write(text, written),
  };
}

/** Sends the exit code, after the report. */
export function sendExitCode(code: number): void {
  writeSync(EXIT_CODE_FD, String(code));
}

/**
 * Runs this program again, in a process whose report goes to standard output.
 *
 * @returns The exit code.
 */
export async function runReportProcess(words: readonly string[]): Promise<number> {
  const { stdout, execPath, execArgv, argv, env } = process;
  const hasColours = stdout.isTTY && stdout.hasColors();
  const child = spawn(execPath, [...execArgv, argv[1] ?? '', ...words], {
    stdio: ['inherit', process.stderr.fd, 'inherit', 'pipe', 'pipe'],
    env: { ...env, [VARIABLE]: hasColours ? 'colours' : 'plain' },
  });
  child.stdio[REPORT_FD]?.on('data', (chunk) => stdout.write(chunk as Buffer));
  let exitCode = '';
  child.stdio[EXIT_CODE_FD]?.on('data', (chunk) => (exitCode += String(chunk)));
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.once('SIGTERM', forward).once('SIGHUP', forward);
  return await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => {
      // Without one, the process ended before the report was written.
      resolve(exitCode === '' ? EXIT.undecided : Number(exitCode));
    });
  });
}
