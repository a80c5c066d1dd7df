/**
 * Reports while a server may evict entries and the application accepts it.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { publishStoreEvent } from '../store-events.js';
import type { CommandRunner } from './command-runner.js';
import { readServerInfo } from './server-info.js';

/** Options of an {@link EvictionWatch}. */
export interface EvictionWatchOptions {
  readonly runner: CommandRunner;
  /** A key, which selects the server of a cluster. */
  readonly key: string;
  /** How often the server is asked, in milliseconds. */
  readonly pollMs: number;
}

/** Publishes `unsafe-eviction` with every poll while the server may evict entries. */
export class EvictionWatch {
  readonly #options: EvictionWatchOptions;
  /** Polls never run in the context of the request that has caused the first use of a store. */
  readonly #context = new AsyncResource('ScopegateEvictions');
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: EvictionWatchOptions) {
    this.#options = options;
  }

  /** Begins to poll. Repeating it has no effect. */
  start(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const poll = (): void => {
      void this.#poll();
    };
    this.#timer = this.#context.runInAsyncScope(() =>
      setInterval(poll, this.#options.pollMs).unref(),
    );
  }

  /** Ends polling. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #poll(): Promise<void> {
    const { runner, key } = this.#options;
    try {
      const { mayEvict, evicted } = await readServerInfo(runner, key);
      if (mayEvict) publishStoreEvent({ event: 'unsafe-eviction', evicted });
    } catch {
      // The runner has published it.
    }
  }
}
