/**
 * Loads an application from a module: what it exports, or what a function that it exports returns.
 *
 * @module
 */
import type { RoutedApplication } from '@scopegate/express';
import { didYouMean } from '@scopegate/protocol/internal';
import { CommandError } from '../command-error.js';
import { type Terminal, withProgress } from '../terminal.js';
import { callFactory, type FactoryArgument, settleExport } from './application-factory.js';
import {
  type ExportedValues,
  findExportedValues,
  isFactory,
  listExports,
  readExportedValue,
} from './exported-values.js';
import { importModule, parseModuleReference } from './module-import.js';

/** What a command needs: the application, or a resource server of it. */
type Need = 'application' | 'server';

interface LoadOptions {
  readonly trust: FactoryArgument;
  readonly needs: Need;
}

/**
 * Loads an application.
 *
 * `./app.js` stands for the application that the module exports, or that its default export returns
 * when it is a function; `./app.js#name` for one export.
 *
 * @throws CommandError (rejects) The module cannot be imported, does not export an application, or
 *   its function fails.
 */
export async function loadApplication(
  reference: string,
  trust: FactoryArgument,
  terminal: Terminal,
): Promise<RoutedApplication> {
  const { application } = await load(reference, { trust, needs: 'application' }, terminal);
  if (application !== undefined) return application;
  throw new CommandError(`${reference} must export ${NEEDED.application}`);
}

/**
 * Loads the resource servers of an application, and the application itself if it is exported too.
 *
 * @throws CommandError (rejects) See {@link loadApplication}.
 */
export async function loadServers(
  reference: string,
  trust: FactoryArgument,
  terminal: Terminal,
): Promise<LoadedValues> {
  return await load(reference, { trust, needs: 'server' }, terminal);
}

/** What was loaded, and how. */
export interface LoadedValues extends ExportedValues {
  /** Whether a function created it. */
  readonly isCreated: boolean;
}

async function load(
  reference: string,
  options: LoadOptions,
  terminal: Terminal,
): Promise<LoadedValues> {
  const { path, name } = parseModuleReference(reference);
  const task = importModule(path, terminal);
  const exports = listExports(await withProgress(terminal, `importing ${path}`, task));
  const loaded =
    name === undefined
      ? await readModule({ path, exports }, options, terminal)
      : await readExport({ path, exports, name }, options, terminal);
  if (isEnough(loaded, options.needs)) return loaded;
  throw new CommandError(describeMissing({ path, exports, name }, options.needs));
}

const NEEDED: Readonly<Record<Need, string>> = {
  application: 'an Express application',
  server: 'a resource server, or an Express application with guards',
};

function describeMissing(
  { path, exports, name }: LoadedModule & { readonly name: string | undefined },
  needs: Need,
): string {
  if (name !== undefined) {
    const isCreated = isFactory(exports[name]);
    return `"${name}" of ${path} must be ${NEEDED[needs]}${isCreated ? ', or a function that returns one' : ''}`;
  }
  const factory = Object.keys(exports).find((each) => isFactory(exports[each]));
  const hint = factory === undefined ? '' : `; if a function creates it, pass ${path}#${factory}`;
  return `${path} must export ${NEEDED[needs]} as default or as "app"${hint}`;
}

function isEnough({ application, servers }: ExportedValues, needs: Need): boolean {
  return application !== undefined || (needs === 'server' && servers.length > 0);
}

interface LoadedModule {
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

async function readModule(
  { path, exports }: LoadedModule,
  options: LoadOptions,
  terminal: Terminal,
): Promise<LoadedValues> {
  const label = `the default export of ${path}`;
  const standard = await settleExport(terminal, label, exports['default']);
  const found = findExportedValues({ ...exports, default: standard });
  if (isEnough(found, options.needs) || !isFactory(standard)) return { ...found, isCreated: false };
  const created = await callFactory({ label, create: standard }, options.trust, terminal);
  return { ...created, isCreated: true };
}

async function readExport(
  { path, exports, name }: LoadedModule & { readonly name: string },
  options: LoadOptions,
  terminal: Terminal,
): Promise<LoadedValues> {
  if (!Object.hasOwn(exports, name)) {
    const names = Object.keys(exports);
    const exported = names.length === 0 ? 'nothing' : names.join(', ');
    const hint = didYouMean(name, names);
    throw new CommandError(`${path} has no export "${name}"; it exports ${exported}${hint}`);
  }
  const label = `"${name}" of ${path}`;
  const value = await settleExport(terminal, label, exports[name]);
  if (isFactory(value)) {
    const created = await callFactory({ label, create: value }, options.trust, terminal);
    return { ...created, isCreated: true };
  }
  return { ...readExportedValue(value, name), isCreated: false };
}
