/**
 * What is sealed in the revocation log: some revocations at once, as JSON.
 *
 * @module
 */
import type { RevocationKind } from '@scopegate/protocol';
import { type KeptWithdrawal, REVOCATION_KINDS } from '@scopegate/protocol/internal';

const VERSION = 1;

const KINDS: ReadonlySet<unknown> = new Set(REVOCATION_KINDS);

/** Returns the record of some revocations. */
export function formatRecord(kept: readonly KeptWithdrawal[]): Readonly<Record<string, unknown>> {
  const entries = kept.map(({ withdrawal: { issuer, kind, value, issuedBefore }, untilMs }) => [
    issuer,
    kind,
    value,
    // JSON has no Infinity.
    issuedBefore === Infinity ? null : issuedBefore,
    untilMs,
  ]);
  return { version: VERSION, entries };
}

/** Reads a record that this fleet has sealed; `undefined` if another version of this package wrote it. */
export function readRecord(
  record: Readonly<Record<string, unknown>>,
): readonly KeptWithdrawal[] | undefined {
  const { version, entries } = record;
  if (version !== VERSION || !Array.isArray(entries)) return undefined;
  const kept = entries.map(readEntry);
  return kept.every((entry) => entry !== undefined) ? kept : undefined;
}

function readEntry(entry: unknown): KeptWithdrawal | undefined {
  if (!Array.isArray(entry) || entry.length !== 5) return undefined;
  const members: readonly unknown[] = entry;
  const [issuer, kind, value, issuedBefore, untilMs] = members;
  if (typeof issuer !== 'string' || !isKind(kind) || typeof value !== 'string') return undefined;
  if (typeof untilMs !== 'number') return undefined;
  if (issuedBefore !== null && typeof issuedBefore !== 'number') return undefined;
  return {
    withdrawal: { issuer, kind, value, issuedBefore: issuedBefore ?? Infinity },
    untilMs,
  };
}

function isKind(kind: unknown): kind is RevocationKind {
  return KINDS.has(kind);
}
