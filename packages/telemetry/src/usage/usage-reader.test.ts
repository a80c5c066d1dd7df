import { describe, expect, it } from 'vitest';
import { formatDecision } from '../log/decision-record.js';
import {
  DAY_0,
  decisionOf,
  holding,
  policyOf,
  recordAll,
} from '../../../../test/support/recorded-decisions.js';
import { createUsageReader, type UsageReader } from './usage-reader.js';

function readAll(...lines: readonly unknown[]): UsageReader {
  const reader = createUsageReader();
  for (const line of lines) {
    reader.readLine(typeof line === 'string' ? line : JSON.stringify(line));
  }
  return reader;
}

const decision = formatDecision(decisionOf());

describe('createUsageReader', () => {
  it('reads decisions as one process, from their first to their last time', () => {
    const reader = readAll({ ...decision, time: DAY_0 + 5 }, { ...decision, time: DAY_0 });
    const [process] = reader.usage().processes;
    expect(process).toMatchObject({ fromMs: DAY_0, toMs: DAY_0 + 5, decisions: 2 });
    expect(process?.clients).toMatchObject([
      { clientId: 'reports', fromMs: DAY_0, toMs: DAY_0 + 5, routes: [{ passed: 2 }] },
    ]);
    expect(process?.policies).toHaveLength(1);
  });

  it('reads snapshots, and keeps the later one of a process', () => {
    const early = recordAll([{ times: 1 }]);
    const late = recordAll([{ times: 2 }]);
    const reader = readAll(late, early, '');
    expect(reader.lines()).toMatchObject({ snapshots: 2, decisions: 0, unknown: 0 });
    expect(reader.usage()).toEqual(late);
  });

  it.each([
    ['a number of milliseconds', { time: DAY_0 }],
    ['a number of seconds', { time: DAY_0 / 1_000 }],
    ['ISO 8601', { time: '2026-10-01T00:00:00.000Z' }],
    ['the member of winston', { timestamp: '2026-10-01T02:00:00+02:00' }],
    ['the member of the Elastic Common Schema', { '@timestamp': '2026-10-01T00:00:00Z' }],
  ])('reads the time of a line as %s', (_what, time) => {
    expect(readAll({ ...decision, ...time }).usage().processes[0]?.fromMs).toBe(DAY_0);
  });

  it.each([
    ['no time', {}],
    ['a time that is not a date', { time: 'yesterday' }],
    ['a time before the year 2000', { time: -1 }],
    ['a time of another type', { time: {} }],
  ])('skips a decision with %s, and counts it', (_what, time) => {
    const reader = readAll({ ...decision, ...time });
    expect(reader.lines()).toMatchObject({ decisions: 0, undated: 1 });
    expect(reader.usage().processes).toEqual([]);
  });

  const deep = `${'{"kind":"allOf","parts":['.repeat(100_000)}"read"${']}'.repeat(100_000)}`;
  const text = JSON.stringify({ ...decision, time: DAY_0 });
  const usage = JSON.stringify(recordAll([{}]));

  it.each([
    ['another line of the log', '{"level":30,"msg":"listening"}'],
    ['text that is not JSON', 'scopegate listens on port 3000'],
    ['a line that was cut off', text.slice(0, -5)],
    ['JSON that is not an object', '["scopegate.decision"]'],
    ['another event', '{"event":"scopegate.key-set","time":1790812800000}'],
    ['an unknown outcome', text.replace('"allowed"', '"perhaps"')],
    ['scopes of another type', text.replace('["read"]', '"read"')],
    ['a policy of another type', text.replace('"policy":{', '"policy":[],"was":{')],
    ['a requirement that is nested too deeply', text.replace('"scope":"read"', `"scope":${deep}`)],
    ['an empty requirement', text.replace('"scope":"read"', '"scope":{"kind":"anyOf","parts":[]}')],
    ['a snapshot of another version', usage.replace('usage/1', 'usage/2')],
    ['a snapshot whose policy is missing', usage.replace('"policies":[0]', '"policies":[1]')],
    ['a snapshot with a negative count', usage.replace('"passed":1', '"passed":-1')],
    [
      'a snapshot with days in the wrong order',
      usage.replace(/"days":\[\[.*?\]\]/, '"days":[[2,1]]'),
    ],
  ])('skips %s, and counts it', (_what, line) => {
    const reader = readAll(line);
    expect(reader.lines()).toMatchObject({ snapshots: 0, decisions: 0, unknown: 1 });
    expect(reader.usage().processes).toEqual([]);
  });

  it('does not take members of a prototype for members of a line', () => {
    const reader = readAll('{"__proto__":{"event":"scopegate.decision","outcome":"allowed"}}');
    expect(reader.lines()).toMatchObject({ decisions: 0, unknown: 1 });
  });

  it('marks a log as partial if it leaves out what was allowed', () => {
    const refused = formatDecision(decisionOf({ outcome: 'refused', reason: 'scope' }));
    const onTrial = { outcome: 'refused', reason: 'excess_scope' } as const;
    const objection = formatDecision(
      decisionOf({ trial: onTrial, held: holding('read', 'write') }),
    );
    const isPartialOf = (...lines: readonly object[]): unknown =>
      readAll(...lines.map((line) => ({ time: DAY_0, ...line }))).usage().processes[0]?.isPartial;
    expect(isPartialOf(refused, objection)).toBe(true);
    expect(isPartialOf(refused, objection, decision)).toBeUndefined();
  });

  const summary = { event: 'scopegate.decision.summary', count: 3 };

  it.each<[string, object, true | undefined]>([
    ['withheld lines that were allowed', { ...summary, outcome: 'allowed' }, true],
    [
      'withheld refusals of too many scopes',
      { ...summary, outcome: 'refused', reason: 'excess_scope' },
      true,
    ],
    ['withheld lines of many kinds', { event: 'scopegate.summary', count: 3 }, true],
    ['a decision without a time', { ...decision, time: null }, true],
    ['a decision that cannot be read', { ...decision, outcome: 'perhaps' }, true],
    ['other withheld refusals', { ...summary, outcome: 'refused', reason: 'expired' }, undefined],
    ['a line of another kind', { event: 'scopegate.outage.began' }, undefined],
  ])('knows whether a log is partial: %s', (_what, line, expected) => {
    const { processes } = readAll({ ...decision, time: DAY_0 }, line).usage();
    expect(processes[0]?.isPartial).toBe(expected);
  });

  it('counts the decisions that a logger has withheld', () => {
    const summary = { event: 'scopegate.decision.summary', outcome: 'refused', count: 12 };
    expect(readAll(summary).lines()).toMatchObject({ withheld: 12, unknown: 0 });
  });

  it('keeps within its bounds', () => {
    const reader = createUsageReader({ maxClients: 2, maxRoutesPerClient: 2 });
    for (let index = 0; index < 100; index++) {
      const policy = policyOf({ atMost: ['read'], principal: 'client' });
      const client = { clientId: `client-${index}`, policy };
      const route = { route: `/${index}`, policy };
      for (const members of [client, route]) {
        reader.readLine(JSON.stringify({ ...formatDecision(decisionOf(members)), time: DAY_0 }));
      }
    }
    const [process] = reader.usage().processes;
    expect(process?.clients.map(({ routes }) => routes.length)).toEqual([1, 2]);
    expect(process).toMatchObject({ decisions: 200, dropped: 197 });
    expect(process?.policies).toHaveLength(1);
  });
});
