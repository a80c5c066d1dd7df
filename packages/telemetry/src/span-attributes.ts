/**
 * The attributes of the span that a request is served in.
 *
 * @module
 */
import { type Attributes, type Span, trace } from '@opentelemetry/api';
import type { DecisionEvent } from '@scopegate/resource-server';
import { knownAttributes } from './events/known-attributes.js';

/** Sets the attributes of the active span. Its status stays as it is: a refusal is not an error of ours. */
export class SpanAttributes {
  /** The spans of requests that did not pass: a later decision in the same span must not hide it. */
  readonly #refused = new WeakSet<Span>();

  /** Sets the attributes for a decision, if a span is active and records. */
  note(event: DecisionEvent): void {
    const span = trace.getActiveSpan();
    if (span?.isRecording() !== true || this.#refused.has(span)) return;
    span.setAttributes(formatAttributes(event));
    const hasPassed = event.outcome === 'allowed' || event.outcome === 'anonymous';
    if (!hasPassed) this.#refused.add(span);
  }
}

function formatAttributes(event: DecisionEvent): Attributes {
  return knownAttributes({
    'scopegate.outcome': event.outcome,
    'scopegate.server': event.server,
    'scopegate.reason': event.reason,
    'scopegate.issuer': event.issuer,
    'scopegate.claimed_issuer': event.claimedIssuer,
    'scopegate.token.source': event.source,
    'scopegate.principal': event.principal,
    'scopegate.client.id': event.clientId,
    'scopegate.trial.outcome': event.trial?.outcome,
    'scopegate.trial.reason': event.trial?.reason,
  });
}
