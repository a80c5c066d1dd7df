/**
 * Programs that listen on a port until the test ends them.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PROGRAM_ENV } from './programs.js';

/** How to start a program. It must stay in the foreground. */
export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The port of 127.0.0.1 that it listens on once it is ready. */
  readonly port: number;
  /**
   * A path that it answers with the status 200 once it is ready.
   *
   * @defaultValue it is ready when the port accepts connections
   */
  readonly readyPath?: string | undefined;
  readonly cwd?: string | undefined;
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A running program. */
export interface Daemon {
  /** The process id of the program, which also leads its process group. */
  readonly pid: number;
  /** The output so far, of both streams; only the end of a long output. */
  output(): string;
  /** Ends the program and its children, and waits until it has ended. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
/** How long a program may take to end by itself. */
const STOP_TIMEOUT_MS = 5_000;
const MAX_OUTPUT = 20_000;

/**
 * Starts a program and waits until it is ready.
 *
 * @throws Error (rejects) It ended, or was not ready within 30 s. The message contains its output.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { command, args, cwd, env } = options;
  // The leader of a process group, so that its children end with it.
  const child = spawn(command, args, {
    cwd,
    env: { ...PROGRAM_ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = recordOutput(child);
  const daemon = { pid: await readPid(child), output, stop: () => stop(child) };
  try {
    await untilReady(child, options);
  } catch (error) {
    await daemon.stop();
    throw new Error(`${command} is not ready: ${String(error)}\n${output()}`, { cause: error });
  }
  return daemon;
}

function recordOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-MAX_OUTPUT);
    });
  }
  return () => text;
}

async function readPid(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) await once(child, 'spawn'); // rejects with the event "error"
  const { pid } = child;
  if (pid === undefined) throw new Error('the process has no id');
  // The tests may end before they stop it, for example by an exception in a hook.
  const onExit = (): void => {
    signalGroup(child, 'SIGKILL');
  };
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  return pid;
}

async function untilReady(child: ChildProcess, { port, readyPath }: DaemonOptions): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  const isReady = (): Promise<boolean> =>
    readyPath === undefined ? acceptsConnections(port) : isServed(port, readyPath);
  while (!(await isReady())) {
    if (hasEnded(child)) throw new Error('it ended');
    if (Date.now() > deadline) throw new Error(`it is not ready after ${READY_TIMEOUT_MS} ms`);
    await delay(POLL_MS);
  }
  // Otherwise the port belongs to another program.
  if (hasEnded(child)) throw new Error('it ended');
}

/** Whether a port of 127.0.0.1 accepts connections. */
function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });
}

async function isServed(port: number, path: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    // It does not listen yet.
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  const patience = new AbortController();
  const isEnded = await Promise.race([
    ended.then(() => true),
    delay(STOP_TIMEOUT_MS, false, { signal: patience.signal }),
  ]);
  patience.abort();
  if (isEnded) return;
  signalGroup(child, 'SIGKILL');
  await ended;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}
