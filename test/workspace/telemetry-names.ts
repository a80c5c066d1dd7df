/**
 * The public names of `@scopegate/telemetry`.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const TELEMETRY_NAMES: readonly string[] = [
  'FAULT_CHANNEL',
  'FaultEvent',
  'ObservedHealth',
  'ObservedServer',
  'Telemetry',
  'TelemetryOptions',
  'createTelemetry',
];
