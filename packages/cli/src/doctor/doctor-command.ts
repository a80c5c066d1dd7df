/**
 * `scopegate doctor`: checks an authorization server.
 *
 * @module
 */
import type { Severity } from './advice.js';
import { checkIssuer, type IssuerReport } from './check-issuer.js';
import type { DoctorFinding } from './doctor-finding.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import {
  createPaint,
  formatPrintableJson,
  type Paint,
  type Style,
  type Terminal,
  withProgress,
} from '../terminal.js';

/** The parsed options of the command. */
export interface DoctorCommandOptions {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The timeout of each HTTP request, in seconds. */
  readonly timeout: number;
  /** Whether to write JSON. */
  readonly json?: boolean | undefined;
}

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'dim' };

/** Checks an authorization server and writes the report. */
export async function doctorCommand(
  { issuer, timeout, json }: DoctorCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { fetch, clock, stdout } = terminal;
  const task = checkIssuer(issuer, { fetch, clock, timeoutMs: timeout * 1000 });
  const report = await withProgress(terminal, `fetching the documents of ${issuer}`, task);
  const text =
    json === true
      ? formatPrintableJson(JSON.stringify(report, null, 2))
      : formatReport(report, createPaint(stdout));
  stdout.write(`${text}\n`);
  return EXIT[report.outcome];
}

function formatReport({ outcome, findings }: IssuerReport, paint: Paint): string {
  const count = (wanted: Severity): string => {
    const { length } = findings.filter(({ severity }) => severity === wanted);
    return `${length} ${wanted}${length === 1 ? '' : 's'}`;
  };
  const summary =
    outcome === 'undecided'
      ? 'the issuer cannot be reached'
      : `${count('error')}, ${count('warning')}`;
  const paragraphs = findings.map((finding) => formatFinding(finding, paint));
  return [...paragraphs, paint('bold', summary)].join('\n\n');
}

function formatFinding(finding: DoctorFinding, paint: Paint): string {
  const { severity, code, what, why, rfc, fix } = finding;
  return [
    `${paint(STYLES[severity], severity)} ${code}: ${what}`,
    `  why: ${why} (${rfc})`,
    `  fix: ${fix}`,
  ].join('\n');
}
