/**
 * Decisions of an API with known policies, as its guards publish them.
 *
 * @module
 */
import {
  createResourceServer,
  type DecisionEvent,
  type GuardPolicy,
  type RoutePolicy,
} from '@scopegate/express';
import { UsageLog } from '../../packages/telemetry/src/usage/usage-log.js';
import type { PrivilegeUsage } from '../../packages/telemetry/src/usage/privilege-usage.js';
import { createDecision } from './decision-events.js';
import { SECRET_OPTIONS } from './tokens.js';

/** The declared scopes of the API. */
export const SCOPES = ['admin', 'read', 'region:eu', 'region:us', 'write'] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

const api = createResourceServer({ ...SECRET_OPTIONS, scopes: SCOPES });

const implying = createResourceServer({
  ...SECRET_OPTIONS,
  scopes: SCOPES,
  impliedScopes: { admin: ['write'], write: ['read'] },
});

/** The policy of a route, as a guard publishes it. */
export function policyOf(route: RoutePolicy<Scope>): GuardPolicy {
  return api.require(route).policy;
}

/** The policy of a route of an API where `admin` implies `write`, and `write` implies `read`. */
export function implyingPolicyOf(route: RoutePolicy<Scope>): GuardPolicy {
  return implying.require(route).policy;
}

/** An allowed request of the client `reports` to `GET /sales`, which requires `read`. */
export function decisionOf(members: Partial<DecisionEvent> = {}): DecisionEvent {
  return createDecision({
    policy: READ,
    route: '/sales',
    clientId: 'reports',
    held: holding('read'),
    ...members,
  });
}

/** The policy of {@link decisionOf}. */
export const READ: GuardPolicy = policyOf({ scope: 'read' });

/** The scopes of a token. */
export function holding(...declared: readonly Scope[]): NonNullable<DecisionEvent['held']> {
  return Object.freeze({ declared: Object.freeze([...declared]), others: 0 });
}

/** The first day of recorded decisions, in ms since the epoch. */
export const DAY_0 = Date.parse('2026-10-01T00:00:00Z');

/** The number of milliseconds in a day. */
export const DAY_MS = 86_400_000;

/** A decision and its day, counted from {@link DAY_0}. */
export interface DatedDecision extends Partial<DecisionEvent> {
  readonly day?: number;
  /** Number of equal decisions at that time. */
  readonly times?: number;
}

/** Records decisions as one process, observed from day 0 until a day. */
export function recordAll(
  decisions: readonly DatedDecision[],
  { toDay = 60, boot = 'a' }: { readonly toDay?: number; readonly boot?: string } = {},
): PrivilegeUsage {
  const log = new UsageLog({ maxClients: 1_000, maxRoutesPerClient: 200 });
  for (const { day = 0, times = 1, ...members } of decisions) {
    const decision = decisionOf(members);
    for (let time = 0; time < times; time++) log.record(decision, DAY_0 + day * DAY_MS);
  }
  return log.usage({ boot, fromMs: DAY_0, toMs: DAY_0 + toDay * DAY_MS });
}
