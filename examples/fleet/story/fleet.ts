/**
 * The fleet of the story: three processes of the Sales API, four report services, and an authorization server.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import type { FleetNodeSettings } from '../fleet-node.js';
import type { StartNode, StoryNode } from './fork-fleet-node.js';
import type { RedisServer } from './redis-server.js';

/** The identifier of the Sales API. Proofs are for this URL, whichever process gets the request. */
export const AUDIENCE = 'https://sales.example';

/** A node with the name that the report shows. */
export interface NamedNode extends StoryNode {
  readonly name: string;
}

/** The running fleet. */
export interface Fleet {
  readonly redis: RedisServer;
  readonly issuer: TestIssuer;
  /** The first three processes of the Sales API. */
  readonly apis: readonly NamedNode[];
  /** The report services. */
  readonly reports: readonly NamedNode[];
  /** What must not be readable in Redis. */
  readonly secrets: readonly string[];
  /** The report prints this first: what runs where. */
  readonly description: string;
  /** Starts one more process. */
  add(kind: FleetNodeSettings['kind']): Promise<NamedNode>;
  close(): Promise<void>;
}

/** Starts the authorization server and the fleet, with keys and secrets that are created for this run. */
export async function startFleet(redis: RedisServer, startNode: StartNode): Promise<Fleet> {
  const clientSecret = createSecret('base64url');
  const encryptionKey = createSecret('base64');
  const issuer = await createTestIssuer({
    alg: 'ES256',
    audience: AUDIENCE,
    clients: [{ clientId: 'report-service', clientSecret, scope: 'read:sales' }],
  });
  const nodes: Readonly<Record<FleetNodeSettings['kind'], NamedNode[]>> = { api: [], report: [] };
  const add = async (kind: FleetNodeSettings['kind']): Promise<NamedNode> => {
    const { introspectionClient } = issuer;
    const node = await startNode({
      kind,
      issuer: issuer.issuer,
      audience: AUDIENCE,
      clientId: introspectionClient.clientId,
      clientSecret: kind === 'api' ? introspectionClient.clientSecret() : clientSecret,
      redisUrl: redis.url,
      encryptionKey,
      origins: nodes.api.map(({ url }) => url),
    });
    const title = kind === 'api' ? 'API' : 'report';
    const named = { ...node, name: `${title} ${nodes[kind].length + 1}` };
    nodes[kind].push(named);
    return named;
  };
  for (let count = 0; count < 3; count += 1) await add('api');
  for (let count = 0; count < 4; count += 1) await add('report');
  return {
    redis,
    issuer,
    apis: nodes.api.slice(),
    reports: nodes.report,
    secrets: [clientSecret, encryptionKey],
    description: describe(redis, issuer),
    add,
    async close() {
      await Promise.all([...nodes.api, ...nodes.report].map((node) => node.stop()));
      await issuer.close();
    },
  };
}

function createSecret(encoding: 'base64' | 'base64url'): string {
  return randomBytes(32).toString(encoding);
}

function describe(redis: RedisServer, { issuer }: TestIssuer): string {
  return [
    `State                 ${redis.url}  (${redis.name})`,
    `Authorization server  ${issuer}`,
    'Sales API             3 processes, protected by Scopegate',
    'Report services       4 processes, one client',
  ].join('\n');
}
