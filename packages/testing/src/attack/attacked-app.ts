/**
 * Sends requests to an application and records what its guards decide.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { withDeadline } from '@scopegate/protocol/internal';
import type { AttackHeaders } from '../plans/attack-caller.js';
import { closeServer, listenOnLoopback } from '../server/loopback-listener.js';
import { type GuardDecision, GuardDecisions } from './guard-decisions.js';

/** An application as a request listener of Node's HTTP server; an Express application is one. */
export type HttpApplication = (req: IncomingMessage, res: ServerResponse) => unknown;

/** An application of the Fetch Standard; a Hono application is one. */
export interface FetchApplication {
  /** Responds to a request. */
  fetch(request: Request): Response | Promise<Response>;
}

/** The response to a request, and the decisions behind it. */
export interface AttackOutcome {
  readonly status: number;
  /** The whole `WWW-Authenticate` field; `undefined` for none. */
  readonly challenge: string | undefined;
  /** The field `DPoP-Nonce`; `undefined` for none. */
  readonly nonce: string | undefined;
  /** The decisions of every guard that ran, in order. */
  readonly decisions: readonly GuardDecision[];
}

type ResponseParts = Omit<AttackOutcome, 'decisions'>;

/** A request to send. */
export interface AttackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: AttackHeaders;
}

/** An application that can be attacked. */
export interface AttackedApp {
  /** Sends a request. @throws Error (rejects) There was no response. */
  readonly send: (request: AttackRequest) => Promise<AttackOutcome>;
  /** Stops the server, if there is one, and the recording. */
  readonly close: () => Promise<void>;
}

const TIMEOUT_MS = 5_000;

/** Serves an application on a free port of 127.0.0.1; calls one of the Fetch Standard without a server. */
export function openAttackedApp(app: HttpApplication | FetchApplication): Promise<AttackedApp> {
  return typeof app === 'function' ? openHttpApplication(app) : openFetchApplication(app);
}

async function openHttpApplication(app: HttpApplication): Promise<AttackedApp> {
  let current: GuardDecision[] = [];
  let ended: Promise<unknown> | undefined;
  const recorder = new GuardDecisions();
  const server = createServer((req, res) => {
    ended = once(res, 'close');
    recorder.recordTo(current, () => {
      void app(req, res);
    });
  });
  const port = await listenOnLoopback(server);
  return {
    async send(attack) {
      const decisions: GuardDecision[] = [];
      current = decisions;
      const parts = await exchange(port, attack);
      // The decision about a request that was accepted is published when its response ends.
      await ended;
      return { ...parts, decisions };
    },
    async close() {
      recorder.close();
      await closeServer(server);
    },
  };
}

function openFetchApplication(app: FetchApplication): Promise<AttackedApp> {
  const recorder = new GuardDecisions();
  return Promise.resolve({
    async send(attack: AttackRequest) {
      const decisions: GuardDecision[] = [];
      const parts = await recorder.recordTo(decisions, () => callFetch(app, attack));
      // The decision about a request that was accepted is published after the turn of the event loop.
      await setImmediate();
      return { ...parts, decisions };
    },
    close() {
      recorder.close();
      return Promise.resolve();
    },
  });
}

const createTimeoutError = (): Error => new Error(`no response within ${TIMEOUT_MS} ms`);

/** The request's signal aborts afterwards, because the body of an accepted request may never end. */
function callFetch(
  app: FetchApplication,
  { method, path, headers }: AttackRequest,
): Promise<ResponseParts> {
  return withDeadline({ timeoutMs: TIMEOUT_MS, createTimeoutError }, async (signal) => {
    const url = new URL(path, 'http://127.0.0.1');
    const fields = Object.entries(headers).flatMap(([name, value]) => {
      return [value].flat().map((each): [string, string] => [name, each]);
    });
    const response = await app.fetch(new Request(url, { method, headers: fields, signal }));
    await response.body?.cancel();
    const challenge = response.headers.get('www-authenticate') ?? undefined;
    const nonce = response.headers.get('dpop-nonce') ?? undefined;
    return { status: response.status, challenge, nonce };
  });
}

async function exchange(
  port: number,
  { method, path, headers }: AttackRequest,
): Promise<ResponseParts> {
  const sent = request({ host: '127.0.0.1', port, method, path, agent: false });
  for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
  sent.setTimeout(TIMEOUT_MS, () => {
    sent.destroy(createTimeoutError());
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers: fields } = response;
  // The body of an accepted request may never end.
  response.destroy();
  const nonce = [fields['dpop-nonce']].flat()[0];
  return { status: statusCode, challenge: fields['www-authenticate'], nonce };
}
