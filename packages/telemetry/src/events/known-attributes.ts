/**
 * Attributes of metrics and spans.
 *
 * @module
 */
import type { Attributes } from '@opentelemetry/api';

/** Removes the members that are `undefined`, because an unknown attribute must be absent. */
export function knownAttributes(
  members: Readonly<Record<string, string | boolean | undefined>>,
): Attributes {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
