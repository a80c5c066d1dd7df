/**
 * How many requests ended how, by server, route and reason.
 *
 * @module
 */
import type { DecisionEvent, DecisionOutcome } from '@scopegate/resource-server';
import type { CounterRow, Counters, CounterSlot } from '../wire.js';
import { Sampler } from './sampler.js';
import type { Sparse } from './sparse.js';
import { SLOT_COUNT, SLOT_SECONDS, slotAt, WINDOW_SECONDS, WindowCount } from './window.js';

/** What happens to requests, as the slots of the window count it. */
type SlotColumn = Exclude<keyof CounterSlot, 'time'>;

const COLUMNS: Readonly<Record<DecisionOutcome, SlotColumn>> = {
  allowed: 'allowed',
  anonymous: 'allowed',
  refused: 'refused',
  unavailable: 'unavailable',
  error: 'other',
  unenforced: 'other',
};

/** Beyond so many rows, routes are counted as {@link OTHER_ROUTES}, without their method. */
const MOST_ROWS = 1500;

/** Replaces the routes that do not have their own row. */
const OTHER_ROUTES = '_OTHER';

/** One row of the counters, and how many decisions like it are kept. */
interface Kind {
  readonly row: Sparse<Omit<CounterRow, 'count'>>;
  readonly count: WindowCount;
  readonly sampler: Sampler;
}

/** Counts decisions within the last 15 minutes. */
export class DecisionCounters {
  readonly #kinds = new Set<Kind>();
  /** The kinds of each route: few, so that comparing them takes less time than composing a key. */
  readonly #byRoute = new Map<string | undefined, Kind[]>();
  /** The slot in which rows were dropped last. */
  #droppedIn = 0;
  readonly #columns: Readonly<Record<SlotColumn, WindowCount>> = {
    allowed: new WindowCount(),
    refused: new WindowCount(),
    unavailable: new WindowCount(),
    other: new WindowCount(),
  };

  /**
   * Counts a decision.
   *
   * @param now - In milliseconds since the epoch.
   * @returns The number of decisions like it that were skipped before it; `undefined` if it is skipped itself.
   */
  add(event: DecisionEvent, now: number): number | undefined {
    const slot = slotAt(now);
    const { count, sampler } = this.#kindOf(event, slot);
    count.add(slot);
    this.#columns[COLUMNS[event.outcome]].add(slot);
    return sampler.sample(now);
  }

  /** Reads the counters. */
  read(now: number): Omit<Counters, 'by'> & { readonly by: readonly Sparse<CounterRow>[] } {
    const last = slotAt(now);
    const slots = Array.from({ length: SLOT_COUNT }, (_, index) =>
      this.#readSlot(last - SLOT_COUNT + 1 + index),
    );
    const by = [...this.#kinds]
      .map(({ row, count }) => ({ ...row, count: count.totalAt(last) }))
      .filter(({ count }) => count > 0);
    return { windowSeconds: WINDOW_SECONDS, slotSeconds: SLOT_SECONDS, slots, by };
  }

  #readSlot(slot: number): CounterSlot {
    const { allowed, refused, unavailable, other } = this.#columns;
    return {
      time: slot * SLOT_SECONDS * 1000,
      allowed: allowed.at(slot),
      refused: refused.at(slot),
      unavailable: unavailable.at(slot),
      other: other.at(slot),
    };
  }

  #kindOf(event: DecisionEvent, slot: number): Kind {
    const known = this.#byRoute.get(event.route)?.find(({ row }) => isOf(row, event));
    if (known !== undefined) return known;
    if (this.#kinds.size >= MOST_ROWS) this.#dropUnused(slot);
    const { server, outcome, reason, method, route } = event;
    const row = { server, outcome, reason, method, route };
    if (this.#kinds.size < MOST_ROWS) return this.#add(row);
    // Servers, outcomes and reasons are a small set, whatever requests contain.
    const rest = { ...row, method: undefined, route: OTHER_ROUTES };
    return this.#byRoute.get(OTHER_ROUTES)?.find((each) => isOf(each.row, rest)) ?? this.#add(rest);
  }

  #add(row: Kind['row']): Kind {
    const kind = { row, count: new WindowCount(), sampler: new Sampler() };
    this.#kinds.add(kind);
    const ofRoute = this.#byRoute.get(row.route);
    if (ofRoute === undefined) this.#byRoute.set(row.route, [kind]);
    else ofRoute.push(kind);
    return kind;
  }

  /** Drops the rows that the window has left, so that they do not keep the place of others. */
  #dropUnused(slot: number): void {
    if (slot === this.#droppedIn) return;
    this.#droppedIn = slot;
    for (const kind of this.#kinds) {
      if (kind.count.totalAt(slot) > 0) continue;
      this.#kinds.delete(kind);
      const { route } = kind.row;
      const others = (this.#byRoute.get(route) ?? []).filter((each) => each !== kind);
      if (others.length === 0) this.#byRoute.delete(route);
      else this.#byRoute.set(route, others);
    }
  }
}

/** Whether a row counts decisions like this one, of the same route. */
function isOf(row: Kind['row'], { server, outcome, reason, method }: Kind['row']): boolean {
  return (
    row.outcome === outcome &&
    row.method === method &&
    row.reason === reason &&
    row.server === server
  );
}
