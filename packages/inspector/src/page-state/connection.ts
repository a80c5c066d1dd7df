/**
 * Keeps the page connected to the stream.
 *
 * @module
 */
import { createMessageParser, type StreamMessage } from './message-parser.js';
import { applyMessage, type ConnectionStatus, findLastId, type LiveState } from './live-state.js';
import type { Store } from './store.js';

/** Where to connect, and with what. */
export interface ConnectionOptions {
  readonly store: Store<LiveState>;
  /** The value of the field `Authorization`; `undefined` for none. */
  readonly authorization: string | undefined;
  readonly url: string;
}

/** A connection that is opened again whenever it ends. */
export interface Connection {
  /** Connects now, if it waits for its next attempt. */
  retry(): void;
  /** Ends the connection for good. */
  close(): void;
}

const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 8_000;
/** The process sends a comment every 15 seconds. */
const SILENCE_MS = 40_000;

/** Opens the stream, writes what it says into the store, and opens it again when it ends. */
export function connect(options: ConnectionOptions): Connection {
  const loop = new ConnectionLoop(options);
  void loop.run();
  return {
    retry: () => {
      loop.retry();
    },
    close: () => {
      loop.close();
    },
  };
}

class ConnectionLoop {
  readonly #options: ConnectionOptions;
  readonly #closing = new AbortController();
  #delayMs = FIRST_DELAY_MS;
  #lostAt: number | undefined;
  #lastId: string | undefined;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    // The rows of a connection before, such as one with a token that has expired, are not sent again.
    this.#lastId = findLastId(options.store.get());
  }

  async run(): Promise<void> {
    for (;;) {
      const response = await this.#open();
      if (this.#isClosed()) return;
      if (response !== undefined && isDenial(response)) {
        this.#setStatus({ kind: 'denied', status: response.status });
        return;
      }
      if (response?.ok === true) await this.#read(response);
      if (this.#isClosed()) return;
      await this.#wait(response);
    }
  }

  retry(): void {
    this.#wake();
  }

  close(): void {
    this.#closing.abort();
    this.#wake();
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #open(): Promise<Response | undefined> {
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    const { authorization, url } = this.#options;
    if (authorization !== undefined) headers['authorization'] = authorization;
    if (this.#lastId !== undefined) headers['last-event-id'] = this.#lastId;
    try {
      const { signal } = this.#closing;
      return await fetch(url, { headers, signal, credentials: 'same-origin', redirect: 'manual' });
    } catch {
      return undefined;
    }
  }

  /** Returns when the stream has ended. */
  async #read({ body }: Response): Promise<void> {
    // Node's declarations and those of the DOM differ in what a reader returns.
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
    if (reader === undefined) return;
    const decoder = new TextDecoder();
    const parse = createMessageParser();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const expectMore = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => void reader.cancel().catch(() => undefined), SILENCE_MS);
    };
    try {
      for (;;) {
        expectMore();
        const { done, value } = await reader.read();
        if (done) return;
        this.#apply(parse(decoder.decode(value, { stream: true })));
      }
    } catch {
      // A broken connection, or a message that does not end: connect again.
      await reader.cancel().catch(() => undefined);
    } finally {
      clearTimeout(silence);
    }
  }

  #apply(messages: readonly StreamMessage[]): void {
    const { store } = this.#options;
    let state = store.get();
    for (const message of messages) {
      this.#lastId = message.id ?? this.#lastId;
      this.#hasEnded = message.event === 'bye';
      state = applyMessage(state, message, Date.now());
    }
    if (messages.length > 0) {
      this.#delayMs = FIRST_DELAY_MS;
      this.#lostAt = undefined;
      if (!this.#hasEnded) state = { ...state, status: { kind: 'live' } };
    }
    store.set(state);
  }

  async #wait(response: Response | undefined): Promise<void> {
    const isBusy = response?.status === 503;
    const delayMs = isBusy ? readRetryAfterMs(response) : this.#delayMs;
    this.#delayMs = Math.min(this.#delayMs * 2, LAST_DELAY_MS);
    this.#lostAt ??= Date.now();
    const nextTryAt = Date.now() + delayMs;
    if (isBusy) this.#setStatus({ kind: 'busy', nextTryAt });
    else {
      const kind = this.#hasEnded ? 'ended' : 'reconnecting';
      this.#setStatus({ kind, since: this.#lostAt, nextTryAt });
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #setStatus(status: ConnectionStatus): void {
    const { store } = this.#options;
    store.set({ ...store.get(), status });
  }
}

/** The process redirects nothing; what protects the page may redirect to a login. */
function isDenial({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || status === 401 || status === 403 || status === 421;
}

function readRetryAfterMs({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? '5');
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 60) * 1_000 : 5_000;
}
