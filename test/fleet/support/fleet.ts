/**
 * Fleets of real processes.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { endWithUs } from '../../support/end-with-us.js';
import { readUserEnvironment } from '../../support/user-environment.js';
import { bundleWorker } from './bundle-worker.js';
import type { WorkerProgram, WorkerRequest, WorkerResponse } from './serve-worker.js';

type Methods<Program extends WorkerProgram> = Awaited<ReturnType<Program>>;

/** One process of a fleet. */
export interface FleetProcess<Program extends WorkerProgram> {
  readonly pid: number;
  /** Calls a method of the worker. Rejects if it throws, or if the process ends. */
  call<Name extends keyof Methods<Program> & string>(
    name: Name,
    ...args: Parameters<Methods<Program>[Name]>
  ): Promise<Awaited<ReturnType<Methods<Program>[Name]>>>;
  /** Stops the process for a while; its sockets stay open. */
  freeze(): void;
  /** Continues the process. */
  thaw(): void;
  /** Ends the process without notice. */
  kill(): Promise<void>;
  /**
   * Disconnects from the process, and waits until it ends by itself.
   *
   * @returns Its exit code.
   */
  release(): Promise<number | null>;
}

/** Which processes to start. */
export interface FleetOptions<Program extends WorkerProgram> {
  readonly processes: number;
  /** What each process is prepared with, by its number from 0. */
  readonly setup: (index: number) => Parameters<Program>[0];
}

/**
 * Starts processes, and waits until all are prepared. They are killed after the running test.
 *
 * @param worker - The name of a file in `test/fleet/workers/`, without `.ts`.
 */
export async function startFleet<Program extends WorkerProgram>(
  worker: string,
  { processes, setup }: FleetOptions<Program>,
): Promise<readonly FleetProcess<Program>[]> {
  const fleet = await launchFleet(worker, { processes, setup });
  onTestFinished(async () => {
    await Promise.all(fleet.map((each) => each.kill()));
  });
  return fleet;
}

/** Starts processes as {@link startFleet} does; the caller kills them. */
export async function launchFleet<Program extends WorkerProgram>(
  worker: string,
  { processes, setup }: FleetOptions<Program>,
): Promise<readonly FleetProcess<Program>[]> {
  const file = await bundleWorker(worker);
  const fleet = Array.from({ length: processes }, () => new ForkedProcess<Program>(file));
  try {
    await Promise.all(fleet.map((each, index) => each.prepare(setup(index))));
    return fleet;
  } catch (error) {
    await Promise.all(fleet.map((each) => each.kill()));
    throw error;
  }
}

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

class ForkedProcess<Program extends WorkerProgram> implements FleetProcess<Program> {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, PendingCall>();
  #lastId = 0;
  #output = '';

  constructor(file: string) {
    // Each process has a listener for the end of this one.
    process.setMaxListeners(0);
    this.#child = fork(file, {
      env: readUserEnvironment(),
      execArgv: ['--enable-source-maps'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    endWithUs(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#child.on('message', (response: WorkerResponse) => {
      const call = this.#calls.get(response.id);
      this.#calls.delete(response.id);
      if ('error' in response) call?.reject(new Error(response.error));
      else call?.resolve(response.value);
    });
    this.#child.once('close', () => {
      const error = new Error(`the process ended\n${this.#output}`);
      for (const call of this.#calls.values()) call.reject(error);
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  async prepare(setup: unknown): Promise<void> {
    await this.#request(0, { setup });
  }

  call<Name extends keyof Methods<Program> & string>(
    name: Name,
    ...args: Parameters<Methods<Program>[Name]>
  ): Promise<Awaited<ReturnType<Methods<Program>[Name]>>> {
    const id = ++this.#lastId;
    const reply = this.#request(id, { id, method: name, args });
    // Cloned from what the method returned.
    return reply as Promise<Awaited<ReturnType<Methods<Program>[Name]>>>;
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async kill(): Promise<void> {
    const exit = this.#exit();
    this.#child.kill('SIGKILL');
    await exit;
  }

  release(): Promise<number | null> {
    const exit = this.#exit();
    this.#child.disconnect();
    return exit;
  }

  #request(id: number, request: WorkerRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#child.send(request, (error) => {
        // When the process has ended, the event `close` rejects with its output.
        if (error !== null && this.#child.exitCode !== null) reject(error);
      });
    });
  }

  async #exit(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }
}
