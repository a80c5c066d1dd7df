/**
 * Decisions, written once for all streams.
 *
 * @module
 */
import type { DecisionRings } from '../history/decision-rings.js';
import { formatMessage } from './server-sent-events.js';
import { createWireDecision, type LabelOf } from '../history/wire-decision.js';

/** At most so many decisions in one message. */
const MOST_IN_A_BATCH = 200;

/** Decisions as a message. */
export interface DecisionBatch {
  readonly text: string;
  /** Their numbers, ascending; not empty. */
  readonly seqs: readonly number[];
  readonly lastSeq: number;
}

/** Writes the decisions after a number. Streams that have reached the same one share the text. */
export class DecisionBatches {
  readonly #rings: DecisionRings;
  readonly #boot: string;
  readonly #labelOf: LabelOf;
  readonly #written = new Map<number, DecisionBatch>();
  #writtenAt = 0;

  constructor(rings: DecisionRings, boot: string, labelOf: LabelOf) {
    this.#rings = rings;
    this.#boot = boot;
    this.#labelOf = labelOf;
  }

  /** The number of the newest decision; 0 before the first. */
  get lastSeq(): number {
    return this.#rings.lastSeq;
  }

  /** Finds the decisions after a number; `undefined` if there are none. */
  findAfter(seq: number): DecisionBatch | undefined {
    const { lastSeq } = this.#rings;
    if (seq >= lastSeq) return undefined;
    if (this.#writtenAt !== lastSeq) this.#written.clear();
    this.#writtenAt = lastSeq;
    const batch = this.#written.get(seq) ?? this.#write(seq);
    if (batch !== undefined) this.#written.set(seq, batch);
    return batch;
  }

  #write(seq: number): DecisionBatch | undefined {
    const decisions = this.#rings.listAfter(seq).slice(0, MOST_IN_A_BATCH);
    const last = decisions.at(-1);
    if (last === undefined) return undefined;
    const data = decisions.map((decision) => createWireDecision(decision, this.#labelOf));
    const text = formatMessage('decisions', data, `${this.#boot}-${last.seq}`);
    return { text, seqs: decisions.map((decision) => decision.seq), lastSeq: last.seq };
  }
}
