/**
 * An application under attack: on a loopback socket, its guards overheard.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { isPlainObject } from '@scopegate/protocol/internal';

/** An application, as Node's HTTP server calls it. */
export type HttpApplication = (req: IncomingMessage, res: ServerResponse) => unknown;

/** What a guard decided. */
export interface GuardDecision {
  readonly outcome: string;
  readonly reason: string | undefined;
}

/** What became of a request. */
export interface AttackOutcome {
  readonly status: number;
  /** The whole `WWW-Authenticate` field; `undefined` for none. */
  readonly challenge: string | undefined;
  /** Of every guard that judged the request, in that order. */
  readonly decisions: readonly GuardDecision[];
}

/** What is sent. */
export interface AttackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An application that can be attacked. */
export interface AttackedApp {
  /** @throws Error (rejects) There was no answer. */
  readonly send: (request: AttackRequest) => Promise<AttackOutcome>;
  readonly close: () => Promise<void>;
}

/** Where the guards of `@scopegate/express` say what they decided. */
const DECISION_CHANNEL = 'scopegate:decision';
const TIMEOUT_MS = 5_000;

/** Serves an application on a free port of 127.0.0.1. */
export async function openAttackedApp(app: HttpApplication): Promise<AttackedApp> {
  const decisions = new AsyncLocalStorage<GuardDecision[]>();
  let current: GuardDecision[] = [];
  const overhear = (message: unknown): void => {
    if (!isPlainObject(message)) return;
    const { outcome, reason } = message;
    // Only what belongs to this server's requests: others may be served in the same process.
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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  subscribe(DECISION_CHANNEL, overhear);
  return {
    async send(attack) {
      const made: GuardDecision[] = [];
      current = made;
      return { ...(await exchange(address.port, attack)), decisions: made };
    },
    async close() {
      unsubscribe(DECISION_CHANNEL, overhear);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
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
    sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`));
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode = 0, headers: fields } = answer;
  // What was let through may go on for ever.
  answer.destroy();
  return { status: statusCode, challenge: fields['www-authenticate'] };
}
