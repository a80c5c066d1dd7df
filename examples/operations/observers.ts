/**
 * Everything that observes the decisions of the process.
 *
 * @module
 */
import { createTelemetry } from '@scopegate/telemetry';
import { logEvents } from '@scopegate/telemetry/logs';
import { createPrivilegeRecorder, type PrivilegeRecorder } from '@scopegate/telemetry/privileges';
import type { Logger } from 'pino';
import { openAuditLog } from './audit-log.js';
import type { SalesApi } from './sales-api.js';
import { keepUsageFile } from './usage-file.js';

/** Where the observers write. */
export interface Destinations {
  readonly logger: Logger;
  /** Gets a line in the format of OCSF for each decision. */
  readonly audit: { write(line: string): unknown };
  /** The path of the file with the usage of privileges. */
  readonly usageFile: string;
  /** How often that file is written, in milliseconds. @defaultValue a minute */
  readonly usageEveryMs?: number;
}

/** The observers of a process. */
export interface Observers {
  readonly privileges: PrivilegeRecorder;
  /** Writes what is pending. */
  close(): Promise<void>;
}

/** Starts the observers. Each subscribes to the events; none is in the path of a request. */
export function startObservers(
  { api }: Pick<SalesApi, 'api'>,
  { logger, audit, usageFile, usageEveryMs = 60_000 }: Destinations,
): Observers {
  const telemetry = createTelemetry({ servers: { sales: api } });
  const log = logEvents(logger);
  const auditLog = openAuditLog(audit);
  const privileges = createPrivilegeRecorder();
  const usage = keepUsageFile(privileges, {
    path: usageFile,
    everyMs: usageEveryMs,
    onError: (error) => {
      logger.error({ err: error }, 'the usage of privileges could not be written');
    },
  });
  return {
    privileges,
    async close() {
      await usage.close();
      privileges.close();
      auditLog.close();
      log.close();
      telemetry.close();
    },
  };
}
