/**
 * The last decisions of a process, so many of each kind that no kind pushes out another.
 *
 * @module
 */
import type { DecisionEvent } from '@scopegate/resource-server';
import { Ring } from './ring.js';

/** A decision that is kept. */
export interface KeptDecision {
  /** Counts the decisions that were kept, from 1. */
  readonly seq: number;
  /** In milliseconds since the epoch. */
  readonly time: number;
  readonly event: DecisionEvent;
  /** Number of decisions like it that were counted and not kept, since the one before it. */
  readonly skipped: number;
}

/** Allowed and anonymous requests share one ring; every reason of a refusal has its own. */
const MOST_ALLOWED = 500;
const MOST_OF_A_REASON = 100;

/** Keeps the last decisions of each kind. */
export class DecisionRings {
  readonly #rings = new Map<string, Ring<KeptDecision>>();
  #lastSeq = 0;

  /** The number of the newest decision; 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Keeps a decision, and gives it the next number. */
  add({ time, event, skipped }: Omit<KeptDecision, 'seq'>): void {
    this.#lastSeq += 1;
    this.#ringOf(event).push({ seq: this.#lastSeq, time, event, skipped });
  }

  /** Lists the decisions after a number that are still kept, oldest first. */
  listAfter(seq: number): readonly KeptDecision[] {
    if (seq >= this.#lastSeq) return [];
    const newer = [...this.#rings.values()].flatMap((ring) =>
      ring.takeNewest((decision) => decision.seq > seq),
    );
    return newer.sort((one, other) => one.seq - other.seq);
  }

  #ringOf({ outcome, reason }: DecisionEvent): Ring<KeptDecision> {
    const isAllowed = outcome === 'allowed' || outcome === 'anonymous';
    // The reasons of `unenforced` are those of refusals, which must not push out refusals.
    const kind = isAllowed ? 'allowed' : outcome === 'refused' ? (reason ?? outcome) : outcome;
    let ring = this.#rings.get(kind);
    if (ring === undefined) {
      ring = new Ring(isAllowed ? MOST_ALLOWED : MOST_OF_A_REASON);
      this.#rings.set(kind, ring);
    }
    return ring;
  }
}
