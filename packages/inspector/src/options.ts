/**
 * Options of the inspector.
 *
 * @module
 */
import type { ExplainOptions, TokenExplanation } from '@scopegate/access-token';
import {
  assertKnownOptions,
  givenType,
  invalidOption,
  isPlainObject,
  optionalBoolean,
} from '@scopegate/protocol/internal';
import type { ResourceServerHealth } from '@scopegate/resource-server';
import type { RouteAudit } from '@scopegate/resource-server/internal';
import type { PrivilegeUsage } from '@scopegate/telemetry/privileges';

/** A resource server of any front, as far as the inspector needs it. */
export interface InspectedServer {
  /** Its name in decision events. */
  readonly name: string;
  /** Reports the state of its keys. */
  health(): ResourceServerHealth;
  /** Explains a token. */
  explain(token: string, options?: ExplainOptions): Promise<TokenExplanation>;
  /** Audits the routes of an application; only where the framework lets routes be listed. */
  auditRoutes?(app: never, options?: { readonly scopes?: undefined }): RouteAudit;
}

/** What records the least privilege of clients: `createPrivilegeRecorder()` creates one. */
export interface InspectedRecorder {
  /** Returns what was recorded so far. */
  snapshot(): PrivilegeUsage;
}

/** Options of {@link createInspector}. */
export interface InspectorOptions {
  /**
   * The resource servers of this process, by the names that the page shows; at least one. Their own names
   * must differ: set their option `name`.
   */
  readonly servers: Readonly<Record<string, InspectedServer>>;
  /**
   * The application whose routes the page lists. It is audited when the page asks for the routes, so routes
   * may be mounted later. Express: the application. Fastify: an application that `watchRoutes()` watches.
   *
   * @defaultValue none: the page lists no routes
   */
  readonly app?: object | undefined;
  /**
   * The recorder of least privilege.
   *
   * @defaultValue none: the page shows no privileges
   */
  readonly privileges?: InspectedRecorder | undefined;
  /**
   * Whether the page explains access tokens that its reader pastes. The explanation contains claim values.
   *
   * @defaultValue `true` for the inspector's own server, `false` where it is mounted
   */
  readonly explain?: boolean | undefined;
}

/** Checked options. */
export interface ResolvedOptions {
  readonly servers: ReadonlyMap<string, InspectedServer>;
  readonly app: object | undefined;
  readonly privileges: InspectedRecorder | undefined;
  /** `undefined` for the default of each way to the page. */
  readonly explain: boolean | undefined;
}

const NAMES = ['servers', 'app', 'privileges', 'explain'];

const HINTS = {
  port: 'pass it to listen()',
  protectedBy: 'pass it to middleware()',
  recorder: 'write "privileges"',
};

/**
 * Checks options.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 */
export function resolveOptions(options: unknown): ResolvedOptions {
  assertKnownOptions('createInspector', options, { names: NAMES, hints: HINTS });
  const { app, privileges, explain } = options;
  if (app !== undefined && !isReference(app)) {
    throw invalidOption('app', `must be an application${givenType(app)}`);
  }
  if (privileges !== undefined && !isRecorder(privileges)) {
    throw invalidOption(
      'privileges',
      'must be a recorder; create one by createPrivilegeRecorder()',
    );
  }
  return {
    servers: resolveServers(options['servers']),
    app,
    privileges,
    explain: explain === undefined ? undefined : optionalBoolean(options, 'explain'),
  };
}

function resolveServers(servers: unknown): ReadonlyMap<string, InspectedServer> {
  if (!isPlainObject(servers) || Object.keys(servers).length === 0 || isServer(servers)) {
    throw invalidOption(
      'servers',
      'must contain resource servers by name, as in { servers: { sales: api } }',
    );
  }
  const resolved = new Map<string, InspectedServer>();
  for (const [label, server] of Object.entries(servers)) {
    if (!isServer(server)) {
      throw invalidOption(`servers.${label}`, 'must be what createResourceServer() returns');
    }
    const same = [...resolved].find(([, { name }]) => name === server.name);
    if (same !== undefined) {
      const both = `"${same[0]}" and "${label}"`;
      throw invalidOption('servers', `must have different names; set the option "name" of ${both}`);
    }
    resolved.set(label, server);
  }
  return resolved;
}

function isReference(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

function isServer(value: unknown): value is InspectedServer {
  if (!isReference(value)) return false;
  const [name, ...methods] = ['name', 'health', 'explain'].map((each): unknown =>
    Reflect.get(value, each),
  );
  return typeof name === 'string' && methods.every((method) => typeof method === 'function');
}

function isRecorder(value: unknown): value is InspectedRecorder {
  return isReference(value) && typeof Reflect.get(value, 'snapshot') === 'function';
}
