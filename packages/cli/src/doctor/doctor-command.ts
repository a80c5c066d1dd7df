/**
 * `scopegate doctor`: what is wrong with an authorization server.
 *
 * @module
 */
import { type Examination, examineIssuer } from './check-issuer.js';
import type { Severity } from './advice.js';
import type { DoctorFinding } from './doctor-finding.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import {
  createPaint,
  type Paint,
  printableJson,
  type Style,
  type Terminal,
  withProgress,
} from '../terminal.js';

/** Options of the command, as the argument parser gives them. */
export interface DoctorCommandOptions {
  readonly issuer: string;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean | undefined;
}

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'dim' };

/** Examines an authorization server. */
export async function doctorCommand(
  { issuer, timeout, json }: DoctorCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { fetch, clock, stdout } = terminal;
  const work = examineIssuer(issuer, { fetch, clock, timeoutMs: timeout * 1000 });
  const examination = await withProgress(terminal, `asking ${issuer}`, work);
  const text =
    json === true
      ? printableJson(JSON.stringify(examination, null, 2))
      : formatExamination(examination, createPaint(stdout));
  stdout.write(`${text}\n`);
  if (!examination.looked) return EXIT.undecided;
  const isIll = examination.findings.some(({ severity }) => severity === 'error');
  return isIll ? EXIT.found : EXIT.fine;
}

function formatExamination({ looked, findings }: Examination, paint: Paint): string {
  const count = (wanted: Severity): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  const sum = looked
    ? `${count('error')} errors, ${count('warning')} warnings`
    : 'the issuer could not be reached';
  return [...findings.map((found) => formatFinding(found, paint)), paint('bold', sum)].join('\n\n');
}

function formatFinding(found: DoctorFinding, paint: Paint): string {
  const { severity, code, what, why, rfc, change } = found;
  return [
    `${paint(STYLES[severity], severity)} ${code}: ${what}`,
    `  why:    ${why} (${rfc})`,
    `  change: ${change}`,
  ].join('\n');
}
