/**
 * The stream of one page.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { Gap } from '../wire.js';
import { Cursor, type StreamStart } from './cursor.js';
import type { DecisionBatches } from './decision-batches.js';
import { formatMessage } from './server-sent-events.js';

/** A page that has not read what it was sent for so long loses its connection. */
const DRAIN_LIMIT_MS = 30_000;

/** What a stream reads. */
export interface StreamSource {
  readonly batches: DecisionBatches;
  /** The counters as a message, and a number that changes with them. */
  readCounters(): { readonly version: number; readonly text: string };
}

/**
 * Sends one page what it does not have yet. It keeps a cursor instead of a queue, so a slow page costs no
 * memory: what it was not sent in time is reported as a gap.
 */
export class Stream {
  readonly #res: ServerResponse;
  readonly #source: StreamSource;
  readonly #cursor: Cursor;
  #countersVersion = -1;
  /** Since when the connection takes nothing more, or the stream is ended; `undefined` before. */
  #blockedAt: number | undefined;

  constructor(res: ServerResponse, source: StreamSource, start: StreamStart) {
    this.#res = res;
    this.#source = source;
    this.#cursor = new Cursor(start);
    res.on('drain', () => {
      if (res.writableEnded) return;
      this.#blockedAt = undefined;
      this.sendDecisions();
    });
  }

  /** Sends a message that does not matter later; a page that reads too slowly does not get it. */
  send(text: string): void {
    if (this.#blockedAt === undefined) this.#write(text);
  }

  /** Sends the decisions that the page does not have, until the connection takes no more. */
  sendDecisions(): void {
    while (this.#blockedAt === undefined) {
      const batch = this.#source.batches.findAfter(this.#cursor.seq);
      if (batch === undefined) return;
      const missed = this.#cursor.moveBehind(batch);
      const gap: Gap = { missed };
      this.#write(`${missed === 0 ? '' : formatMessage('gap', gap)}${batch.text}`);
    }
  }

  /** Sends the counters if they have changed since the page got them. */
  sendCounters(): void {
    if (this.#blockedAt !== undefined) return;
    const { version, text } = this.#source.readCounters();
    if (version === this.#countersVersion) return;
    this.#countersVersion = version;
    this.#write(text);
  }

  /** Ends the connection of a page that has stopped to read. */
  endIfStuck(now: number): void {
    if (this.#blockedAt !== undefined && now - this.#blockedAt >= DRAIN_LIMIT_MS)
      this.#res.destroy();
  }

  /** Ends the stream; a page that does not read the rest is left to {@link endIfStuck}. */
  end(text = ''): void {
    if (this.#res.writableEnded) return;
    this.#res.end(text);
    this.#blockedAt ??= Date.now();
  }

  #write(text: string): void {
    if (!this.#res.write(text)) this.#blockedAt = Date.now();
  }
}
