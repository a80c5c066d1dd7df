/**
 * Serves an application on a loopback socket and records what its guards decide.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { isPlainObject } from '@scopegate/protocol/internal';
import { closeServer, listenOnLoopback } from '../server/loopback-listener.js';

/** An application as a request listener of Node's HTTP server; an Express application is one. */
export type HttpApplication = (req: IncomingMessage, res: ServerResponse) => unknown;

/** A decision of a guard. */
export interface GuardDecision {
  /** The outcome, such as `'allowed'` or `'refused'`: `DecisionEvent` of `@scopegate/express`. */
  readonly outcome: string;
  /** Why the request was refused; `undefined` where it was not. */
  readonly reason: string | undefined;
}

/** The response to a request, and the decisions behind it. */
export interface AttackOutcome {
  readonly status: number;
  /** The whole `WWW-Authenticate` field; `undefined` for none. */
  readonly challenge: string | undefined;
  /** The decisions of every guard that ran, in order. */
  readonly decisions: readonly GuardDecision[];
}

/** A request to send. */
export interface AttackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An application that can be attacked. */
export interface AttackedApp {
  /** Sends a request. @throws Error (rejects) There was no response. */
  readonly send: (request: AttackRequest) => Promise<AttackOutcome>;
  /** Stops the server and the recording. */
  readonly close: () => Promise<void>;
}

/** The diagnostics channel on which the guards of `@scopegate/express` publish decisions. */
const DECISION_CHANNEL = 'scopegate:decision';
const TIMEOUT_MS = 5_000;

/** Serves an application on a free port of 127.0.0.1. */
export async function openAttackedApp(app: HttpApplication): Promise<AttackedApp> {
  const decisions = new AsyncLocalStorage<GuardDecision[]>();
  let current: GuardDecision[] = [];
  const record = (message: unknown): void => {
    if (!isPlainObject(message)) return;
    const { outcome, reason } = message;
    // The store is set only for requests to this server; the process may serve others.
    decisions.getStore()?.push({
      outcome: String(outcome),
      reason: typeof reason === 'string' ? reason : undefined,
    });
  };
  const server = createServer((req, res) => {
    decisions.run(current, () => {
      void app(req, res);
    });
  });
  const port = await listenOnLoopback(server);
  subscribe(DECISION_CHANNEL, record);
  return {
    async send(attack) {
      const made: GuardDecision[] = [];
      current = made;
      return { ...(await exchange(port, attack)), decisions: made };
    },
    async close() {
      unsubscribe(DECISION_CHANNEL, record);
      await closeServer(server);
    },
  };
}

async function exchange(
  port: number,
  { method, path, headers }: AttackRequest,
): Promise<Omit<AttackOutcome, 'decisions'>> {
  const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
  const sent = request(options);
  sent.setTimeout(TIMEOUT_MS, () => {
    sent.destroy(new Error(`no response within ${TIMEOUT_MS} ms`));
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers: fields } = response;
  // The body of an accepted request may never end.
  response.destroy();
  return { status: statusCode, challenge: fields['www-authenticate'] };
}
