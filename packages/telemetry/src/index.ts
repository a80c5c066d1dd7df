/**
 * OpenTelemetry metrics and span attributes of resource servers.
 *
 * @module
 */
export { FAULT_CHANNEL, type FaultEvent } from '@scopegate/protocol/internal';
export type { ObservedHealth, ObservedServer } from './metrics/observed-server.js';
export { createTelemetry, type Telemetry } from './telemetry.js';
export type { TelemetryOptions } from './telemetry-options.js';
