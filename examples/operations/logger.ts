/**
 * The log of the process: one JSON object per line, with the id of the trace.
 *
 * @module
 */
import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';

/** Creates a logger. `@opentelemetry/instrumentation-pino` would add the same ids. */
export function createLogger(destination: DestinationStream): Logger {
  return pino({ base: null, mixin: findTraceIds }, destination);
}

function findTraceIds(): object {
  const context = trace.getActiveSpan()?.spanContext();
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
