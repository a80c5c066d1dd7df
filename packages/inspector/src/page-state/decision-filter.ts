/**
 * Which decisions the list shows.
 *
 * @module
 */
import type { WireDecision } from '../wire.js';

/** What a decision must be to be listed; a member that is absent or empty matches everything. */
export interface DecisionFilter {
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
  readonly server?: string | undefined;
  /** Part of the method and the route, such as `GET /v1/sales`, in any case. */
  readonly route?: string | undefined;
  /** Part of the client id, in any case. */
  readonly client?: string | undefined;
}

/** Whether a decision matches a filter. */
export function isListed(decision: WireDecision, filter: DecisionFilter): boolean {
  const { method = '', route = '', clientId = '' } = decision;
  return (
    isEqual(decision.outcome, filter.outcome) &&
    isEqual(decision.reason, filter.reason) &&
    isEqual(decision.server, filter.server) &&
    contains(`${method} ${route}`, filter.route) &&
    contains(clientId, filter.client)
  );
}

function isEqual(value: string | undefined, wanted = ''): boolean {
  return wanted === '' || value === wanted;
}

function contains(text: string, part = ''): boolean {
  return part === '' || text.toLowerCase().includes(part.trim().toLowerCase());
}
