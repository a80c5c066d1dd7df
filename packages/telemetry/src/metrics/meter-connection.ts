/**
 * Finds the meter. Instruments that are created before the SDK is registered never record anything.
 *
 * @module
 */
import { createNoopMeter, type Meter, type MeterProvider, metrics } from '@opentelemetry/api';

/** The instrumentation scope of all metrics. */
export const SCOPE = '@scopegate/telemetry';

/** Where the API keeps what the SDK has registered, for all copies of the API in the process. */
const GLOBAL_API = Symbol.for('opentelemetry.js.api.1');

/** The SDK was registered with a version of `@opentelemetry/api` that this package's copy cannot use. */
class IncompatibleApiError extends Error {
  override readonly name = 'IncompatibleApiError';
}

/** Where the meter comes from. */
export interface MeterSource {
  /** `undefined` for the global one. */
  readonly provider: MeterProvider | undefined;
  /** The version of this package; `undefined` if unknown. */
  readonly version: string | undefined;
}

/**
 * Finds the meter.
 *
 * @returns `undefined` while no SDK is registered.
 * @throws IncompatibleApiError An SDK is registered, and cannot be reached from here.
 */
export function findMeter({ provider, version }: MeterSource): Meter | undefined {
  if (provider !== undefined) return provider.getMeter(SCOPE, version);
  const meter = metrics.getMeter(SCOPE, version);
  if (meter !== createNoopMeter()) return meter;
  const registered: unknown = Reflect.get(globalThis, GLOBAL_API);
  const isRegistered =
    typeof registered === 'object' && registered !== null && 'metrics' in registered;
  if (isRegistered) throw new IncompatibleApiError('install one version of @opentelemetry/api');
  return undefined;
}
