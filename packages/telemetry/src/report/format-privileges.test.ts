import { describe, expect, it } from 'vitest';
import {
  type DatedDecision,
  decisionOf,
  holding,
  policyOf,
  recordAll,
} from '../../../../test/support/recorded-decisions.js';
import { formatPrivileges, type PrivilegeFormat } from './format-privileges.js';
import type { PrivilegeReport } from './privilege-report.js';
import { reportPrivileges } from './report-privileges.js';

/** A control sequence, a change of direction, markup, a formula, and line breaks. */
const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u202etxt.exe',
  '| <img src=x> | [a](b) `c` *d* _e_ \\',
  '=HYPERLINK("https://evil.example","a")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  '-2+3',
  '+1',
  '\tx',
  'a\r\nb,"c"',
  '＝1+1',
];

function reportOn(...decisions: readonly DatedDecision[]): PrivilegeReport {
  return reportPrivileges(recordAll(decisions, { toDay: 2 }), { minDays: 0, minRequests: 1 });
}

const report = reportOn(
  { held: holding('admin', 'read', 'write'), day: 2 },
  { clientId: 'shop', outcome: 'refused', reason: 'scope', policy: policyOf({ scope: 'admin' }) },
  { clientId: 'old', held: { declared: ['read'], others: 1 }, day: 2 },
);

describe('formatPrivileges', () => {
  it('formats a table by default', () => {
    expect(formatPrivileges(report).split('\n')).toEqual([
      'This report covers one API: a scope that is cut here may serve another API of the same audience.',
      '2026-10-01 to 2026-10-03 (2 days), 1 process, 0 restarts',
      '3 clients: 1 to cut, 1 to watch, 1 fits',
      '',
      'SERVER  ISSUER                    CLIENT   REQUESTS  USED  UNUSED        MISSING  UNDECLARED  ADVICE            BECAUSE',
      'sales   https://auth.example.com  old      1         read                         1           fits              it needed every declared scope that it holds',
      'sales   https://auth.example.com  reports  1         read  admin, write                       cut admin, write  no request needed admin, write: 1 request in 0 days',
      'sales   https://auth.example.com  shop     1               read          admin                watch             0 requests of it passed, and 1 are needed',
      '',
      'SERVER  ROUTE       REQUIRED  AT MOST TODAY  AFTER THE CUTS  REFUSED BY excessScopes',
      'sales   GET /sales  read      unknown        read            old (1 undeclared); reports (admin, write)',
    ]);
  });

  it('formats a row of CSV for each scope of each client', () => {
    expect(formatPrivileges(report, 'csv').split('\r\n')).toEqual([
      'server,issuer,client,scope,state,requests,last_used,routes,cut,advice,because,from,to',
      'sales,https://auth.example.com,old,read,used,1,2026-10-03T00:00:00.000Z,GET /sales,no,fits,it needed every declared scope that it holds,2026-10-03T00:00:00.000Z,2026-10-03T00:00:00.000Z',
      'sales,https://auth.example.com,reports,admin,unused,0,,,yes,cut,"no request needed admin, write: 1 request in 0 days",2026-10-03T00:00:00.000Z,2026-10-03T00:00:00.000Z',
      'sales,https://auth.example.com,reports,read,used,1,2026-10-03T00:00:00.000Z,GET /sales,no,cut,"no request needed admin, write: 1 request in 0 days",2026-10-03T00:00:00.000Z,2026-10-03T00:00:00.000Z',
      'sales,https://auth.example.com,reports,write,unused,0,,,yes,cut,"no request needed admin, write: 1 request in 0 days",2026-10-03T00:00:00.000Z,2026-10-03T00:00:00.000Z',
      'sales,https://auth.example.com,shop,admin,missing,1,,GET /sales,no,watch,"0 requests of it passed, and 1 are needed",2026-10-01T00:00:00.000Z,2026-10-01T00:00:00.000Z',
      'sales,https://auth.example.com,shop,read,unused,0,,,no,watch,"0 requests of it passed, and 1 are needed",2026-10-01T00:00:00.000Z,2026-10-01T00:00:00.000Z',
    ]);
  });

  it('formats Markdown', () => {
    expect(formatPrivileges(report, 'markdown')).toContain('| SERVER | ISSUER | CLIENT |');
  });

  it('formats JSON that is the report', () => {
    expect(JSON.parse(formatPrivileges(report, 'json'))).toEqual(
      JSON.parse(JSON.stringify(report)),
    );
  });

  it('formats a report on nothing', () => {
    expect(formatPrivileges(reportPrivileges({ scopegate: 'usage/1', processes: [] }))).toMatch(
      /\nNothing was observed\.$/,
    );
  });

  describe('hostile names', () => {
    const hostile = reportOn(
      ...HOSTILE.flatMap((name) => [
        { clientId: name },
        { server: name, route: name, method: name, issuer: name },
        { ...decisionOf(), held: { declared: ['read', name], others: 0 } },
      ]),
    );

    it.each<PrivilegeFormat>(['table', 'markdown', 'csv'])(
      'contains no control character in %s',
      (format) => {
        const text = formatPrivileges(hostile, format);
        expect(text).not.toMatch(/[^\P{C}\r\n]|[\p{Zl}\p{Zp}]/u);
        expect(text.replaceAll('\r\n', '')).not.toContain('\r');
      },
    );

    it('adds no row and no column to a table of Markdown', () => {
      const lines = formatPrivileges(hostile, 'markdown').split('\n');
      const tables = lines.filter((line) => line.startsWith('|'));
      const columns = new Set(tables.map((line) => line.split(/(?<!\\)\|/).length));
      expect([...columns].sort()).toEqual([12, 8]);
      expect(tables.join('\n')).not.toMatch(/(?<!\\)[<`*[\]]/);
    });

    it('contains no formula in CSV', () => {
      const rows = parseCsv(formatPrivileges(hostile, 'csv'));
      expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([13]));
      expect(rows.flat().filter((cell) => /^\s*[=+\-@＝]/u.test(cell))).toEqual([]);
      expect(rows.flat()).toContain(`'=HYPERLINK("https://evil.example","a")`);
    });
  });

  it('throws for an unknown format', () => {
    expect(() => formatPrivileges(report, 'cvs' as PrivilegeFormat)).toThrow(
      new TypeError(
        'the format of a privilege report must be one of table, json, markdown, csv; did you mean "csv"?',
      ),
    );
  });
});

/** Parses CSV as a spreadsheet does. RFC 4180. */
function parseCsv(text: string): string[][] {
  return text
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)].map(
        ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );
}
