/**
 * Writes what the revocation log has lost, from the memory of this process.
 *
 * @module
 */
import { type KeptWithdrawal, RevocationEntries } from '@scopegate/protocol/internal';
import { readNullableText } from '../connection/reply.js';
import type { CommandRunner } from '../connection/command-runner.js';
import { publishStoreEvent } from '../store-events.js';
import type { KnownRevocations } from './known-revocations.js';
import type { LogKeys } from './log-scripts.js';
import { COMMAND_ENTRIES, type LogWriter } from './log-writer.js';

/** What a {@link LogHealing} needs. */
export interface LogHealingOptions {
  readonly keys: LogKeys;
  readonly runner: CommandRunner;
  readonly writer: LogWriter;
  readonly known: KnownRevocations;
  readonly nodeId: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** How long one process writes alone, unless it ends earlier. */
const CLAIM_MS = 2_000;

/** The commands of one claim: fewer than a process writes in that time. */
const CLAIM_COMMANDS = 20;

/**
 * The repair of the log after a loss of data. One process writes at a time, until none finds anything missing:
 * the first may know less than the others.
 */
export class LogHealing {
  readonly #options: LogHealingOptions;
  /** What the log contains; `undefined` while nothing is repaired. */
  #found: RevocationEntries | undefined;
  #written = 0;

  constructor(options: LogHealingOptions) {
    this.#options = options;
  }

  /** Begins a repair; the log is read from the beginning. */
  begin(): void {
    this.#found = new RevocationEntries(this.#options.clock);
  }

  /** Notes what the log contains. */
  note({ withdrawal, untilMs }: KeptWithdrawal): void {
    this.#found?.add(withdrawal, untilMs);
  }

  /**
   * Writes what is missing, when all of the log was read.
   *
   * @returns Whether something was written, so that the log should be read again.
   * @throws StoreUnavailableError (rejects) It is tried again after the next poll.
   */
  async continue(): Promise<boolean> {
    const found = this.#found;
    if (found === undefined) return false;
    const missing = [...this.#options.known.list()].filter((kept) => !found.covers(kept));
    if (missing.length === 0) {
      this.#end();
      return false;
    }
    if (!(await this.#claim())) return false;
    for (let command = 0; command < CLAIM_COMMANDS; command += 1) {
      const start = command * COMMAND_ENTRIES;
      const part = missing.slice(start, start + COMMAND_ENTRIES);
      if (part.length === 0) break;
      await this.#options.writer.write(part);
      this.#written += part.length;
    }
    const { seed } = this.#options.keys;
    await this.#options.runner.run(['DEL', seed], { key: seed });
    return true;
  }

  #end(): void {
    this.#found = undefined;
    if (this.#written > 0) publishStoreEvent({ event: 'healed', entries: this.#written });
    this.#written = 0;
  }

  async #claim(): Promise<boolean> {
    const { keys, runner, nodeId } = this.#options;
    const args = ['SET', keys.seed, nodeId, 'NX', 'GET', 'PX', String(CLAIM_MS)];
    const holder = readNullableText(await runner.run(args, { key: keys.seed }));
    // The client may have sent the command twice.
    return holder === null || holder === nodeId;
  }
}
