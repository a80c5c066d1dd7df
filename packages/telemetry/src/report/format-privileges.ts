/**
 * Formats a least-privilege report for people and for programs.
 *
 * @module
 */
import { didYouMean, formatCount } from '@scopegate/protocol/internal';
import {
  formatMarkdownTable,
  formatTextTable,
  type TableRows,
} from '@scopegate/resource-server/internal';
import { formatCsv } from './csv-table.js';
import { formatPrintableRows } from './printable-rows.js';
import type { ClientReport, PrivilegeReport, RouteReport, ScopeUse } from './privilege-report.js';
import { formatPeriod } from './report-times.js';

/** The formats of a least-privilege report; see {@link formatPrivileges}. */
export type PrivilegeFormat = 'table' | 'json' | 'markdown' | 'csv';

/**
 * Formats a report. Names that clients or authorization servers have chosen are escaped for the format: in
 * text, characters that move the cursor become question marks; in Markdown, markup is escaped; in CSV, what a
 * spreadsheet would run as a formula is preceded by an apostrophe.
 *
 * @param format - `csv` has a row for each scope of each client (RFC 4180), without the routes' limits.
 * @defaultValue `format` is `'table'`.
 * @returns Text without a line break at the end.
 * @throws TypeError The format is unknown.
 * @example
 * process.stdout.write(`${formatPrivileges(report, 'markdown')}\n`);
 */
export function formatPrivileges(
  report: PrivilegeReport,
  format: PrivilegeFormat = 'table',
): string {
  const writers: Readonly<Record<PrivilegeFormat, () => string>> = {
    table: () => formatText(report, formatTextTable),
    json: () => JSON.stringify(report, null, 2),
    markdown: () => formatText(report, formatMarkdownTable),
    csv: () => formatCsv(listCsvRows(report)),
  };
  if (Object.hasOwn(writers, format)) return writers[format]();
  const known = Object.keys(writers);
  const rule = `the format of a privilege report must be one of ${known.join(', ')}`;
  throw new TypeError(`${rule}${didYouMean(format, known)}`);
}

function formatText(report: PrivilegeReport, formatTable: (rows: TableRows) => string): string {
  const { clients, routes } = report;
  const tables = [
    clients.length > 0 && listClients(report),
    routes.length > 0 && listRoutes(report),
  ];
  const blocks = tables.flatMap((rows) => (rows ? [formatTable(formatPrintableRows(rows))] : []));
  return [summarize(report), ...blocks].join('\n\n');
}

function summarize({ clients, from, to, processes, restarts, dropped }: PrivilegeReport): string {
  const limits =
    'This report covers one API: a scope that is cut here may serve another API of the same audience.';
  if (from === undefined || to === undefined) return `${limits}\nNothing was observed.`;
  const observed = [
    formatPeriod(from, to),
    formatCount(processes, 'process', 'processes'),
    formatCount(restarts, 'restart'),
    ...(dropped > 0 ? [`${formatCount(dropped, 'request')} did not fit the bounds`] : []),
  ];
  const found = (advice: ClientReport['advice']): number =>
    clients.filter((client) => client.advice === advice).length;
  const counts = `${formatCount(clients.length, 'client')}: ${found('cut')} to cut, ${found('watch')} to watch, ${formatCount(found('fits'), 'fits', 'fit')}`;
  return `${limits}\n${observed.join(', ')}\n${counts}`;
}

function listClients({ clients }: PrivilegeReport): TableRows {
  const heading = ['SERVER', 'ISSUER', 'CLIENT', 'REQUESTS', 'USED', 'UNUSED', 'MISSING'];
  const rows = clients.map((client) => [
    client.server,
    client.issuer,
    nameOf(client),
    String(client.requests),
    listNames(client, 'used'),
    listNames(client, 'unused', 'alternative'),
    listNames(client, 'missing'),
    client.others === 0 ? '' : String(client.others),
    client.advice === 'cut' ? `cut ${client.cut.join(', ')}` : client.advice,
    client.because,
  ]);
  return [[...heading, 'UNDECLARED', 'ADVICE', 'BECAUSE'], ...rows];
}

function listRoutes({ routes }: PrivilegeReport): TableRows {
  const heading = ['SERVER', 'ROUTE', 'REQUIRED', 'AT MOST TODAY', 'AFTER THE CUTS'];
  const rows = routes.map((route) => [
    route.server,
    `${route.method} ${route.route}`,
    formatLimit(route.atMost.routeAlone),
    formatLimit(route.atMost.refusesNobodyToday),
    formatLimit(route.atMost.afterTheCuts),
    route.wouldRefuse.map(formatRefused).join('; '),
  ]);
  return [[...heading, 'REFUSED BY excessScopes'], ...rows];
}

function formatLimit(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return 'unknown';
  return scopes.length === 0 ? 'no scopes' : scopes.join(', ');
}

function formatRefused({ scopes, others, ...client }: RouteReport['wouldRefuse'][number]): string {
  const undeclared = others === 0 ? [] : [`${others} undeclared`];
  return `${nameOf(client)} (${[...scopes, ...undeclared].join(', ')})`;
}

/** Formats the name of a client. */
function nameOf({ clientId }: Pick<ClientReport, 'clientId'>): string {
  return clientId ?? '(not identified)';
}

function listNames({ scopes }: ClientReport, ...states: readonly ScopeUse['state'][]): string {
  return scopes
    .filter(({ state }) => states.includes(state))
    .map(({ name }) => name)
    .join(', ');
}

const CSV_HEADING = [
  'server',
  'issuer',
  'client',
  'scope',
  'state',
  'requests',
  'last_used',
  'routes',
  'cut',
  'advice',
  'because',
  'from',
  'to',
];

function listCsvRows({ clients }: PrivilegeReport): TableRows {
  const rows = clients.flatMap((client) => {
    const { server, issuer, clientId = '', advice, because, from, to } = client;
    const listed = client.scopes.map((scope) => listScopeCells(scope, client.cut));
    const scopes = listed.length > 0 ? listed : [['', '', '', '', '', '']];
    return scopes.map((cells) => [server, issuer, clientId, ...cells, advice, because, from, to]);
  });
  return formatPrintableRows([CSV_HEADING, ...rows]);
}

function listScopeCells(
  { name, state, requests, lastUsed = '', routes }: ScopeUse,
  cut: readonly string[],
): readonly string[] {
  const isCut = cut.includes(name) ? 'yes' : 'no';
  return [name, state, String(requests), lastUsed, routes.join('; '), isCut];
}
