/**
 * An authorization server, the service and its clients, all on this machine.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createTestIssuer } from '@scopegate/testing';
import { pino } from 'pino';
import { type Callers, type RegisteredClient, startCallers } from './callers.js';
import { createLogger } from './logger.js';
import { type Service, startService } from './service.js';

const DAY_MS = 86_400_000;

/** Options of {@link startStory}. */
export interface StoryOptions {
  /** The folder for the log, the audit log and the usage of privileges. */
  readonly folder: string;
  /** The time between two rounds of calls. @defaultValue none: only `callers.callOnce()` calls */
  readonly everyMs?: number;
}

/** The running story. */
export interface Story {
  readonly service: Service;
  readonly callers: Callers;
  /** What the commands of the README need, by the names of environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts everything, with keys and secrets that are created for this run. */
export async function startStory({ folder, everyMs }: StoryOptions): Promise<Story> {
  const clients = {
    reports: register('reports', 'read:analytics'),
    backOffice: register('back-office', 'read:analytics write:analytics admin:analytics'),
    dashboard: register('dashboard', 'read:analytics'),
    operator: register('operator', 'inspect:api'),
  };
  const authorizationServer = await createTestIssuer({
    alg: 'ES256',
    clients: Object.values(clients),
  });
  const { issuer, clock } = authorizationServer;
  const ticking = setInterval(() => {
    clock.set(Date.now());
  }, 1_000);

  const server = createServer();
  const api = await listen(server);
  const files = filesIn(folder);
  const audit = pino.destination({ dest: files.AUDIT, sync: true, mode: 0o600 });
  const service = await startService({
    server,
    trust: { issuer, audience: api },
    // An application has a date here that its team has agreed on.
    refundsGuardedFrom: new Date(Date.now() + 23 * DAY_MS).toISOString(),
    logger: createLogger(pino.destination({ dest: files.LOG, sync: true })),
    audit,
    usageFile: files.USAGE,
    usageEveryMs: 1_000,
  });
  const callers = startCallers({ issuer, api, clients }, everyMs);
  return {
    service,
    callers,
    environment: {
      API: api,
      ISSUER: issuer,
      ...files,
      DASHBOARD: credentialsOf(clients.dashboard),
      OPERATOR: credentialsOf(clients.operator),
    },
    async close() {
      await callers.stop();
      await service.stop();
      audit.end();
      clearInterval(ticking);
      await authorizationServer.close();
    },
  };
}

function filesIn(folder: string): { LOG: string; AUDIT: string; USAGE: string } {
  return {
    LOG: join(folder, 'sales.log'),
    AUDIT: join(folder, 'audit.ndjson'),
    USAGE: join(folder, `usage-${process.pid}.json`),
  };
}

function register(clientId: string, scope: string): RegisteredClient {
  return { clientId, clientSecret: randomBytes(32).toString('base64url'), scope };
}

function credentialsOf({ clientId, clientSecret }: RegisteredClient): string {
  return `${clientId}:${clientSecret}`;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
