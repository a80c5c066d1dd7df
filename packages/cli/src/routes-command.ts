/**
 * `scopegate routes`: which routes of an application are guarded, and how.
 *
 * @module
 */
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import {
  type AuditFormat,
  type AuditOptions,
  auditRoutes,
  type ExposureCause,
  formatAudit,
  type RouteAudit,
  type RoutedApplication,
} from '@scopegate/express';
import { isPlainObject } from '@scopegate/protocol/internal';
import { CommandError, EXIT, type ExitCode } from './exit-code.js';
import { printableJson, type Terminal, withProgress } from './terminal.js';

/** Options of the command, as the argument parser gives them. */
export interface RoutesCommandOptions {
  readonly format: AuditFormat;
  readonly check?: boolean | undefined;
  readonly mountPath?: readonly string[] | undefined;
  readonly ignoreUnseen?: readonly string[] | undefined;
}

/** What is wrong with a place, behind its name. */
const CAUSES: Readonly<Record<ExposureCause, string>> = {
  open: '',
  optional: ' (optional: requests without a token pass)',
  early_handler: ' (a handler runs before the guard)',
  unseen: ' (not looked into)',
};

/**
 * Audits the routes of an application.
 *
 * @param path - A module whose default export, or export `app`, is an Express application.
 * @throws CommandError The module cannot be imported, or has no application with routes.
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
  terminal.stdout.write(`${isJson ? printableJson(text) : text}\n`);
  if (check !== true) return EXIT.fine;
  if (audit.exposures.length === 0) return EXIT.fine;
  const names = audit.exposures.map(({ place, cause }) => place + CAUSES[cause]).join(', ');
  terminal.stderr.write(`not guarded, and not declared public: ${names}\n`);
  return EXIT.found;
}

async function load(path: string, terminal: Terminal): Promise<unknown> {
  try {
    return await terminal.load(pathToFileURL(resolve(terminal.directory, path)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${path} cannot be imported: ${why}`, { cause });
  }
}

function auditModule(module: unknown, path: string, options: AuditOptions): RouteAudit {
  const application = findApplication(module);
  if (application === undefined) {
    throw new CommandError(`${path} has no Express application as default export or as "app"`);
  }
  try {
    const audit = auditRoutes(application, options);
    if (audit.routes.length > 0) return audit;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${path} cannot be audited: ${why}`, { cause });
  }
  throw new CommandError(`the application of ${path} has no routes`);
}

/** A CommonJS module is the default export, and may have its `app` in there. */
function findApplication(module: unknown): RoutedApplication | undefined {
  if (!isPlainObject(module)) return undefined;
  const { default: standard, app } = module;
  const inner = isPlainObject(standard) ? standard['app'] : undefined;
  const found = [standard, app, inner].find((value) => typeof value === 'function');
  return found as RoutedApplication | undefined; // the audit refuses what is no application
}
