/**
 * Reads usage from the lines of a file: snapshots of recorders, and decisions of a log.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { assertKnownOptions } from '@scopegate/protocol/internal';
import type { GuardPolicy } from '@scopegate/resource-server';
import { mergeUsage } from './merge-usage.js';
import { type PrivilegeRecorderOptions, resolveBounds } from './privilege-recorder.js';
import type { PrivilegeUsage } from './privilege-usage.js';
import { findTimeMs, readDecision } from './read-decision.js';
import { readUsage } from './read-usage.js';
import { type Members, readCount, readObject, UnreadableError } from './readable-values.js';
import { RecordedPolicies } from './recorded-policies.js';
import type { UsageDecision } from './recorded-route.js';
import { UsageLog } from './usage-log.js';

/** Options of {@link createUsageReader}: the bounds of what is recorded. */
export type UsageReaderOptions = Pick<
  PrivilegeRecorderOptions,
  'maxClients' | 'maxRoutesPerClient'
>;

/** What the lines of a file were, and how many of each. */
export interface ReadLines {
  /** Number of snapshots of recorders. */
  readonly snapshots: number;
  /** Number of decisions that are recorded. */
  readonly decisions: number;
  /** Number of decisions without a time, which are not recorded. */
  readonly undated: number;
  /** Number of decisions that the logger has withheld, by its summaries. */
  readonly withheld: number;
  /** Number of other lines, and of lines that cannot be read; empty lines are not counted. */
  readonly unknown: number;
}

/** Reads the lines of one file. */
export interface UsageReader {
  /**
   * Reads a line: the JSON of a snapshot, or a decision as `formatDecision` and a logger write it, with its
   * time as `time`, `timestamp` or `@timestamp`. Any other line is counted and skipped; no line throws.
   *
   * @example
   * for await (const line of readline.createInterface({ input })) reader.readLine(line);
   */
  readLine(line: string): void;
  /** Returns what was read. The decisions count as one process. */
  usage(): PrivilegeUsage;
  /** Returns what the lines were. */
  lines(): ReadLines;
}

/**
 * Creates a reader for one file.
 *
 * @throws TypeError An option is unknown or out of range.
 * @example
 * const reader = createUsageReader();
 * for (const line of text.split('\n')) reader.readLine(line);
 * const report = reportPrivileges(reader.usage());
 */
export function createUsageReader(options: UsageReaderOptions = {}): UsageReader {
  assertKnownOptions('createUsageReader()', options, ['maxClients', 'maxRoutesPerClient']);
  const lines = new UsageLines(new UsageLog(resolveBounds(options)));
  return Object.freeze({
    readLine: (line: string) => {
      lines.read(line);
    },
    usage: () => lines.usage(),
    lines: () => ({ ...lines.counts }),
  });
}

/** How decisions are marked, and the summaries of those that a logger has withheld. */
const DECISION = 'scopegate.decision';
const SUMMARY = 'scopegate.decision.summary';
/** The summary of lines of many kinds, decisions included. */
const SUMMARY_OF_KINDS = 'scopegate.summary';

class UsageLines {
  readonly counts = { snapshots: 0, decisions: 0, undated: 0, withheld: 0, unknown: 0 };
  readonly #boot = randomUUID();
  readonly #log: UsageLog;
  readonly #policies = new RecordedPolicies();
  #snapshots: PrivilegeUsage | undefined;
  #fromMs = Infinity;
  #toMs = -Infinity;
  #hasPassed = false;
  /** Whether decisions are missing that may have needed a scope. */
  #isMissing = false;

  constructor(log: UsageLog) {
    this.#log = log;
  }

  read(line: string): void {
    if (line.trim() === '') return;
    try {
      // Most lines of a log are not ours, and parsing takes time.
      if (!line.includes('scopegate')) throw new UnreadableError('the line is of another kind');
      this.#readValue(readObject(JSON.parse(line)));
    } catch (failure) {
      if (!(failure instanceof UnreadableError) && !(failure instanceof SyntaxError)) throw failure;
      this.counts.unknown += 1;
    }
  }

  usage(): PrivilegeUsage {
    const snapshots = this.#snapshots ?? mergeUsage();
    if (this.counts.decisions === 0) return snapshots;
    const period = { boot: this.#boot, fromMs: this.#fromMs, toMs: this.#toMs };
    const isPartial = !this.#hasPassed || this.#isMissing ? true : undefined;
    return mergeUsage(snapshots, this.#log.usage({ ...period, isPartial }));
  }

  #readValue(value: Members): void {
    if (value['event'] === DECISION) this.#readDecision(value);
    else if (value['event'] === SUMMARY || value['event'] === SUMMARY_OF_KINDS) {
      this.#readSummary(value);
    } else {
      const usage = readUsage(value);
      this.#snapshots = mergeUsage(this.#snapshots ?? mergeUsage(), usage);
      this.counts.snapshots += 1;
    }
  }

  #readDecision(line: Members): void {
    const decision = this.#decisionOf(line);
    const timeMs = findTimeMs(line);
    if (timeMs === undefined) {
      this.counts.undated += 1;
      this.#isMissing = true;
      return;
    }
    this.counts.decisions += 1;
    this.#fromMs = Math.min(this.#fromMs, timeMs);
    this.#toMs = Math.max(this.#toMs, timeMs);
    // A log that leaves out what was allowed still contains what a trial would have refused.
    const { outcome, trial } = decision;
    this.#hasPassed ||= outcome === 'allowed' && trial?.outcome !== 'refused';
    this.#log.record(this.#withOwnPolicies(decision), timeMs);
  }

  #decisionOf(line: Members): UsageDecision {
    try {
      return readDecision(line);
    } catch (failure) {
      this.#isMissing = true;
      throw failure;
    }
  }

  #readSummary(line: Members): void {
    this.counts.withheld += readCount(line['count']);
    const { outcome, reason } = line;
    // Other requests that were not allowed needed no scope.
    const mayNeed = outcome === undefined || outcome === 'allowed' || reason === 'excess_scope';
    if (mayNeed) this.#isMissing = true;
  }

  /** Each line has its own objects; equal policies become the same one. */
  #withOwnPolicies({ policy, earlier, ...decision }: UsageDecision): UsageDecision {
    const own = (each: GuardPolicy): GuardPolicy => this.#policies.ownOf(each);
    return { ...decision, policy: policy && own(policy), earlier: earlier.map(own) };
  }
}
