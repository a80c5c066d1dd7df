/**
 * The inspector of one process.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import type { ApiContext } from './api/api-context.js';
import { auditApplication } from './api/audited-application.js';
import { CachedReading } from './api/cached-reading.js';
import { readPrivileges } from './api/privileges.js';
import { Assets, readVersion } from './assets.js';
import { Feed } from './feed/feed.js';
import { createMiddleware, type InspectorMiddleware, type MountOptions } from './front/mounted.js';
import {
  type InspectorAddress,
  listen,
  type ListenOptions,
  type OwnServer,
} from './front/own-server.js';
import type { Site } from './front/site.js';
import { type InspectorOptions, resolveOptions, type ResolvedOptions } from './options.js';

/**
 * Shows on a page what the guards of this process decide. Until `listen()` or `middleware()` is called, nothing
 * is served.
 *
 * Its methods do not use `this`.
 */
export interface Inspector {
  /**
   * Serves the page on 127.0.0.1. The address contains a key, which is created for this call: print it where
   * only operators read it. The server does not keep the process running.
   *
   * @throws TypeError (rejects) An option is unknown or out of range.
   * @throws Error (rejects) The inspector listens already or is closed, or the port is in use.
   * @example
   * const { url } = await inspector.listen({ port: 9230 });
   * console.log(url); // http://127.0.0.1:9230/#key=…
   */
  listen(options?: ListenOptions): Promise<InspectorAddress>;
  /**
   * Creates middleware that serves the page in an Express application, behind a guard or other middleware.
   *
   * @throws TypeError `protectedBy` is missing, or lets requests without a token pass.
   * @example
   * app.use('/_scopegate', inspector.middleware({ protectedBy: ops.requireScope('inspect:api') }));
   */
  middleware(options: MountOptions): InspectorMiddleware;
  /**
   * Ends the subscriptions, the open pages and the server. A mounted page responds with 503 from then on.
   *
   * @example
   * await inspector.close();
   */
  close(): Promise<void>;
}

/**
 * Creates an inspector. It begins to keep decisions at once, in memory and within bounds.
 *
 * @throws TypeError An option is missing, unknown or out of range.
 * @example
 * const inspector = createInspector({ servers: { sales: api }, app });
 * const { url } = await inspector.listen();
 */
export function createInspector(options: InspectorOptions): Inspector {
  const resolved = resolveOptions(options);
  const feed = new Feed(identifyProcess(), createLabels(resolved));
  const api: ApiContext = {
    ...resolved,
    feed,
    audit: new CachedReading(() => auditApplication(resolved)),
    privilegeReport: new CachedReading(() => readPrivileges(resolved, feed.labelOf)),
  };
  let isClosed = false;
  let listening: Promise<OwnServer> | undefined;
  const site: Site = { assets: new Assets(), api, isClosed: () => isClosed };
  return Object.freeze({
    listen: async (given: ListenOptions = {}) => {
      if (isClosed) throw new Error('the inspector is closed; create another one');
      if (listening !== undefined) throw new Error('the inspector listens already');
      listening = listen(site, { isExplainOn: resolved.explain ?? true, options: given });
      const started = listening;
      // After a failure, such as a port that is in use, another port can be tried.
      const { address } = await started.catch((error: unknown) => {
        listening = undefined;
        throw error;
      });
      return address;
    },
    middleware: (given: MountOptions) =>
      createMiddleware(site, { isExplainOn: resolved.explain ?? false, options: given }),
    close: async () => {
      isClosed = true;
      feed.close();
      const started = await listening?.catch(() => undefined);
      if (started !== undefined) await closeServer(started);
    },
  });
}

/** Creates the function that finds the name of a resource server on the page. */
function createLabels({ servers }: ResolvedOptions): (name: string) => string {
  const labels = new Map([...servers].map(([label, { name }]) => [name, label]));
  return (name) => labels.get(name) ?? name;
}

function identifyProcess(): ConstructorParameters<typeof Feed>[0] {
  return {
    boot: randomInt(2 ** 47).toString(36),
    version: readVersion(),
    pid: process.pid,
    startedAt: Math.round(Date.now() - process.uptime() * 1000),
  };
}

/** How long the last messages of open pages may take. */
const GRACE_MS = 1_000;

function closeServer({ server }: OwnServer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
