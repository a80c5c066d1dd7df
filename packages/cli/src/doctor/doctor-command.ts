/**
 * `scopegate doctor`: checks an authorization server.
 *
 * @module
 */
import type { Severity } from './advice.js';
import { checkIssuer, type IssuerReport } from './check-issuer.js';
import type { DoctorFinding } from './doctor-finding.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import {
  createPaint,
  formatPrintable,
  formatPrintableJson,
  type Paint,
  type Style,
  type Terminal,
  withProgress,
} from '../terminal.js';

/** The parsed options of the command. */
export interface DoctorCommandOptions {
  /** The issuer identifier, as an option instead of as the argument. */
  readonly issuer?: string | undefined;
  /** The URL of the JWKS; skips discovery. */
  readonly jwksUri?: string | undefined;
  /** Whether http is accepted for hosts other than this machine. */
  readonly dangerouslyAllowHttp?: boolean | undefined;
  /** The timeout of each HTTP request, in seconds. */
  readonly timeout: number;
  /** Whether to write JSON. */
  readonly json?: boolean | undefined;
}

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'dim' };

/**
 * Checks an authorization server and writes the report.
 *
 * @param argument - The issuer identifier; `undefined` when it is an option.
 * @throws CommandError (rejects) No issuer is given, or two are.
 * @throws TypeError (rejects) An option is out of range.
 */
export async function doctorCommand(
  argument: string | undefined,
  { issuer: option, timeout, json, ...options }: DoctorCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const issuer = readIssuer(argument, option);
  const { jwksUri, dangerouslyAllowHttp } = options;
  const { fetch, clock, stdout } = terminal;
  const task = checkIssuer(issuer, {
    fetch,
    clock,
    timeoutMs: timeout * 1000,
    jwksUri,
    dangerouslyAllowHttp,
  });
  const report = await withProgress(terminal, `fetching the documents of ${issuer}`, task);
  const text =
    json === true
      ? formatPrintableJson(JSON.stringify(report, null, 2))
      : formatReport(report, createPaint(stdout));
  stdout.write(`${text}\n`);
  return EXIT[report.outcome];
}

function readIssuer(argument: string | undefined, option: string | undefined): string {
  if (argument !== undefined && option !== undefined) {
    throw new CommandError('the issuer must be given once, as the argument or as --issuer');
  }
  const issuer = argument ?? option;
  if (issuer !== undefined) return issuer;
  throw new CommandError(
    'an issuer is required: scopegate doctor https://login.example.com (the "iss" of the tokens)',
  );
}

function formatReport(report: IssuerReport, paint: Paint): string {
  const { findings } = report;
  const count = (wanted: Severity): string => {
    const { length } = findings.filter(({ severity }) => severity === wanted);
    return `${length} ${wanted}${length === 1 ? '' : 's'}`;
  };
  const paragraphs = findings.map((finding) => formatFinding(finding, paint));
  const summary = paint('bold', `${count('error')}, ${count('warning')}`);
  return [formatVerdict(report, paint), ...paragraphs, summary].join('\n\n');
}

/** Describes the keys that a verifier with this issuer has, and where it found them. */
function formatVerdict({ keys, error, jwksUri, metadata }: IssuerReport, paint: Paint): string {
  if (error !== undefined) return `${paint('red', 'NOT READY')}: ${formatPrintable(error)}`;
  const count = `${keys} usable key${keys === 1 ? '' : 's'}`;
  const lines = [`${paint('green', 'READY')}: ${count} from ${formatPrintable(jwksUri ?? '')}`];
  if (metadata !== undefined) lines.push(`discovered in ${formatPrintable(metadata)}`);
  return lines.join('\n');
}

function formatFinding(finding: DoctorFinding, paint: Paint): string {
  const { severity, code, what, why, rfc, fix } = finding;
  return [
    `${paint(STYLES[severity], severity)} ${code}: ${what}`,
    `  why: ${why} (${rfc})`,
    `  fix: ${fix}`,
  ].join('\n');
}
