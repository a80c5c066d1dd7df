/**
 * `scopegate doctor`: checks an authorization server.
 *
 * @module
 */
import { formatCount, formatPrintable } from '@scopegate/protocol/internal';
import type { Severity } from '../advice/advice.js';
import type { FactoryArgument } from '../application/application-factory.js';
import { loadServer } from '../application/load-server.js';
import { checkApplication, type ExaminedApplication } from './application-findings.js';
import {
  addApplicationFindings,
  checkIssuer,
  type CheckIssuerOptions,
  type IssuerReport,
} from './check-issuer.js';
import type { DoctorFinding } from '../advice/doctor-finding.js';
import { CommandError } from '../command-error.js';
import { type IntrospectingApplication, tryIntrospection } from './introspection-trial.js';
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
  /** The module of an application that trusts the issuer, as in `./app.js#api`. */
  readonly app?: string | undefined;
  /** The issuer identifier, as an option instead of as the argument. */
  readonly issuer?: string | undefined;
  /** The audiences that a function that creates the application gets, with the issuer. */
  readonly audience?: readonly string[] | undefined;
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
 * @param argument - The issuer identifier; `undefined` when it is an option, or that of the application.
 * @throws CommandError (rejects) No issuer is given, or two are; the application cannot be loaded.
 * @throws TypeError (rejects) An option is out of range.
 */
export async function doctorCommand(
  argument: string | undefined,
  { issuer: option, app, audience, timeout, json, ...options }: DoctorCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const trust = readTrust({ app, issuer: argument ?? option, audience });
  const application =
    app === undefined ? undefined : await examineApplication(app, trust, terminal);
  const issuer = readIssuer(argument, option, application);
  const { jwksUri, dangerouslyAllowHttp } = options;
  const { fetch, clock, stdout } = terminal;
  const fetchOptions = { fetch, clock, timeoutMs: timeout * 1000 };
  const task = checkAll(
    { issuer, application },
    { ...fetchOptions, jwksUri, dangerouslyAllowHttp },
  );
  const report = await withProgress(terminal, `fetching the documents of ${issuer}`, task);
  const text =
    json === true
      ? formatPrintableJson(JSON.stringify(report, null, 2))
      : formatReport(report, createPaint(stdout));
  stdout.write(`${text}\n`);
  return EXIT[report.outcome];
}

/** The argument of a function that creates the application; `undefined` without `--audience`. */
function readTrust({
  app,
  issuer,
  audience,
}: Pick<DoctorCommandOptions, 'app' | 'issuer' | 'audience'>): FactoryArgument {
  if (audience === undefined) return undefined;
  if (app === undefined) throw new CommandError('--audience requires --app');
  if (issuer === undefined) throw new CommandError('--audience requires an issuer');
  return { issuer, audience };
}

async function examineApplication(
  app: string,
  trust: FactoryArgument,
  terminal: Terminal,
): Promise<LoadedApplication> {
  const { server, application, isCreated } = await loadServer(app, trust, terminal);
  if (trust !== undefined && !isCreated) {
    throw new CommandError(
      `${app} has its own options; omit --audience, or name a function that creates the application, as in ./app.js#createApp`,
    );
  }
  return { health: server.health(), explainer: server, application };
}

type LoadedApplication = ExaminedApplication & IntrospectingApplication;

interface Subject {
  readonly issuer: string;
  readonly application: LoadedApplication | undefined;
}

async function checkAll(
  { issuer, application }: Subject,
  options: CheckIssuerOptions,
): Promise<IssuerReport> {
  const report = await checkIssuer(issuer, options);
  if (application === undefined) return report;
  const acceptsProofs = application.health.replay !== undefined;
  const findings = await Promise.all([
    checkApplication(application, options),
    tryIntrospection(issuer, application),
  ]);
  return addApplicationFindings(report, findings.flat(), acceptsProofs);
}

function readIssuer(
  argument: string | undefined,
  option: string | undefined,
  application: ExaminedApplication | undefined,
): string {
  if (argument !== undefined && option !== undefined) {
    throw new CommandError('the issuer must be given once, as the argument or as --issuer');
  }
  const trusted = application?.health.issuers.map(({ issuer }) => issuer) ?? [];
  const issuer = argument ?? option ?? (trusted.length === 1 ? trusted[0] : undefined);
  if (issuer !== undefined) return issuer;
  if (trusted.length > 1) {
    throw new CommandError(
      `the application trusts several issuers (${trusted.join(', ')}); pass one of them`,
    );
  }
  throw new CommandError(
    'an issuer is required: scopegate doctor https://login.example.com (the "iss" of the tokens)',
  );
}

function formatReport(report: IssuerReport, paint: Paint): string {
  const { findings } = report;
  const count = (wanted: Severity): string => {
    const { length } = findings.filter(({ severity }) => severity === wanted);
    return formatCount(length, wanted);
  };
  const paragraphs = findings.map((finding) => formatFinding(finding, paint));
  const summary = paint('bold', `${count('error')}, ${count('warning')}`);
  return [formatVerdict(report, paint), ...paragraphs, summary].join('\n\n');
}

/** Describes the keys that a verifier with this issuer has, and where it found them. */
function formatVerdict({ keys, error, jwksUri, metadata }: IssuerReport, paint: Paint): string {
  if (error !== undefined) return `${paint('red', 'NOT READY')}: ${formatPrintable(error)}`;
  const count = formatCount(keys, 'usable key');
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
