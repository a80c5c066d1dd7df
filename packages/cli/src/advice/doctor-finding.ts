/**
 * The findings of the doctor.
 *
 * @module
 */
import { formatPrintable } from '@scopegate/protocol/internal';
import type { Advice } from './advice.js';
import { BINDING_ADVICE, type BindingCode } from './binding-advice.js';
import { CONNECTION_ADVICE, type ConnectionCode } from './connection-advice.js';
import { INTROSPECTION_ADVICE, type IntrospectionCode } from './introspection-advice.js';
import { KEY_ADVICE, type KeyCode } from './key-advice.js';
import { METADATA_ADVICE, type MetadataCode } from './metadata-advice.js';
import { TRANSPORT_ADVICE, type TransportCode } from './transport-advice.js';

/** The stable name of a kind of finding. */
export type DoctorCode =
  ConnectionCode | MetadataCode | KeyCode | TransportCode | BindingCode | IntrospectionCode;

/** One finding and the advice on it. */
export interface DoctorFinding extends Advice {
  /** The stable name of the kind of finding. */
  readonly code: DoctorCode;
  /** What was found: a sentence without a full stop. May quote the server; safe to print. */
  readonly what: string;
}

const ADVICE: Readonly<Record<DoctorCode, Advice>> = {
  ...CONNECTION_ADVICE,
  ...METADATA_ADVICE,
  ...KEY_ADVICE,
  ...TRANSPORT_ADVICE,
  ...BINDING_ADVICE,
  ...INTROSPECTION_ADVICE,
};

/**
 * Creates a finding with the advice on it.
 *
 * @param what - What was found. May quote the server.
 */
export function createFinding(code: DoctorCode, what: string): DoctorFinding {
  return Object.freeze({ code, what: formatPrintable(what), ...ADVICE[code] });
}
