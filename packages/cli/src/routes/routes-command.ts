/**
 * `scopegate routes`: lists the routes of an application and how they are guarded.
 *
 * @module
 */
import {
  type AuditFormat,
  type AuditOptions,
  auditRoutes,
  formatAudit,
  type RouteAudit,
  type RoutedApplication,
} from '@scopegate/express';
import { loadApplication } from '../application/load-application.js';
import { formatCause } from '../application/module-import.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { formatPrintableJson, type Terminal } from '../terminal.js';

/** The parsed options of the command. */
export interface RoutesCommandOptions {
  /** The format of the audit. */
  readonly format: AuditFormat;
  /** Whether exposed routes make the command fail. */
  readonly check?: boolean | undefined;
  /** Paths of mounted routers, for versions of Express that hide them. */
  readonly mountPath?: readonly string[] | undefined;
  /** Harmless middleware, named as in the findings. */
  readonly ignoreUnseen?: readonly string[] | undefined;
}

/** What a function that creates the application is called with. The audit verifies no token. */
const STAND_IN_TRUST = Object.freeze({
  issuer: 'https://issuer.example',
  audience: 'https://api.example.com',
});

/**
 * Audits the routes of an application.
 *
 * @param reference - A module that exports an Express application or a function that creates it, with
 *   or without the name of the export, as in `./app.js#createApp`.
 * @throws CommandError (rejects) The module cannot be imported, or exports no application with routes.
 */
export async function routesCommand(
  reference: string,
  { format, check, mountPath, ignoreUnseen }: RoutesCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const application = await loadApplication(reference, STAND_IN_TRUST, terminal);
  const audit = auditApplication(application, reference, { mountPaths: mountPath, ignoreUnseen });
  const text = formatAudit(audit, format);
  const isJson = format === 'json' || format === 'openapi';
  terminal.stdout.write(`${isJson ? formatPrintableJson(text) : text}\n`);
  if (check !== true || audit.exposures.length === 0) return EXIT.ok;
  const lines = audit.exposures.map(({ endpoint, reason }) => `  ${endpoint}: ${reason}\n`);
  terminal.stderr.write(
    `not guarded and not declared public; add a guard or declarePublic():\n${lines.join('')}`,
  );
  return EXIT.failed;
}

function auditApplication(
  application: RoutedApplication,
  reference: string,
  options: AuditOptions,
): RouteAudit {
  let audit: RouteAudit;
  try {
    audit = auditRoutes(application, options);
  } catch (cause) {
    throw new CommandError(`${reference} cannot be audited: ${formatCause(cause)}`, { cause });
  }
  if (audit.routes.length > 0) return audit;
  throw new CommandError(
    `the application of ${reference} has no routes; export it after all routes are mounted`,
  );
}
