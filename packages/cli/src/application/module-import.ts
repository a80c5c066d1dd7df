/**
 * Imports the module of an application.
 *
 * @module
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import { settleWithin } from './deadline.js';

/** A module and an export of it, as in `./app.js#createApp`. */
export interface ModuleReference {
  readonly path: string;
  /** The name of the export; `undefined` when none is given. */
  readonly name: string | undefined;
}

/** Parses `./app.js` or `./app.js#name`. */
export function parseModuleReference(text: string): ModuleReference {
  const [, path = text, name] = /^(.+)#([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(text) ?? [];
  return { path, name };
}

/**
 * Imports a module.
 *
 * @throws CommandError (rejects) It cannot be imported, or its import does not finish.
 */
export async function importModule(path: string, terminal: Terminal): Promise<unknown> {
  const url = pathToFileURL(resolve(terminal.directory, path));
  try {
    return await settleWithin(terminal, `the import of ${path}`, terminal.load(url));
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const hint = suggestLoader(path, cause);
    throw new CommandError(`${path} cannot be imported: ${formatCause(cause)}${hint}`, { cause });
  }
}

/** Formats what the application threw. */
export function formatCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** Errors of Node for TypeScript: no loader, syntax that cannot be erased, an import of a `.js` file. */
const TYPESCRIPT_ERRORS: ReadonlySet<unknown> = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
]);

function suggestLoader(path: string, cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const isSyntax = cause instanceof SyntaxError;
  if (!TYPESCRIPT.test(path) || !(isSyntax || TYPESCRIPT_ERRORS.has(code))) return '';
  return (
    '\nThis version of Node cannot load it. Build it and pass the .js file, or install tsx and run:\n' +
    '  node --import tsx node_modules/@scopegate/cli/bin/scopegate.js …'
  );
}
