import type { GuardPolicy } from '@scopegate/resource-server';
import { describe, expect, it } from 'vitest';
import {
  type DatedDecision,
  policyOf,
  READ,
  recordAll,
} from '../../../../test/support/recorded-decisions.js';
import type { ProcessUsage } from '../usage/privilege-usage.js';
import { formatTrials, type TrialFormat } from './format-trials.js';
import { reportTrials, type TrialReportOptions } from './report-trials.js';
import type { TrialReport } from './trial-report.js';

const TRIED = policyOf({ scope: 'read', trial: { atMost: ['read'], principal: 'client' } });
const REPORTING: GuardPolicy = { ...READ, reportOnlyUntil: '2026-12-15T08:00:00Z' };

const allowed = { outcome: 'allowed', reason: undefined } as const;
const refused = { outcome: 'refused', reason: 'excess_scope' } as const;
const failed = { outcome: 'error', reason: undefined } as const;

const onTrial = (members: DatedDecision): DatedDecision => ({ policy: TRIED, ...members });

function reportOn(...decisions: readonly DatedDecision[]): TrialReport {
  return reportTrials(recordAll(decisions, { toDay: 10 }));
}

describe('reportTrials', () => {
  it('reports what a trial would have refused, by route and client', () => {
    const { trials } = reportOn(
      onTrial({ trial: allowed, times: 5 }),
      onTrial({ trial: refused, day: 2 }),
      onTrial({ trial: refused, clientId: 'old', times: 2 }),
      onTrial({ trial: failed }),
    );
    expect(trials).toEqual([
      {
        server: 'sales',
        method: 'GET',
        route: '/sales',
        kind: 'trial',
        policies: [TRIED.trial],
        from: '2026-10-01T00:00:00.000Z',
        to: '2026-10-03T00:00:00.000Z',
        allowed: 5,
        refused: 3,
        errors: 1,
        clients: [
          {
            issuer: 'https://auth.example.com',
            clientId: 'old',
            refused: [{ reason: 'excess_scope', requests: 2 }],
          },
          {
            issuer: 'https://auth.example.com',
            clientId: 'reports',
            refused: [{ reason: 'excess_scope', requests: 1 }],
          },
        ],
        advice: 'refuses',
        because: 'it would have refused 3 of 8 requests',
      },
    ]);
  });

  it.each<[string, DatedDecision[], string, string]>([
    [
      'all requests of a week were allowed',
      [onTrial({ trial: allowed }), onTrial({ trial: allowed, day: 7 })],
      'ready',
      'it would have allowed all 2 requests in 10 days',
    ],
    [
      'it began four days ago',
      [onTrial({ trial: allowed, day: 6 })],
      'watch',
      'it was observed for 4 of 7 days',
    ],
    ['it only failed', [onTrial({ trial: failed })], 'watch', 'the trial itself failed 1 time'],
    [
      'it failed once in a week',
      [onTrial({ trial: allowed }), onTrial({ trial: failed, day: 7 })],
      'watch',
      'the trial itself failed 1 time',
    ],
  ])('advises about a trial: %s', (_what, decisions, advice, because) => {
    expect(reportOn(...decisions).trials).toMatchObject([{ advice, because }]);
  });

  it.each<[string, Partial<ProcessUsage>]>([
    ['did not fit the bounds of a recorder', { dropped: 1 }],
    ['are missing from a log', { isPartial: true }],
  ])('advises to watch when verdicts %s', (_what, members) => {
    const usage = recordAll([onTrial({ trial: allowed }), onTrial({ trial: allowed, day: 7 })]);
    const processes = usage.processes.map((process) => ({ ...process, ...members }));
    expect(reportTrials({ ...usage, processes }).trials).toMatchObject([
      {
        advice: 'watch',
        because:
          'verdicts may be missing: requests did not fit the bounds of a recorder, or a log leaves out what was allowed',
      },
    ]);
  });

  it('reports the guards that only report, with requests without a verified token', () => {
    const reporting = { policy: REPORTING };
    const { trials } = reportOn(
      { ...reporting, times: 3 },
      { policy: READ, earlier: [REPORTING] },
      { ...reporting, outcome: 'unenforced', reason: 'scope' },
      {
        ...reporting,
        outcome: 'unenforced',
        reason: 'missing_credentials',
        issuer: undefined,
        clientId: undefined,
        held: undefined,
        principal: undefined,
      },
    );
    const of = (members: object): object => expect.objectContaining(members) as object;
    expect(trials).toEqual([
      of({ kind: 'report_only', policies: [REPORTING], allowed: 4, refused: 2 }),
    ]);
    expect(trials[0]?.clients.map(({ clientId }) => clientId)).toEqual(['reports', undefined]);
  });

  it('reports a trial of tokens alone without policies', () => {
    const { trials } = reportOn({ trial: allowed });
    expect(trials).toMatchObject([{ kind: 'trial', policies: [] }]);
  });

  it('does not count requests without a trial', () => {
    expect(reportOn({}, { outcome: 'refused', reason: 'scope' }).trials).toEqual([]);
  });

  it.each([
    [{ minDays: Infinity }, 'option "minDays" must be a number from 0 to 3650'],
    [{ minRequests: 1 }, 'reportTrials() has no option "minRequests"'],
  ])('throws for invalid options: %j', (options, message) => {
    expect(() => reportTrials(recordAll([]), options as TrialReportOptions)).toThrow(message);
  });
});

describe('formatTrials', () => {
  const report = reportOn(
    onTrial({ trial: allowed, times: 2 }),
    onTrial({ trial: refused, route: '/|refunds', clientId: '\u001b[2J' }),
    { policy: REPORTING, outcome: 'unenforced', reason: 'expired', issuer: undefined },
  );

  it('formats a table by default, with what to do next', () => {
    expect(formatTrials(report).split('\n')).toEqual([
      '2026-10-01 to 2026-10-11 (10 days), 1 process',
      '',
      'SERVER  ROUTE          ON TRIAL                              ALLOWED  REFUSED  ERRORS  ADVICE   BECAUSE',
      'sales   GET /sales     report-only: read                     0        1        0       refuses  it would have refused 1 of 1 request',
      'sales   GET /sales     read, at most read, principal client  2        0        0       ready    it would have allowed all 2 requests in 10 days',
      'sales   GET /|refunds  read, at most read, principal client  0        1        0       refuses  it would have refused 1 of 1 request',
      '',
      'WOULD BE REFUSED  ISSUER                    SERVER  ROUTE          REASONS',
      'reports                                     sales   GET /sales     expired (1)',
      '?[2J              https://auth.example.com  sales   GET /|refunds  excess_scope (1)',
      '',
      'ready: enforce "trial" on 1 route',
    ]);
  });

  it('formats Markdown, with markup escaped', () => {
    expect(formatTrials(report, 'markdown')).toContain(
      '| ?\\[2J | https://auth.example.com | sales | GET /\\|refunds |',
    );
  });

  it('formats JSON that is the report', () => {
    expect(JSON.parse(formatTrials(report, 'json'))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it.each([
    [reportTrials({ scopegate: 'usage/1', processes: [] }), /^Nothing was observed\.$/],
    [reportOn({}), /\nNo policy was on trial, and no guard only reported\.$/],
  ])('formats a report without trials', (empty, text) => {
    expect(formatTrials(empty)).toMatch(text);
  });

  it('throws for an unknown format', () => {
    expect(() => formatTrials(report, 'csv' as TrialFormat)).toThrow(
      new TypeError('the format of a report on trials must be one of table, json, markdown'),
    );
  });
});
