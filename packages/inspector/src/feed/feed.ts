/**
 * What the inspector has seen: it subscribes to the events, and the page reads what it keeps.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { KEY_SET_CHANNEL } from '@scopegate/access-token';
import { subscribeSafely } from '@scopegate/protocol/internal';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/resource-server';
import { DecisionBatches } from './decision-batches.js';
import { DecisionCounters } from '../history/decision-counters.js';
import { DecisionRings } from '../history/decision-rings.js';
import { KeySetLog } from '../history/key-set-log.js';
import { formatMessage } from './server-sent-events.js';
import type { StreamSource } from './stream.js';
import { type ProcessIdentity, Streams } from './streams.js';
import { TrialTotals } from '../history/trial-totals.js';
import type { LabelOf } from '../history/wire-decision.js';
import type { KeySetNews } from '../wire.js';

/** The name by which faults of the subscriptions are published. */
const SUBSCRIBER = '@scopegate/inspector';

/** The requests of pages to a mounted inspector: what its guard allows is not news. */
const ownRequests = new AsyncLocalStorage<true>();

/** Without a mounted inspector there are none, and nothing is looked up for each decision. */
let hasOwnRequests = false;

/** Runs the guard of a mounted inspector, so that what it allows is not shown on the page. */
export function runUnseen(guard: () => void): void {
  hasOwnRequests = true;
  ownRequests.run(true, guard);
}

/** Keeps what the channels publish, within bounds, until it is closed. */
export class Feed implements StreamSource {
  readonly batches: DecisionBatches;
  readonly counters: DecisionCounters = new DecisionCounters();
  readonly trials: TrialTotals = new TrialTotals();
  readonly keySets: KeySetLog = new KeySetLog();
  readonly streams: Streams;
  readonly labelOf: LabelOf;
  readonly #rings = new DecisionRings();
  readonly #unsubscribe: readonly (() => void)[];
  #counters = { version: 0, text: '', seen: '' };

  constructor(identity: ProcessIdentity, labelOf: LabelOf) {
    this.labelOf = labelOf;
    this.batches = new DecisionBatches(this.#rings, identity.boot, labelOf);
    this.streams = new Streams(identity, this);
    this.#unsubscribe = [
      subscribeSafely(DECISION_CHANNEL, SUBSCRIBER, (message) => {
        if (isDecision(message)) this.#addDecision(message);
      }),
      subscribeSafely(KEY_SET_CHANNEL, SUBSCRIBER, (message) => {
        if (isRecord(message)) this.#addKeySetEvent(message);
      }),
    ];
  }

  /** Reads the counters as a message; its version changes only with them. */
  readCounters(): { readonly version: number; readonly text: string } {
    const { slots, by, ...window } = this.counters.read(Date.now());
    const rows = by.map((row) => ({ ...row, server: this.labelOf(row.server ?? '') }));
    // An empty window slides on without any news.
    const seen = rows.length === 0 ? '' : JSON.stringify([slots, rows]);
    if (this.#counters.version > 0 && seen === this.#counters.seen) return this.#counters;
    const text = formatMessage('counters', { ...window, slots, by: rows });
    this.#counters = { version: this.#counters.version + 1, text, seen };
    return this.#counters;
  }

  /** Ends the subscriptions and the streams. */
  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.streams.close();
  }

  #addDecision(event: DecisionEvent): void {
    if (hasOwnRequests && event.outcome === 'allowed' && ownRequests.getStore() === true) return;
    const time = Date.now();
    this.trials.add(event);
    const skipped = this.counters.add(event, time);
    if (skipped !== undefined) this.#rings.add({ time, event, skipped });
  }

  #addKeySetEvent(message: Readonly<Record<string, unknown>>): void {
    const issuer = this.keySets.add(message, Date.now());
    if (issuer === undefined) return;
    const news: KeySetNews = { issuer };
    this.streams.broadcast('key-set', news);
  }
}

function isRecord(message: unknown): message is Readonly<Record<string, unknown>> {
  return typeof message === 'object' && message !== null;
}

/** Whether a message is a decision; any code of the process can publish on a channel. */
function isDecision(message: unknown): message is DecisionEvent {
  return (
    isRecord(message) &&
    typeof message['outcome'] === 'string' &&
    typeof message['server'] === 'string' &&
    Array.isArray(message['earlier'])
  );
}
