/**
 * Writes the events of the other packages to a logger.
 *
 * @module
 */
import { KEY_SET_CHANNEL } from '@scopegate/access-token';
import {
  createFaultReporter,
  FAULT_CHANNEL,
  isPlainObject,
  isThenable,
  subscribeSafely,
} from '@scopegate/protocol/internal';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/resource-server';
import { findDecision, findNamedMessage, type NamedMessage } from '../events/channel-message.js';
import { TOKEN_CHANNEL } from '../events/channel-names.js';
import { findIncident, INCIDENT_CHANNELS } from '../events/incident.js';
import { decisionLine, isUneventful } from './decision-lines.js';
import { incidentLine } from './incident-lines.js';
import { KeySetLines } from './key-set-lines.js';
import type { EventLogger, LogLine } from './log-line.js';
import {
  assertLogger,
  type EventLogOptions,
  type ResolvedLogOptions,
  resolveLogOptions,
} from './log-options.js';
import { RateLimit } from './rate-limit.js';
import { ReportOnlyCounts } from './report-only-log.js';
import { summaryLine } from './summary-line.js';
import { tokenLine } from './token-lines.js';

const SUBSCRIBER = '@scopegate/telemetry/logs';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A running subscription. */
export interface EventLog {
  /**
   * Ends the subscriptions, and writes the summaries of what was not written. Calling it again has no effect.
   *
   * @example
   * server.close(() => log.close());
   */
  close(): void;
}

/**
 * Writes one line for each request that did not pass. Also writes what happens to keys, introspection,
 * revocations, stores and token clients. Lines contain no token, no value of a claim and no message of an error.
 *
 * It never throws while events arrive, whatever the logger does. Its first fault is published on
 * `scopegate:fault`.
 *
 * @param logger - Such as `pino()`; any object with `info`, `warn` and `error`.
 * @throws TypeError A method of the logger is missing, or an option is unknown or out of range.
 * @example
 * const log = logEvents(pino());
 */
export function logEvents(logger: EventLogger, options: EventLogOptions = {}): EventLog {
  assertLogger(logger);
  return new Subscriptions(logger, resolveLogOptions(options));
}

class Subscriptions implements EventLog {
  readonly #logger: EventLogger;
  readonly #options: ResolvedLogOptions;
  readonly #lines: RateLimit<LogLine>;
  readonly #unenforced: ReportOnlyCounts;
  /** One line for each resource server and day; the first is written at once. */
  readonly #daily: RateLimit<string>;
  readonly #keySets = new KeySetLines();
  readonly #report = createFaultReporter(SUBSCRIBER, 'logger');
  readonly #unsubscribe: readonly (() => void)[];
  #isClosed = false;

  constructor(logger: EventLogger, options: ResolvedLogOptions) {
    this.#logger = logger;
    this.#options = options;
    this.#lines = new RateLimit({
      perWindow: options.perMinute,
      windowMs: MINUTE_MS,
      summarize: (last, count) => {
        this.#write(summaryLine(last, count));
      },
    });
    this.#unenforced = new ReportOnlyCounts(options.clock);
    this.#daily = new RateLimit({
      perWindow: 1,
      windowMs: DAY_MS,
      summarize: (server) => {
        if (server === undefined) return;
        this.#write(this.#unenforced.collect(server));
        // It is the line of the day that begins now.
        if (!this.#isClosed) this.#daily.accepts(server, server);
      },
    });
    this.#unsubscribe = this.#subscribeAll();
  }

  close(): void {
    this.#isClosed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#lines.flush();
    this.#daily.flush();
  }

  #subscribeAll(): (() => void)[] {
    return [
      subscribeSafely(DECISION_CHANNEL, SUBSCRIBER, (message) => {
        const decision = findDecision(message);
        if (decision !== undefined) this.#noteDecision(decision);
      }),
      this.#subscribe(KEY_SET_CHANNEL, (message) => this.#keySets.format(message)),
      this.#subscribe(TOKEN_CHANNEL, tokenLine),
      ...INCIDENT_CHANNELS.map((name) =>
        this.#subscribe(name, (message) => {
          const incident = findIncident(name, message);
          return incident && incidentLine(incident);
        }),
      ),
      subscribeSafely(FAULT_CHANNEL, SUBSCRIBER, (fault) => {
        this.#write(faultLine(fault));
      }),
    ];
  }

  #subscribe(name: string, format: (message: NamedMessage) => LogLine | undefined): () => void {
    return subscribeSafely(name, SUBSCRIBER, (unknown) => {
      const message = findNamedMessage(unknown);
      const line = message && format(message);
      if (line !== undefined) this.#writeWithinLimit(line);
    });
  }

  #noteDecision(event: DecisionEvent): void {
    const { allowed } = this.#options;
    const { outcome, server } = event;
    if (outcome === 'unenforced') {
      this.#unenforced.note(event);
      if (this.#daily.accepts(server, server)) this.#write(this.#unenforced.collect(server));
      if (allowed) this.#write(decisionLine(event));
      return;
    }
    if (allowed && (outcome === 'allowed' || outcome === 'anonymous')) {
      this.#write(decisionLine(event));
      return;
    }
    if (!isUneventful(event)) this.#writeWithinLimit(decisionLine(event));
  }

  #writeWithinLimit(line: LogLine): void {
    if (this.#lines.accepts(line.kind, line)) this.#write(line);
  }

  /** A logger may throw or return a promise that rejects. */
  #write(line: LogLine | undefined): void {
    if (line === undefined) return;
    try {
      const written = this.#logger[line.level](line.members, line.message);
      if (isThenable(written)) Promise.resolve(written).catch(this.#report);
    } catch (failure) {
      this.#report(failure);
    }
  }
}

function faultLine(fault: unknown): LogLine | undefined {
  if (!isPlainObject(fault)) return undefined;
  const { subscriber, channel, error } = fault;
  return {
    level: 'error',
    kind: 'fault',
    members: { event: 'scopegate.fault', subscriber, channel, error },
    message: 'a subscriber of Scopegate has failed; its later failures are not reported',
  };
}
