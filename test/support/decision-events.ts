/**
 * Decisions for subscribers, published without a request.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import { DECISION_CHANNEL, type DecisionEvent } from '@scopegate/resource-server';

/** A decision about a request that passed, with its members replaced. */
export function createDecision(members: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    outcome: 'allowed',
    reason: undefined,
    scheme: 'Bearer',
    binding: undefined,
    server: 'sales',
    guard: 'requireScope',
    policy: undefined,
    earlier: [],
    issuer: 'https://auth.example.com',
    claimedIssuer: undefined,
    method: 'GET',
    route: '/v1/sales/:id',
    source: 'cache',
    microseconds: 4,
    principal: 'client',
    clientId: undefined,
    held: undefined,
    excess: undefined,
    trial: undefined,
    ...members,
  };
}

/** Publishes a decision, made by {@link createDecision}. */
export function publishDecision(members: Partial<DecisionEvent> = {}): void {
  channel(DECISION_CHANNEL).publish(createDecision(members));
}

/** Publishes a refusal of a request without a token. */
export function publishRefusal(members: Partial<DecisionEvent> = {}): void {
  publishDecision({
    outcome: 'refused',
    reason: 'missing_credentials',
    scheme: undefined,
    server: 'https://api.example.com',
    guard: 'requireAccessToken',
    issuer: undefined,
    source: undefined,
    principal: undefined,
    ...members,
  });
}
