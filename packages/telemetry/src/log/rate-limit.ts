/**
 * At most so many lines of one kind within a window, and one summary of the others at its end.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';

/** The most kinds of lines in one window; further kinds share one. */
const MAX_KINDS = 1000;
/** The kind that all further kinds share; no line has it. */
const OTHERS = '\0';

/** How many lines are written. */
export interface RateLimitOptions<Line> {
  /** The lines of one kind in one window. */
  readonly perWindow: number;
  readonly windowMs: number;
  /**
   * Writes the summary of the lines of one kind that were withheld. `last` is `undefined` for the lines of all
   * kinds that did not fit the limit.
   */
  readonly summarize: (last: Line | undefined, count: number) => void;
}

interface Kind<Line> {
  written: number;
  withheld: number;
  last: Line | undefined;
}

/** Limits lines by their kind. The timer never keeps the process alive. */
export class RateLimit<Line> {
  readonly #options: RateLimitOptions<Line>;
  readonly #kinds = new Map<string, Kind<Line>>();
  /** A timer that a request starts would otherwise keep its async context, and add its trace to summaries. */
  readonly #context = new AsyncResource('scopegate.RateLimit');
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RateLimitOptions<Line>) {
    this.#options = options;
  }

  /** Counts a line, and reports whether it may be written. */
  accepts(kind: string, line: Line): boolean {
    this.#timer ??= this.#startTimer();
    const isCounted = this.#kinds.size < MAX_KINDS || this.#kinds.has(kind);
    const counts = this.#findOrCreate(isCounted ? kind : OTHERS);
    if (isCounted) counts.last = line;
    if (counts.written < this.#options.perWindow) {
      counts.written += 1;
      return true;
    }
    counts.withheld += 1;
    return false;
  }

  /** Ends the window: writes the summaries. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const { last, withheld } of kinds) {
      if (withheld > 0) this.#options.summarize(last, withheld);
    }
  }

  #startTimer(): NodeJS.Timeout {
    return this.#context.runInAsyncScope(() =>
      setTimeout(() => {
        this.flush();
      }, this.#options.windowMs).unref(),
    );
  }

  #findOrCreate(kind: string): Kind<Line> {
    const found = this.#kinds.get(kind);
    if (found !== undefined) return found;
    const created: Kind<Line> = { written: 0, withheld: 0, last: undefined };
    this.#kinds.set(kind, created);
    return created;
  }
}
