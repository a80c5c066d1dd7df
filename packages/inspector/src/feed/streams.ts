/**
 * The streams of all open pages.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { Hello } from '../wire.js';
import { findStart } from './cursor.js';
import { formatMessage, PING } from './server-sent-events.js';
import { Stream, type StreamSource } from './stream.js';

/** Every page has one; more of them would be a leak or an attack. */
const MOST_STREAMS = 8;
const TICK_MS = 250;
const COUNTER_TICKS = 8;
const PING_TICKS = 60;

/** The first message of a stream, without the time. */
export type ProcessIdentity = Omit<Hello, 'now'>;

/** What a stream is opened for. */
export interface StreamRequest {
  /** The field `Last-Event-ID` of the request. */
  readonly lastEventId: string | undefined;
  /** After so many milliseconds the stream ends, so that the page has to be let in again. */
  readonly endsAfterMs: number | undefined;
}

/** Opens, feeds and ends streams. Without one, no timer runs. */
export class Streams {
  readonly #identity: ProcessIdentity;
  readonly #source: StreamSource;
  readonly #streams = new Map<
    ServerResponse,
    { readonly stream: Stream; readonly endsAt: number }
  >();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(identity: ProcessIdentity, source: StreamSource) {
    this.#identity = identity;
    this.#source = source;
  }

  /** Whether another stream may be opened. */
  get hasRoom(): boolean {
    return this.#streams.size < MOST_STREAMS;
  }

  /** Opens a stream on a response whose header is set. */
  open(res: ServerResponse, { lastEventId, endsAfterMs = Infinity }: StreamRequest): void {
    const now = Date.now();
    const { boot } = this.#identity;
    const start = findStart(lastEventId, { boot, lastSeq: this.#source.batches.lastSeq });
    const stream = new Stream(res, this.#source, start);
    this.#streams.set(res, { stream, endsAt: now + endsAfterMs });
    res.once('close', () => {
      this.#forget(res);
    });
    const hello: Hello = { ...this.#identity, now };
    stream.send(formatMessage('hello', hello));
    stream.sendCounters();
    stream.sendDecisions();
    this.#timer ??= setInterval(() => {
      this.#tick();
    }, TICK_MS).unref();
  }

  /** Sends a message to every page that reads fast enough. */
  broadcast(event: string, data: unknown): void {
    if (this.#streams.size === 0) return;
    const text = formatMessage(event, data);
    for (const { stream } of this.#streams.values()) stream.send(text);
  }

  /** Ends all streams: the inspector is closed. */
  close(): void {
    for (const { stream } of this.#streams.values()) stream.end(formatMessage('bye', {}));
  }

  #tick(): void {
    const now = Date.now();
    this.#ticks += 1;
    for (const { stream, endsAt } of this.#streams.values()) {
      if (now >= endsAt) stream.end();
      stream.endIfStuck(now);
      stream.sendDecisions();
      if (this.#ticks % COUNTER_TICKS === 0) stream.sendCounters();
      if (this.#ticks % PING_TICKS === 0) stream.send(PING);
    }
  }

  #forget(res: ServerResponse): void {
    this.#streams.delete(res);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
