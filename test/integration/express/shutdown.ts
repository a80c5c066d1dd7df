/**
 * The end of a process, as docs/deployment.md describes it.
 *
 * @module
 */
// #region shutdown
import type { Server } from 'node:http';
import type { ResourceServer } from '@scopegate/express';

export function closeOnSigterm(server: Server, api: ResourceServer): void {
  process.once('SIGTERM', () => {
    // Pending requests finish, which may need keys. Then the process has nothing left to do, and exits.
    server.close(() => {
      api.close();
    });
    // Proxies keep their connections open, which would keep the server open.
    setInterval(() => {
      server.closeIdleConnections();
    }, 100).unref();
  });
}
// #endregion shutdown
