/**
 * Requests to an app with fake timers: the clock advances until the response comes.
 *
 * @module
 */
import { createServer, get, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { onTestFinished, vi } from 'vitest';
import { listen } from './listen.js';

/** The outcome of a request. */
export interface Outcome {
  /** `undefined` without a response, or after a broken connection. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the connection ended before the response. */
  readonly isBroken: boolean;
}

const NOTHING: Outcome = { status: undefined, headers: {}, body: '', isBroken: false };

/** Fakes timers until the test is over, and collects errors that would have ended the process. */
export function watchProcess(): readonly unknown[] {
  const stray: unknown[] = [];
  const note = (error: unknown): void => {
    stray.push(error);
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  process.on('unhandledRejection', note).on('uncaughtException', note);
  onTestFinished(() => {
    vi.useRealTimers();
    process.off('unhandledRejection', note).off('uncaughtException', note);
  });
  return stray;
}

/** Serves one request on a loopback socket, and waits for late events within a minute. */
export async function askPatiently(
  app: RequestListener,
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const server = createServer(app);
  const { port } = await listen(server);
  let outcome: Outcome | undefined;
  const sent = get({ port, host: '127.0.0.1', agent: false, headers }, (response) => {
    const { statusCode: status, headers: fields } = response;
    let body = '';
    response.setEncoding('utf8').on('data', (text: string) => (body += text));
    response.once('error', () => undefined);
    response.once('close', () => {
      outcome = { status, headers: fields, body, isBroken: !response.complete };
    });
  }).once('error', () => {
    outcome ??= { ...NOTHING, isBroken: true };
  });
  for (let turn = 0; outcome === undefined && turn < 250; turn += 1) await pass(turn);
  for (let turn = 0; turn < 120; turn += 1) await pass(turn);
  sent.destroy();
  server.close();
  server.closeAllConnections();
  return outcome ?? NOTHING;
}

async function pass(turn: number): Promise<void> {
  await new Promise(setImmediate);
  if (turn > 50) await vi.advanceTimersByTimeAsync(500);
}
