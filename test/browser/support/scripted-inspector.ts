/**
 * A server that speaks as the inspector does, and says what a test makes it say.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Assets } from '../../../packages/inspector/src/assets.js';
import { send } from '../../../packages/inspector/src/response.js';
import type {
  Counters,
  Explanation,
  Hello,
  Keys,
  Overview,
  Privileges,
  ReasonText,
  Routes,
  WireDecision,
} from '../../../packages/inspector/src/wire.js';
import { closeServer } from '../../support/listen.js';

/** What the paths below `api/` answer. A number is a status without a body. */
export interface ScriptedAnswers {
  readonly overview: Overview | number;
  readonly routes: Routes | number;
  readonly keys: Keys | number;
  readonly privileges: Privileges | number;
  readonly reasons: readonly ReasonText[] | number;
  readonly explain: Explanation | number;
}

/** What the stream sends to a page that connects. */
export interface ScriptedStart {
  readonly boot?: string;
  readonly decisions?: readonly WireDecision[];
  readonly counters?: Counters;
}

/** A request that a page has sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly lastEventId: string | undefined;
  readonly body: string;
}

const KEY = 'scripted-key';
const VERSION = '0.1.0';

/** The server. */
export class ScriptedInspector {
  readonly requests: SeenRequest[] = [];
  answers: ScriptedAnswers;
  start: ScriptedStart;
  /** The status of new streams. */
  streamStatus = 200;
  access: 'key' | 'token' | 'none' = 'key';
  key: string = KEY;
  readonly #assets = new Assets();
  readonly #streams = new Set<ServerResponse>();
  #server = this.#create();
  #port = 0;

  constructor(answers: ScriptedAnswers, start: ScriptedStart = {}) {
    this.answers = answers;
    this.start = start;
  }

  /** Listens on a free port, or again on the one it had. */
  async listen(): Promise<void> {
    this.#server = this.#create();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    ({ port: this.#port } = this.#server.address() as AddressInfo); // it listens on a port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The address with the key, as the process prints it. */
  get url(): string {
    return `${this.origin}/#key=${this.key}`;
  }

  /** Number of open streams. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Sends decisions to every page. */
  decide(...decisions: readonly WireDecision[]): void {
    const boot = this.start.boot ?? 'boot';
    const id = `id: ${boot}-${decisions.at(-1)?.seq ?? 0}\n`;
    this.#broadcast(`event: decisions\n${id}data: ${JSON.stringify(decisions)}\n\n`);
  }

  /** Sends a message to every page. */
  say(event: string, data: unknown): void {
    this.#broadcast(formatMessage(event, data));
  }

  /** Ends as a process does that is asked to: every page gets the last message. */
  async end(): Promise<void> {
    const ended = [...this.#streams].map((stream) => once(stream, 'close'));
    for (const stream of this.#streams) stream.end(formatMessage('bye', {}));
    this.#server.close();
    await Promise.all(ended);
    await this.close();
  }

  /** Ends every connection without a word. */
  async close(): Promise<void> {
    await closeServer(this.#server);
    this.#streams.clear();
  }

  #broadcast(message: string): void {
    for (const stream of this.#streams) stream.write(message);
  }

  #create(): ReturnType<typeof createServer> {
    return createServer((req, res) => {
      void this.#respond(req, res);
    });
  }

  async #respond(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '/').slice(1);
    const { authorization, 'last-event-id': lastEventId } = req.headers;
    this.requests.push({
      method: req.method ?? '',
      path,
      authorization,
      lastEventId: [lastEventId].flat()[0],
      body: await text(req),
    });
    if (!path.startsWith('api/')) {
      const asset = this.#assets.find(path, this.access);
      send(res, asset ?? { status: 404, type: 'text/plain', body: '' });
      return;
    }
    const isKnown = this.access === 'none' || authorization === `Bearer ${this.key}`;
    if (!isKnown) send(res, { status: 401, type: 'text/plain', body: '' });
    else if (path === 'api/stream') this.#openStream(res);
    else this.#answer(path.slice('api/'.length), res);
  }

  #answer(path: string, res: ServerResponse): void {
    const { answers } = this;
    const answer = Object.entries(answers).find(([name]) => name === path)?.[1] as unknown;
    if (typeof answer === 'number' || answer === undefined) {
      send(res, { status: answer ?? 404, type: 'text/plain', body: '' });
      return;
    }
    send(res, { status: 200, type: 'application/json', body: JSON.stringify(answer) });
  }

  #openStream(res: ServerResponse): void {
    if (this.streamStatus !== 200) {
      const headers = { 'Retry-After': '1' };
      send(res, { status: this.streamStatus, type: 'text/plain', body: '', headers });
      return;
    }
    const { boot = 'boot', decisions = [], counters } = this.start;
    const now = Date.now();
    const hello: Hello = { boot, version: VERSION, pid: 4711, startedAt: now - 11_520_000, now };
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    res.write(formatMessage('hello', hello));
    if (decisions.length > 0) res.write(formatMessage('decisions', decisions));
    if (counters !== undefined) res.write(formatMessage('counters', counters));
    this.#streams.add(res);
    res.on('close', () => this.#streams.delete(res));
  }
}

function formatMessage(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
