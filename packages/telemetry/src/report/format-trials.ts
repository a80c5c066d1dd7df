/**
 * Formats a report on trials for people and for programs.
 *
 * @module
 */
import { didYouMean, formatCount } from '@scopegate/protocol/internal';
import type { GuardPolicy } from '@scopegate/resource-server';
import {
  formatMarkdownTable,
  formatRequirement,
  formatTextTable,
  type TableRows,
} from '@scopegate/resource-server/internal';
import { formatRoute } from './client-report.js';
import { formatPrintableRows } from './printable-rows.js';
import { formatPeriod } from './report-times.js';
import type { RefusedClient, RouteTrial, TrialReport } from './trial-report.js';

/** The formats of a report on trials; see {@link formatTrials}. */
export type TrialFormat = 'table' | 'json' | 'markdown';

/**
 * Formats a report on trials; names are escaped as by {@link formatPrivileges}.
 *
 * @returns Text without a line break at the end.
 * @throws TypeError The format is unknown.
 * @example
 * process.stdout.write(`${formatTrials(reportTrials(usage))}\n`);
 */
export function formatTrials(report: TrialReport, format: TrialFormat = 'table'): string {
  const writers: Readonly<Record<TrialFormat, () => string>> = {
    table: () => formatText(report, formatTextTable),
    json: () => JSON.stringify(report, null, 2),
    markdown: () => formatText(report, formatMarkdownTable),
  };
  if (Object.hasOwn(writers, format)) return writers[format]();
  const known = Object.keys(writers);
  const rule = `the format of a report on trials must be one of ${known.join(', ')}`;
  throw new TypeError(`${rule}${didYouMean(format, known)}`);
}

function formatText(report: TrialReport, formatTable: (rows: TableRows) => string): string {
  const { from, to, processes, trials, dropped } = report;
  if (from === undefined || to === undefined) return 'Nothing was observed.';
  const observed = [formatPeriod(from, to), formatCount(processes, 'process', 'processes')];
  if (dropped > 0) observed.push(`${formatCount(dropped, 'request')} did not fit the bounds`);
  const head = observed.join(', ');
  if (trials.length === 0) return `${head}\nNo policy was on trial, and no guard only reported.`;
  const refused = trials.flatMap((trial) => trial.clients.map((client) => cellsOf(trial, client)));
  const tables = [
    [TRIAL_HEADING, ...trials.map(listCells)],
    ...(refused.length > 0 ? [[REFUSED_HEADING, ...refused]] : []),
  ];
  const blocks = tables.map((rows) => formatTable(formatPrintableRows(rows)));
  return [head, ...blocks, ...listSteps(trials)].join('\n\n');
}

const TRIAL_HEADING = [
  'SERVER',
  'ROUTE',
  'ON TRIAL',
  'ALLOWED',
  'REFUSED',
  'ERRORS',
  'ADVICE',
  'BECAUSE',
];

function listCells(trial: RouteTrial): readonly string[] {
  return [
    trial.server,
    formatRoute(trial),
    formatTried(trial),
    String(trial.allowed),
    String(trial.refused),
    String(trial.errors),
    trial.advice,
    trial.because,
  ];
}

const REFUSED_HEADING = ['WOULD BE REFUSED', 'ISSUER', 'SERVER', 'ROUTE', 'REASONS'];

function cellsOf(trial: RouteTrial, { clientId, issuer, refused }: RefusedClient): string[] {
  const unknown = issuer === undefined ? '(no verified token)' : '(not identified)';
  const reasons = refused.map(({ reason, requests }) => `${reason} (${requests})`).join(', ');
  return [clientId ?? unknown, issuer ?? '', trial.server, formatRoute(trial), reasons];
}

/** Formats what would be required, in words. */
function formatTried({ kind, policies }: RouteTrial): string {
  const required = policies.map(formatPolicy).join(' and ');
  if (kind === 'report_only') return `report-only: ${required}`;
  return required === '' ? 'the tokens, by the resource server' : required;
}

function formatPolicy(policy: GuardPolicy): string {
  const { scope, atMost, excessScopes, principal, senderConstraint } = policy;
  const parts = [
    scope && formatRequirement(scope),
    atMost && `at most ${atMost.join(', ')}`,
    atMost === undefined && excessScopes === 'refuse' && 'no other scopes',
    principal && `principal ${principal}`,
    senderConstraint && `bound by ${senderConstraint}`,
    ...listConditions(policy),
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? 'an access token' : parts.join(', ');
}

function listConditions({ acrValues, maxAgeSeconds, fresh, check }: GuardPolicy): unknown[] {
  return [
    acrValues && `acr ${acrValues.join(' or ')}`,
    maxAgeSeconds !== undefined && `authenticated within ${formatCount(maxAgeSeconds, 'second')}`,
    fresh && 'introspected on each request',
    check !== undefined && `check ${check === '' ? '(unnamed)' : check}`,
  ];
}

/** Lists what to do next. */
function listSteps(trials: readonly RouteTrial[]): readonly string[] {
  const ready = (kind: RouteTrial['kind']): number =>
    trials.filter((trial) => trial.advice === 'ready' && trial.kind === kind).length;
  const policies = ready('trial');
  const guards = ready('report_only');
  const steps: string[] = [];
  if (policies > 0) steps.push(`ready: enforce "trial" on ${formatCount(policies, 'route')}`);
  if (guards > 0) {
    steps.push(`ready: remove dangerouslyReportOnly() from ${formatCount(guards, 'route')}`);
  }
  return steps.length === 0 ? [] : [steps.join('\n')];
}
