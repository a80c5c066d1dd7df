/**
 * The public names of `@scopegate/inspector`.
 *
 * @module
 */

/** Sorted as `Array.prototype.sort` sorts. */
export const INSPECTOR_NAMES: readonly string[] = [
  'FAULT_CHANNEL',
  'FaultEvent',
  'InspectedRecorder',
  'InspectedServer',
  'Inspector',
  'InspectorAddress',
  'InspectorMiddleware',
  'InspectorOptions',
  'ListenOptions',
  'MountOptions',
  'ProtectingMiddleware',
  'createInspector',
];
