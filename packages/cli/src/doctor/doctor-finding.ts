/**
 * What the doctor can find.
 *
 * @module
 */
import type { Advice } from './advice.js';
import { KEY_ADVICE, type KeyCode } from './key-advice.js';
import { METADATA_ADVICE, type MetadataCode } from './metadata-advice.js';
import { printable } from '../terminal.js';
import { TRANSPORT_ADVICE, type TransportCode } from './transport-advice.js';

/** The names of everything that can be found. */
export type DoctorCode = MetadataCode | KeyCode | TransportCode;

/** One thing that was found, and the advice on it. */
export interface DoctorFinding extends Advice {
  readonly code: DoctorCode;
  /** What is so, in a sentence. */
  readonly what: string;
}

const ADVICE: Readonly<Record<DoctorCode, Advice>> = {
  ...METADATA_ADVICE,
  ...KEY_ADVICE,
  ...TRANSPORT_ADVICE,
};

/**
 * Says that something was found.
 *
 * @param what - May quote what the server says.
 */
export function finding(code: DoctorCode, what: string): DoctorFinding {
  return Object.freeze({ code, what: printable(what), ...ADVICE[code] });
}
