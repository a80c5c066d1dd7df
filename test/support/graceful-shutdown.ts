/**
 * A process that receives SIGTERM while it handles a request.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { root } from '../workspace/workspace.js';
import { findRegion } from '../workspace/readmes.js';

const GUIDE = 'test/integration/express/shutdown.ts';

/** The function `closeOnSigterm` of the guide, as JavaScript. */
export async function readShutdown(): Promise<string> {
  const region = findRegion(await readFile(join(root, GUIDE), 'utf8'), 'shutdown');
  if (region === undefined) throw new Error(`${GUIDE} has no region "shutdown"`);
  const { ESNext } = ts.ModuleKind;
  return ts.transpile(region, { module: ESNext, target: ts.ScriptTarget.ES2022 });
}

/** How a process ended. */
export interface Stopping {
  /** The bodies of the responses, in order. */
  readonly answers: readonly string[];
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
}

/**
 * Runs `app.js`, requests `/quick` and `/slow`, sends SIGTERM before the response of the latter, and
 * waits until the process ends by itself.
 *
 * The caller keeps its connections alive and never ends them.
 *
 * @param app - The folder of the app.
 */
export async function stopWhileAsked(app: string): Promise<Stopping> {
  const child = spawn('node', ['app.js'], {
    cwd: app,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process that does not end is killed: the signal then shows it.
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const agent = new Agent({ keepAlive: true });
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const origin = `http://127.0.0.1:${String((await lines.next()).value)}`;
    const quick = await ask(agent, `${origin}/quick`);
    const slow = ask(agent, `${origin}/slow`);
    await lines.next();
    child.kill('SIGTERM');
    const answers = [quick, await slow];
    const [code, signal] = await ended;
    return { answers, exit: { code, signal } };
  } finally {
    child.kill('SIGKILL');
    agent.destroy();
  }
}

async function ask(agent: Agent, url: string): Promise<string> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}
