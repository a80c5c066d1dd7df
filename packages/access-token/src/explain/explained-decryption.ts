/**
 * Describes the decryption of a token.
 *
 * @module
 */
import type { ExplainedDecryption } from './explanation.js';
import type { DecryptionRecord } from '../inspection/decryption-record.js';

/** @returns `undefined` for a token that is not encrypted, and if no key was looked for. */
export function describeDecryption(record: DecryptionRecord): ExplainedDecryption | undefined {
  if (!('trials' in record)) return undefined;
  const keys = record.trials.map(({ key: { name, kid, algorithms }, outcome }) =>
    Object.freeze({ name, kid, algorithms, outcome }),
  );
  return Object.freeze({ isDecrypted: record.kind === 'decrypted', keys: Object.freeze(keys) });
}
