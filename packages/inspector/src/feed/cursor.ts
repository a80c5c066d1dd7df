/**
 * How far a stream has been sent the decisions.
 *
 * @module
 */
import type { DecisionBatch } from './decision-batches.js';

/** Where a stream begins. */
export interface StreamStart {
  /** The last decision that its page has; 0 for a page that has none. */
  readonly seq: number;
  /** Up to this number, missing decisions are not reported: they were dropped before the page was opened. */
  readonly silentUpTo: number;
}

/** The last decision that a stream was sent. */
export class Cursor {
  readonly #silentUpTo: number;
  #seq: number;

  constructor({ seq, silentUpTo }: StreamStart) {
    this.#seq = seq;
    this.#silentUpTo = silentUpTo;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Moves behind a batch. Returns the number of decisions before its end that are lost to this stream. */
  moveBehind({ seqs, lastSeq }: DecisionBatch): number {
    const from = Math.max(this.#seq, this.#silentUpTo);
    this.#seq = lastSeq;
    if (lastSeq <= from) return 0;
    return lastSeq - from - seqs.filter((seq) => seq > from).length;
  }
}

/** The id of a decision: the boot and the number. */
const DECISION_ID = /^(?<boot>[a-z0-9]+)-(?<seq>\d{1,15})$/;

/**
 * Finds where a stream begins.
 *
 * @param lastEventId - The field `Last-Event-ID` of the request.
 * @param now - The process: its boot, and its newest decision.
 */
export function findStart(
  lastEventId: string | undefined,
  now: { readonly boot: string; readonly lastSeq: number },
): StreamStart {
  const { boot, seq } = DECISION_ID.exec(lastEventId ?? '')?.groups ?? {};
  const last = Number(seq);
  if (boot !== now.boot || last > now.lastSeq) return { seq: 0, silentUpTo: now.lastSeq };
  return { seq: last, silentUpTo: 0 };
}
