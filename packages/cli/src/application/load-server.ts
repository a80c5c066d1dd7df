/**
 * Loads the one resource server of an application.
 *
 * @module
 */
import type { RoutedApplication } from '@scopegate/express';
import { listExplainers, type TokenExplainer } from '@scopegate/express/internal';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import type { FactoryArgument } from './application-factory.js';
import { loadServers } from './load-application.js';

/** The resource server of an application. */
export interface LoadedServer {
  readonly server: TokenExplainer;
  /** The application, to look up routes; `undefined` when it is not exported. */
  readonly application: RoutedApplication | undefined;
  /** Whether a function created it. */
  readonly isCreated: boolean;
}

/**
 * Loads the resource server that a module exports, or the one whose guards its application has.
 *
 * @throws CommandError (rejects) The module cannot be imported, or has no resource server or several.
 */
export async function loadServer(
  reference: string,
  trust: FactoryArgument,
  terminal: Terminal,
): Promise<LoadedServer> {
  const { application, servers, isCreated } = await loadServers(reference, trust, terminal);
  const found: readonly TokenExplainer[] =
    servers.length > 0
      ? servers.map(({ server }) => server)
      : application === undefined
        ? []
        : listExplainers(application);
  const [server, ...others] = new Set(found);
  if (server === undefined) {
    throw new CommandError(
      `the application of ${reference} has no guards; export its resource server`,
    );
  }
  if (others.length > 0) throw new CommandError(describeChoice(reference, servers));
  return { server, application, isCreated };
}

function describeChoice(reference: string, servers: readonly { readonly name: string }[]): string {
  const path = reference.replace(/#.*$/, '');
  const [first] = servers;
  if (first === undefined) {
    return `the application of ${reference} has guards of several resource servers; export one of them and pass ${path}#name`;
  }
  const names = servers.map(({ name }) => name).join(', ');
  return `${reference} exports several resource servers (${names}); pass one of them, as in ${path}#${first.name}`;
}
