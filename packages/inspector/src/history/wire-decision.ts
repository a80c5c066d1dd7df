/**
 * A decision as the page gets it.
 *
 * @module
 */
import type { WireDecision } from '../wire.js';
import type { KeptDecision } from './decision-rings.js';
import { describePolicies } from './policy-words.js';
import type { Sparse } from './sparse.js';

/** Names a resource server as the page shows it. */
export type LabelOf = (server: string) => string;

/** Creates what the page gets: the members of the event that it shows, and no other. */
export function createWireDecision(
  { seq, time, event, skipped }: KeptDecision,
  labelOf: LabelOf,
): Sparse<WireDecision> {
  const { outcome, reason, claim, problem, certificate, scheme, binding, guard, policy } = event;
  const { issuer, claimedIssuer, method, route, source, microseconds, principal } = event;
  const { clientId, held, excess, trial, earlier, server } = event;
  const policies = policy === undefined ? earlier : [...earlier, policy];
  return {
    seq,
    time,
    outcome,
    reason,
    claim,
    problem,
    certificate,
    scheme,
    binding,
    server: labelOf(server),
    guard,
    requires: describePolicies(policies),
    issuer,
    claimedIssuer,
    method,
    route,
    source,
    microseconds,
    principal,
    clientId,
    held,
    excess,
    trial,
    skipped: skipped === 0 ? undefined : skipped,
  };
}
