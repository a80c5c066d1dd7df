/**
 * Reads what arrives on the channels. Any code of the process can publish there.
 *
 * @module
 */
import type { DecisionEvent } from '@scopegate/resource-server';
import { isPlainObject } from '@scopegate/protocol/internal';

/** A message whose `event` says what has happened. */
export type NamedMessage = Readonly<Record<string, unknown>> & { readonly event: string };

/** Reads a decision; `undefined` for anything else. */
export function findDecision(message: unknown): DecisionEvent | undefined {
  if (!isPlainObject(message)) return undefined;
  const { outcome, server, microseconds } = message;
  const isDecision =
    typeof outcome === 'string' && typeof server === 'string' && typeof microseconds === 'number';
  return isDecision ? (message as unknown as DecisionEvent) : undefined;
}

/** Reads a message of any other channel; `undefined` for anything else. */
export function findNamedMessage(message: unknown): NamedMessage | undefined {
  return isPlainObject(message) && typeof message['event'] === 'string'
    ? (message as NamedMessage)
    : undefined;
}

/** Reads a member that must be a string; `undefined` for anything else. */
export function findString(message: NamedMessage, member: string): string | undefined {
  const value = message[member];
  return typeof value === 'string' ? value : undefined;
}

/** Reads a member that must be a finite number; `undefined` for anything else. */
export function findNumber(message: NamedMessage, member: string): number | undefined {
  const value = message[member];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
