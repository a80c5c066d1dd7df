/**
 * Writes to the revocation log.
 *
 * @module
 */
import type { KeptWithdrawal } from '@scopegate/protocol/internal';
import { readArray } from '../connection/reply.js';
import type { CommandRunner } from '../connection/command-runner.js';
import type { SealedBox } from '../sealing/sealed-box.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { LogPoller } from './log-poller.js';
import { formatRecord } from './log-record.js';
import { ADD, type LogKeys } from './log-scripts.js';
import { readStreamId, serverTimeOf } from './stream-id.js';

/** What a {@link LogWriter} needs. */
export interface LogWriterOptions {
  readonly keys: LogKeys;
  readonly runner: CommandRunner;
  readonly box: SealedBox;
  readonly poller: LogPoller;
  /** How long the log is kept, in milliseconds. */
  readonly retentionMs: number;
}

/** Revocations in one sealed record, and records in one command. */
const RECORD_ENTRIES = 20;
const COMMAND_RECORDS = 25;

/** The number of revocations that one command writes. */
export const COMMAND_ENTRIES: number = RECORD_ENTRIES * COMMAND_RECORDS;

/** Writes revocations, and drops those from before the retention. */
export class LogWriter {
  readonly #options: LogWriterOptions;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /**
   * Writes at most {@link COMMAND_ENTRIES} revocations.
   *
   * @throws StoreUnavailableError (rejects) The server has not acknowledged it.
   */
  async write(kept: readonly KeptWithdrawal[]): Promise<void> {
    const { keys, runner, box, poller, retentionMs } = this.#options;
    const place = { purpose: 'revocation', redisKey: keys.log } as const;
    const records: string[] = [];
    for (let start = 0; start < kept.length; start += RECORD_ENTRIES) {
      records.push(box.seal(formatRecord(kept.slice(start, start + RECORD_ENTRIES)), place));
    }
    // By the server's clock: that of this process may be ahead. The last entry that was read is old enough.
    const firstKept = Math.max(0, serverTimeOf(poller.cursor) - retentionMs);
    const args = [String(firstKept), String(retentionMs), ...records];
    const reply = readArray(await runner.runScript(ADD, { keys: [keys.log], args }));
    if (reply.length !== records.length) throw new StoreUnavailableError('reply');
    for (const id of reply.map(readStreamId)) poller.noteWritten(id);
  }
}
