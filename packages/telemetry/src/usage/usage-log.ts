/**
 * Records decisions: which scopes each client held and needed. What is recorded is cumulative and bounded.
 *
 * @module
 */
import type { PublishedScopes } from '@scopegate/resource-server';
import { type ProcessUsage, type PrivilegeUsage, USAGE_FORMAT } from './privilege-usage.js';
import { RecordedClient, type RecordedHolding } from './recorded-client.js';
import { RecordedPolicies } from './recorded-policies.js';
import type { UsageDecision } from './recorded-route.js';

/** The bounds of what is recorded. */
export interface UsageBounds {
  readonly maxClients: number;
  readonly maxRoutesPerClient: number;
}

/** The process whose decisions were recorded. */
export type ObservedProcess = Pick<ProcessUsage, 'boot' | 'fromMs' | 'toMs' | 'isPartial'>;

/** Longer client ids are not recorded; the longest in use are URLs. */
const MAX_CLIENT_ID_LENGTH = 1_024;

type Names<Value> = Map<string | undefined, Value>;

/** Records the decisions of one process. */
export class UsageLog {
  readonly #bounds: UsageBounds;
  readonly #policies = new RecordedPolicies();
  readonly #clients: Names<Names<Names<RecordedClient>>> = new Map();
  readonly #all: RecordedClient[] = [];
  /** By the scopes of a token, which are one object for all events of the token. */
  readonly #holdings = new WeakMap<PublishedScopes, RecordedHolding>();
  #decisions = 0;
  #dropped = 0;
  readonly #indexOf = this.#policies.indexOf.bind(this.#policies);

  constructor(bounds: UsageBounds) {
    this.#bounds = bounds;
  }

  /** Records a decision that was made at a time, in ms since the epoch. */
  record(decision: UsageDecision, now: number): void {
    this.#decisions += 1;
    if (!isCounted(decision)) return;
    const holding = this.#findHolding(decision) ?? this.#addHolding(decision, now);
    if (holding?.client.count(decision, holding, now) !== true) this.#dropped += 1;
  }

  /** Returns what was recorded, as one process. */
  usage({ boot, fromMs, toMs, isPartial }: ObservedProcess): PrivilegeUsage {
    const process: ProcessUsage = {
      boot,
      fromMs,
      toMs,
      decisions: this.#decisions,
      dropped: this.#dropped,
      isPartial,
      policies: this.#policies.list(),
      clients: this.#all.map((client) => client.usage()),
    };
    return { scopegate: USAGE_FORMAT, processes: [process] };
  }

  #findHolding({ held, server, issuer, clientId }: UsageDecision): RecordedHolding | undefined {
    const holding = held && this.#holdings.get(held);
    const known = holding?.client.context;
    const isSame =
      known?.clientId === clientId && known?.server === server && known.issuer === issuer;
    return isSame ? holding : undefined;
  }

  #addHolding(decision: UsageDecision, now: number): RecordedHolding | undefined {
    const { held } = decision;
    const client = this.#findClient(decision) ?? this.#addClient(decision, now);
    const holding = client?.holdingOf(held);
    if (held !== undefined && holding !== undefined) this.#holdings.set(held, holding);
    return holding;
  }

  #findClient({ server, issuer, clientId }: UsageDecision): RecordedClient | undefined {
    return this.#clients.get(server)?.get(issuer)?.get(clientId);
  }

  #addClient(decision: UsageDecision, now: number): RecordedClient | undefined {
    const { server, issuer, clientId, held } = decision;
    const { maxClients, maxRoutesPerClient: maxRoutes } = this.#bounds;
    if (this.#all.length >= maxClients) return undefined;
    if (clientId !== undefined && clientId.length > MAX_CLIENT_ID_LENGTH) return undefined;
    const isIdentified = held !== undefined;
    const indexOf = this.#indexOf;
    const client = new RecordedClient(
      { server, issuer, clientId, isIdentified, maxRoutes, indexOf },
      now,
    );
    findOrAdd(findOrAdd(this.#clients, server), issuer).set(clientId, client);
    this.#all.push(client);
    return client;
  }
}

/** Requests without a verified token matter only to the trial of a guard that lets them pass. */
function isCounted({ outcome, issuer }: UsageDecision): boolean {
  if (issuer === undefined) return outcome === 'unenforced';
  return outcome === 'allowed' || outcome === 'refused' || outcome === 'unenforced';
}

function findOrAdd<Value>(maps: Names<Names<Value>>, name: string | undefined): Names<Value> {
  const known = maps.get(name);
  if (known !== undefined) return known;
  const added: Names<Value> = new Map();
  maps.set(name, added);
  return added;
}
