/**
 * A logger that keeps its lines.
 *
 * @module
 */
import type { EventLogger } from '@scopegate/telemetry/logs';

/** A line that was written. */
export interface WrittenLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly members: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Creates a logger and the array of its lines, which grows. */
export function createRecordingLogger(): { logger: EventLogger; lines: WrittenLine[] } {
  const lines: WrittenLine[] = [];
  const write =
    (level: WrittenLine['level']) =>
    (members: object, message: string): void => {
      lines.push({ level, members: { ...members }, message });
    };
  return {
    logger: { info: write('info'), warn: write('warn'), error: write('error') },
    lines,
  };
}
