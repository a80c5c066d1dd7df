/**
 * Runs commands on one connection: with a deadline, within bounds, and not while the server fails.
 *
 * @module
 */
import type { ConnectionRole } from '../store-events.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { CommandSender } from './resolve-connection.js';
import type { Script } from './script.js';

/** Options of a {@link CommandRunner}. */
export interface CommandRunnerOptions {
  readonly role: ConnectionRole;
  readonly sender: CommandSender;
  /** How long one command may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Where and how one command is run. */
export interface CommandOptions {
  /** A key of the command, which selects the server of a cluster. */
  readonly key: string;
  /** @defaultValue `false` */
  readonly readOnly?: boolean | undefined;
}

/** What a script is run with. */
export interface ScriptCall {
  /** Every key that the script uses; all have one hash slot. At least one. */
  readonly keys: readonly [string, ...string[]];
  readonly args: readonly string[];
}

/** The state of one connection. Contains no key and nothing of any command. */
export interface ConnectionHealth {
  /** `closed`: commands are sent. `open`: the server fails, and commands fail at once. `half-open`: one is tried. */
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Number of commands without a reply. */
  readonly pending: number;
  /** Why the last command failed; `undefined` if it did not. */
  readonly lastError: StoreUnavailableError | undefined;
  /** When the next command may be sent, in milliseconds since the epoch; `undefined` for now. */
  readonly openUntil: number | undefined;
}

/** Runs commands. One attempt, one outcome: nothing is sent twice. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  #pending = 0;
  #lastError: StoreUnavailableError | undefined;
  #isClosed = false;

  constructor(options: CommandRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs a command.
   *
   * @returns The reply, unchecked.
   * @throws StoreUnavailableError (rejects)
   */
  async run(args: readonly string[], { key, readOnly = false }: CommandOptions): Promise<unknown> {
    const { sender, timeoutMs } = this.#options;
    if (this.#isClosed) throw new StoreUnavailableError('closed');
    if (!sender.isReady()) throw new StoreUnavailableError('connection');
    this.#pending += 1;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new StoreUnavailableError('timeout'));
      }, timeoutMs);
    });
    try {
      const reply = await Promise.race([sender.send(args, { key, readOnly }), timeout]);
      this.#lastError = undefined;
      return reply;
    } catch (cause) {
      this.#lastError =
        cause instanceof StoreUnavailableError
          ? cause
          : new StoreUnavailableError('connection', { cause });
      throw this.#lastError;
    } finally {
      clearTimeout(timer);
      this.#pending -= 1;
    }
  }

  /**
   * Runs a script by its digest, and by its text if the server does not know it.
   *
   * @returns The reply, unchecked.
   * @throws StoreUnavailableError (rejects)
   */
  async runScript(script: Script, { keys, args }: ScriptCall): Promise<unknown> {
    const operands = [String(keys.length), ...keys, ...args];
    const route = { key: keys[0] };
    try {
      return await this.run(['EVALSHA', script.digest, ...operands], route);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return await this.run(['EVAL', script.text, ...operands], route);
    }
  }

  health(): ConnectionHealth {
    const [pending, lastError] = [this.#pending, this.#lastError];
    return { circuit: 'closed', pending, lastError, openUntil: undefined };
  }

  /** Fails the commands that are pending, and all that follow. */
  close(): void {
    this.#isClosed = true;
  }
}

function isUnknownScript(error: unknown): boolean {
  const cause: unknown = error instanceof StoreUnavailableError ? error.cause : undefined;
  return cause instanceof Error && cause.message.startsWith('NOSCRIPT');
}
