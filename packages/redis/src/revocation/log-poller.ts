/**
 * Polls the revocation log, and finds out whether the server has lost data.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readOk } from '../connection/reply.js';
import type { CommandRunner } from '../connection/command-runner.js';
import type { OpenStoreParts } from '../store-parts.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { type LogEntry, type LogReply, readLogReply } from './log-reply.js';
import { type LogKeys, MARK_MS, POLL, POLL_FULL_SERVER } from './log-scripts.js';
import { FIRST_ID, isLater } from './stream-id.js';

/** Options of a {@link LogPoller}. */
export interface LogPollerOptions extends Omit<OpenStoreParts, 'prefix'> {
  readonly keys: LogKeys;
  /** How long the log is kept after the last poll of any process, in milliseconds. */
  readonly retentionMs: number;
  /** Whether entries are read. Otherwise polls only find out whether data was lost. */
  readonly readsEntries: boolean;
}

/** What one poll has found. */
export interface PollResult {
  /** New entries, in their order. */
  readonly entries: readonly LogEntry[];
  /** Whether the log has been read to its end. */
  readonly isComplete: boolean;
  /**
   * The number of polls that the server does not know about, if data was lost; 0 if another process has noticed
   * it. `undefined` if none was.
   */
  readonly lostPolls: number | undefined;
  /** Whether the log may lack entries, so that it is read from the beginning. */
  readonly restarts: boolean;
}

/** Entries of one poll: about 120 KB. Opening them blocks the process for about 10 ms. */
const COUNT = 500;

/** All processes notice a loss within about a poll of each other, and each marks it. */
const SAME_LOSS_MS = 2_000;

/** The place of this process in the log. */
export class LogPoller {
  readonly nodeId: string = randomUUID();
  readonly #options: LogPollerOptions;
  readonly #runner: CommandRunner;
  readonly #nodeKey: string;
  /** What this process has written and not yet read. */
  readonly #unread = new Set<string>();
  #cursor = FIRST_ID;
  #number = 0;
  /** The number that the server knows for certain. */
  #acknowledged: number | undefined;
  #hasPolled = false;
  /** The last mark of a loss that this process has written or read. */
  #lossId: string | undefined;
  /** A loss that this process has noticed, and the others not yet. */
  #unannounced: string | undefined;
  #lostAt: number | undefined;
  #isLossReported = false;

  constructor(options: LogPollerOptions) {
    this.#options = options;
    this.#runner = options.runner;
    this.#nodeKey = options.keys.node(this.nodeId);
  }

  /** The id of the last entry that was read. */
  get cursor(): string {
    return this.#cursor;
  }

  /** When data was lost last, in milliseconds since the epoch; `undefined` if it never was. */
  get lostAt(): number | undefined {
    if (this.#lostAt === undefined) return undefined;
    // If the clock was ahead then, proofs must not be refused until it reaches that time again.
    this.#lostAt = Math.min(this.#lostAt, this.#options.clock());
    return this.#lostAt;
  }

  /** Reads the log from the beginning with the next poll. */
  rewind(): void {
    this.#cursor = FIRST_ID;
    this.#unread.clear();
  }

  /** Notes an entry that this process has written. A later poll that does not find it has found a loss. */
  noteWritten(id: string): void {
    if (isLater(id, this.#cursor)) this.#unread.add(id);
  }

  /** Notes that other data was lost. The next poll handles it like the loss of a number. */
  reportLoss(): void {
    this.#isLossReported = true;
  }

  /**
   * Polls once.
   *
   * @throws StoreUnavailableError (rejects)
   */
  async poll(): Promise<PollResult> {
    const expected = [...this.#unread];
    const number = (this.#number += 1);
    const { reply, isWritten } = await this.#read(number);
    const lostPolls = this.#findLostPolls(reply);
    const isLost = lostPolls !== undefined || this.#isLossReported;
    const restarts = isLost || this.#lacks(reply, expected);
    this.#isLossReported = false;
    if (isWritten) this.#acknowledged = number;
    else if (restarts) this.#acknowledged = undefined;
    const isAnnounced = this.#readLoss(reply, restarts);
    await this.#announce();
    if (restarts) {
      this.rewind();
      return { entries: [], isComplete: false, lostPolls: lostPolls ?? 0, restarts };
    }
    const { entries, isComplete } = this.#advance(reply);
    return { entries, isComplete, lostPolls: isAnnounced ? 0 : undefined, restarts };
  }

  async #read(number: number): Promise<{ reply: LogReply; isWritten: boolean }> {
    const { keys, retentionMs, readsEntries } = this.#options;
    const count = readsEntries ? COUNT : 1;
    const args = [this.#cursor, count, number, MARK_MS, retentionMs].map(String);
    const call = { keys: [keys.log, this.#nodeKey, keys.loss] as const, args };
    try {
      return { reply: readLogReply(await this.#runner.runScript(POLL, call)), isWritten: true };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || error.failure !== 'full') throw error;
      const reply = await this.#runner.runScript(POLL_FULL_SERVER, call);
      return { reply: readLogReply(reply), isWritten: false };
    }
  }

  #findLostPolls({ before }: LogReply): number | undefined {
    const acknowledged = this.#acknowledged;
    if (acknowledged === undefined || (before !== undefined && before >= acknowledged)) {
      return undefined;
    }
    return acknowledged - (before ?? 0);
  }

  /** Whether the log lacks an entry that it had. Ids only grow. */
  #lacks({ tail, entries }: LogReply, expected: readonly string[]): boolean {
    if (isLater(this.#cursor, tail)) return true;
    const ids = new Set(entries.map(({ id }) => id));
    const end = entries.length < COUNT ? tail : (entries.at(-1)?.id ?? tail);
    return expected.some((id) => !ids.has(id) && (isLater(id, tail) || !isLater(id, end)));
  }

  /** @returns Whether another process has noticed a loss that this one did not know about. */
  #readLoss({ loss }: LogReply, hasLost: boolean): boolean {
    const nowMs = this.#options.clock();
    const knownAt = this.lostAt ?? -Infinity;
    if (hasLost) {
      this.#lostAt = Math.max(knownAt, nowMs);
      this.#unannounced = randomUUID();
    }
    const isFirstPoll = !this.#hasPolled;
    this.#hasPolled = true;
    if (loss === undefined || loss.id === this.#lossId) return false;
    this.#lossId = loss.id;
    const noticedAt = nowMs - Math.max(0, MARK_MS - loss.remainingMs);
    this.#lostAt = Math.max(this.lostAt ?? 0, noticedAt);
    return !hasLost && !isFirstPoll && noticedAt - knownAt > SAME_LOSS_MS;
  }

  /** Other processes may not notice: what was lost may be older than their last poll. */
  async #announce(): Promise<void> {
    const id = this.#unannounced;
    if (id === undefined) return;
    const key = this.#options.keys.loss;
    // The command may be executed although it fails.
    this.#lossId = id;
    try {
      readOk(await this.#runner.run(['SET', key, id, 'PX', String(MARK_MS)], { key }));
      this.#unannounced = undefined;
    } catch {
      // The next poll tries again.
    }
  }

  #advance({ entries, tail }: LogReply): Pick<PollResult, 'entries' | 'isComplete'> {
    if (!this.#options.readsEntries) {
      this.#cursor = tail;
      return { entries: [], isComplete: true };
    }
    this.#cursor = entries.at(-1)?.id ?? this.#cursor;
    for (const { id } of entries) this.#unread.delete(id);
    return { entries, isComplete: entries.length < COUNT };
  }
}
