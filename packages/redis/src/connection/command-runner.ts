/**
 * Runs commands on one connection: with a deadline, within bounds, and not while the server fails.
 *
 * @module
 */
import type { Jitter } from '@scopegate/protocol/internal';
import type { ConnectionRole } from '../store-events.js';
import { type StoreFailure, StoreUnavailableError } from '../store-unavailable-error.js';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.js';
import { classifyFailure, findServerCode } from './command-failure.js';
import { FailureEpisodes } from './failure-episodes.js';
import type { CommandSender } from './resolve-connection.js';
import type { Script } from './script.js';

/** Options of a {@link CommandRunner}. */
export interface CommandRunnerOptions {
  readonly role: ConnectionRole;
  readonly sender: CommandSender;
  /** How long one command may take, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Returns the current time, in milliseconds since the epoch.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
  /**
   * Milliseconds since any moment; never goes backwards.
   *
   * @defaultValue `performance.now()`
   */
  readonly now?: (() => number) | undefined;
  /** @defaultValue `Math.random` */
  readonly jitter?: Jitter | undefined;
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
  readonly circuit: CircuitState;
  /** Number of commands that wait for a reply, at most 1,000. */
  readonly pending: number;
  /** Why the last command that was sent failed, or could not be sent; `undefined` if it did not fail. */
  readonly lastError: StoreUnavailableError | undefined;
  /** When the next command may be sent, in milliseconds since the epoch; `undefined` for now. */
  readonly openUntil: number | undefined;
}

/** With 1,000 commands of 250 ms, a process sends 4,000 a second to a server that is about to time out. */
const MAX_PENDING = 1_000;

/** As long as a connection with TLS takes on a slow network. Some clients connect without a promise to await. */
const CONNECT_MS = 2_000;
const CONNECT_CHECK_MS = 20;

interface PendingCommand {
  readonly ticket: number;
  readonly readOnly: boolean;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: StoreUnavailableError) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Runs commands. One attempt, one outcome: nothing is sent twice. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions;
  readonly #now: () => number;
  readonly #breaker: CircuitBreaker;
  readonly #episodes: FailureEpisodes;
  readonly #pending = new Set<PendingCommand>();
  #lastError: StoreUnavailableError | undefined;
  #wasReady = true;
  #isClosed = false;

  constructor(options: CommandRunnerOptions) {
    const { role, now = () => performance.now(), jitter = Math.random } = options;
    this.#options = options;
    this.#now = now;
    this.#breaker = new CircuitBreaker({ now, jitter });
    this.#episodes = new FailureEpisodes({ role, now });
  }

  /**
   * Runs a command.
   *
   * @returns The reply, unchecked: read it with the functions of `reply.ts`.
   * @throws StoreUnavailableError (rejects)
   */
  run(args: readonly string[], { key, readOnly = false }: CommandOptions): Promise<unknown> {
    const obstacle = this.#findObstacle();
    if (obstacle !== undefined) return this.#refuse(obstacle);
    const ticket = this.#breaker.admit();
    if (ticket === undefined) return this.#refuse('circuit');
    return new Promise((resolve, reject) => {
      const command: PendingCommand = { ticket, readOnly, resolve, reject, timer: undefined };
      this.#pending.add(command);
      command.timer = setTimeout(expireSoon, this.#options.timeoutMs, () => {
        this.#expire(command);
      });
      this.#send(command, args, key);
    });
  }

  /**
   * Runs a script by its digest, and by its text if the server does not know it.
   *
   * @returns The reply, unchecked: read it with the functions of `reply.ts`.
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

  /**
   * Resolves when the client is connected.
   *
   * @throws StoreUnavailableError (rejects) It is not after 2 s, or this runner is closed.
   */
  async connected(): Promise<void> {
    const end = this.#now() + CONNECT_MS;
    while (!this.#isClosed && !this.#options.sender.isReady()) {
      if (this.#now() >= end) {
        const cause = new Error('the client is not connected; its event "error" reports why');
        throw new StoreUnavailableError('connection', { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, CONNECT_CHECK_MS));
    }
    if (this.#isClosed) throw new StoreUnavailableError('closed');
  }

  health(): ConnectionHealth {
    const { state: circuit, openUntil } = this.#breaker;
    const { clock = Date.now } = this.#options;
    return {
      circuit,
      pending: this.#pending.size,
      lastError: this.#lastError,
      openUntil:
        openUntil === undefined ? undefined : Math.round(clock() + openUntil - this.#now()),
    };
  }

  /** Fails the commands that are pending, and all that follow. */
  close(): void {
    this.#isClosed = true;
    for (const command of this.#pending) {
      this.#end(command);
      command.reject(new StoreUnavailableError('closed'));
    }
  }

  #findObstacle(): StoreFailure | undefined {
    if (this.#isClosed) return 'closed';
    if (!this.#options.sender.isReady()) {
      this.#wasReady = false;
      return 'connection';
    }
    if (!this.#wasReady) {
      this.#wasReady = true;
      this.#breaker.retryNow();
      this.#episodes.reconnect();
    }
    return this.#pending.size >= MAX_PENDING ? 'overloaded' : undefined;
  }

  #refuse(failure: StoreFailure): Promise<never> {
    const error = new StoreUnavailableError(failure);
    if (failure !== 'closed') this.#episodes.fail(error);
    // What opened the circuit says more than that it is open.
    if (failure === 'connection' || failure === 'overloaded') this.#lastError = error;
    return Promise.reject(error);
  }

  #send(command: PendingCommand, args: readonly string[], key: string): void {
    const succeed = (reply: unknown): void => {
      this.#succeed(command, reply);
    };
    const fail = (cause: unknown): void => {
      this.#fail(command, cause);
    };
    try {
      const { readOnly } = command;
      this.#options.sender.send(args, { key, readOnly }).then(succeed, fail);
    } catch (cause) {
      fail(cause);
    }
  }

  #succeed(command: PendingCommand, reply: unknown): void {
    const hasClosedCircuit = this.#breaker.succeed(command.ticket);
    if (!this.#end(command)) return;
    this.#lastError = undefined;
    this.#episodes.succeed({ readOnly: command.readOnly, hasClosedCircuit });
    command.resolve(reply);
  }

  #fail(command: PendingCommand, cause: unknown): void {
    if (!this.#pending.has(command)) return;
    const { error, isServerUsable } = classifyFailure(cause);
    const isUnknown = isUnknownScript(error);
    if (isServerUsable) {
      const hasClosedCircuit = this.#breaker.succeed(command.ticket);
      if (hasClosedCircuit) this.#episodes.succeed({ readOnly: false, hasClosedCircuit });
    } else {
      this.#breaker.fail(command.ticket);
    }
    if (!isUnknown) this.#note(error);
    this.#end(command);
    command.reject(error);
  }

  #expire(command: PendingCommand): void {
    if (!this.#end(command)) return;
    const error = new StoreUnavailableError('timeout');
    this.#breaker.fail(command.ticket);
    this.#note(error);
    command.reject(error);
  }

  #note(error: StoreUnavailableError): void {
    this.#lastError = error;
    this.#episodes.fail(error);
  }

  /** @returns Whether the command was pending. */
  #end(command: PendingCommand): boolean {
    clearTimeout(command.timer);
    return this.#pending.delete(command);
  }
}

/**
 * Calls a function after the replies that have arrived were read: a process that was busy for longer than the
 * deadline must not conclude that the server was slow.
 */
function expireSoon(expire: () => void): void {
  setImmediate(expire);
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof StoreUnavailableError && findServerCode(error.cause) === 'NOSCRIPT';
}
