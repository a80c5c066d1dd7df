/**
 * The guards of a resource server that only report.
 *
 * @module
 */

/** A guard that lets every request pass until an instant. */
export interface ReportOnlyGuard {
  /** The name of the function that created it, such as `requireScope`. */
  readonly guard: string;
  /** Until when it only reports: an instant in ISO 8601, in UTC. From then on it enforces its policy. */
  readonly until: string;
}

/** How many guards are registered before those that no longer exist are looked for. */
const MIN_CAPACITY = 1000;

/** Registers the guards that only report. */
export class ReportOnlyGuards {
  /** An application may create a guard for each request. */
  #guards: WeakRef<ReportOnlyGuard>[] = [];
  #capacity = MIN_CAPACITY;
  readonly #clock: () => number;

  /** @param clock - Milliseconds since the epoch. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Adds a guard.
   *
   * @returns What the guard must refer to: it is listed while this exists.
   */
  add(guard: string, until: string): ReportOnlyGuard {
    const added = Object.freeze({ guard, until });
    this.#guards.push(new WeakRef(added));
    if (this.#guards.length > this.#capacity) this.#removeUnused();
    return added;
  }

  /** Lists those that enforce nothing now, in the order in which they were created. */
  list(): readonly ReportOnlyGuard[] {
    const now = this.#clock();
    return this.#guards
      .flatMap((each) => each.deref() ?? [])
      .filter(({ until }) => now < Date.parse(until));
  }

  #removeUnused(): void {
    this.#guards = this.#guards.filter((each) => each.deref() !== undefined);
    this.#capacity = Math.max(MIN_CAPACITY, 2 * this.#guards.length);
  }
}
