/**
 * Finds applications and resource servers among the exports of a module.
 *
 * @module
 */
import type { ResourceServer, RoutedApplication } from '@scopegate/express';
import { isPlainObject } from '@scopegate/protocol/internal';

/** The part of a resource server that explains tokens and reports its health. */
export type ExplainingServer = Pick<ResourceServer, 'explain' | 'health'>;

/** A resource server, and the name of its export. */
export interface NamedServer {
  readonly name: string;
  readonly server: ExplainingServer;
}

/** What a module exports, or what a factory returns. */
export interface ExportedValues {
  /** `undefined` when there is none, or more than one and none of them is the default or `app`. */
  readonly application: RoutedApplication | undefined;
  readonly servers: readonly NamedServer[];
}

type Members = Readonly<Record<string, unknown>>;
type Factory = (...args: unknown[]) => unknown;

/** Lists the exports of a module. Those of a CommonJS module are the members of its default export. */
export function listExports(module: unknown): Members {
  if (!isPlainObject(module)) return {};
  const { default: standard } = module;
  const isContainer = isPlainObject(standard) && !isResourceServer(standard);
  return isContainer ? { ...module, ...standard } : module;
}

/** Finds applications and resource servers among the members of an object. */
export function findExportedValues(members: Members): ExportedValues {
  const servers = Object.entries(members).flatMap(([name, server]) =>
    isResourceServer(server) ? [{ name, server }] : [],
  );
  const routed = Object.values(members).filter(isRouted);
  const applications = routed.filter(isApplication);
  const unique = new Set(applications.length > 0 ? applications : routed);
  const [only] = unique.size === 1 ? unique : [];
  const application = [members['default'], members['app'], only].find(isRouted);
  return { application, servers };
}

/** Reads an application, a resource server, or an object with both. */
export function readExportedValue(value: unknown, name: string): ExportedValues {
  if (isRouted(value)) return { application: value, servers: [] };
  if (isResourceServer(value))
    return { application: undefined, servers: [{ name, server: value }] };
  return findExportedValues(listExports(value));
}

/** Whether a value is a function that is not an application or a router. */
export function isFactory(value: unknown): value is Factory {
  return typeof value === 'function' && !isRouted(value);
}

/** Whether a value is an application or a router of Express. */
function isRouted(value: unknown): value is RoutedApplication {
  return typeof value === 'function' && hasMethods(value, ['use', 'handle']);
}

function isApplication(value: RoutedApplication): boolean {
  return hasMethods(value, ['set']);
}

// By its members, because the application may use another copy of the package.
function isResourceServer(value: unknown): value is ResourceServer {
  return (
    isPlainObject(value) &&
    hasMethods(value, ['explain', 'health', 'auditRoutes', 'requireAccessToken'])
  );
}

function hasMethods(value: object, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}
