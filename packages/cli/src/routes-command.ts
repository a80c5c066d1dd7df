/**
 * `scopegate routes`: lists the routes of an application and how they are guarded.
 *
 * @module
 */
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import {
  type AuditFormat,
  type AuditOptions,
  auditRoutes,
  formatAudit,
  type RouteAudit,
  type RoutedApplication,
} from '@scopegate/express';
import { isPlainObject } from '@scopegate/protocol/internal';
import { CommandError } from './command-error.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { formatPrintableJson, type Terminal, withProgress } from './terminal.js';

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

/**
 * Audits the routes of an application.
 *
 * @param path - A module that exports an Express application as default or as `app`.
 * @throws CommandError (rejects) The module cannot be imported, or exports no application with routes.
 */
export async function routesCommand(
  path: string,
  { format, check, mountPath, ignoreUnseen }: RoutesCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const module = await withProgress(terminal, `importing ${path}`, load(path, terminal));
  const audit = auditModule(module, path, { mountPaths: mountPath, ignoreUnseen });
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

async function load(path: string, terminal: Terminal): Promise<unknown> {
  try {
    return await terminal.load(pathToFileURL(resolve(terminal.directory, path)));
  } catch (cause) {
    throw new CommandError(`${path} cannot be imported: ${formatCause(cause)}`, { cause });
  }
}

function auditModule(module: unknown, path: string, options: AuditOptions): RouteAudit {
  const application = findApplication(module);
  if (application === undefined) {
    throw new CommandError(`${path} must export an Express application as default or as "app"`);
  }
  try {
    const audit = auditRoutes(application, options);
    if (audit.routes.length > 0) return audit;
  } catch (cause) {
    throw new CommandError(`${path} cannot be audited: ${formatCause(cause)}`, { cause });
  }
  throw new CommandError(
    `the application of ${path} has no routes; export it after all routes are mounted`,
  );
}

function formatCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The exports of a CommonJS module are its default export, which may contain `app`. */
function findApplication(module: unknown): RoutedApplication | undefined {
  if (!isPlainObject(module)) return undefined;
  const { default: standard, app } = module;
  const inner = isPlainObject(standard) ? standard['app'] : undefined;
  const found = [standard, app, inner].find((value) => typeof value === 'function');
  return found as RoutedApplication | undefined; // auditRoutes() checks it
}
