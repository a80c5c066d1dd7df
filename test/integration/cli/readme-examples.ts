/**
 * The examples of the README of the command, and how they are run.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResourceServer, declarePublic, type Trust } from '@scopegate/express';
import {
  createProofKey,
  createTestClock,
  createTestIssuer,
  type TestIssuer,
} from '@scopegate/testing';
import type { PrivilegeUsage } from '@scopegate/telemetry/privileges';
import express, { type Express } from 'express';
import { type CommandOutcome, runInMemory } from '../../support/memory-terminal.js';
import { holding, policyOf, recordAll } from '../../support/recorded-decisions.js';
import { root } from '../../workspace/workspace.js';

/** A command of the README, and the output below it. */
export interface ReadmeExample {
  readonly command: string;
  /** The lines of the output; `  …` stands for any number of lines. */
  readonly output: readonly string[];
}

/** Reads the blocks that begin with `$ scopegate`. */
export function readExamples(): readonly ReadmeExample[] {
  const markdown = readFileSync(join(root, 'packages/cli/README.md'), 'utf8');
  return [...markdown.matchAll(/```text\n\$ scopegate (.*)\n([^]*?)\n```/g)].map(
    ([, command = '', output = '']) => ({ command, output: output.split('\n') }),
  );
}

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://api.example.com';

/** Creates the application of the examples. */
function createApp(trust: Trust): Express {
  const api = createResourceServer(trust);
  const app = express();
  const handler = (_req: express.Request, res: express.Response): void => void res.send();
  app.get('/health', declarePublic('for the load balancer'), handler);
  app.get('/v1/sales', api.requireScope('read:analytics'), handler);
  app.post('/v1/refunds', handler);
  return app;
}

/** Runs an example. The tokens and the servers are those that the README describes. */
export async function runExample(command: string): Promise<CommandOutcome> {
  const clock = createTestClock(Date.UTC(2026, 10, 20, 12));
  const issuer = await createTestIssuer({ alg: 'ES256', issuer: ISSUER, listen: false, clock });
  const trust = issuer.options({ audience: AUDIENCE });
  const reachIssuer = trust.fetch ?? fetch;
  if (command.startsWith('doctor')) plantFault(issuer);
  const words = [...command.replace(/ < .*/, '').matchAll(/'([^']*)'|\S+/g)].map(
    ([word, quoted]) => quoted ?? word,
  );
  const directory = await mkdtemp(join(tmpdir(), 'scopegate-readme-'));
  await writeFile(join(directory, 'usage.json'), JSON.stringify(recordUsage()));
  try {
    return await runInMemory(words, {
      input: await mint(issuer, command, directory),
      directory,
      clock,
      fetch: command.includes('login.internal') ? refuseCertificate : reachIssuer,
      load: () => Promise.resolve({ app: createApp(trust), createApp }),
    });
  } finally {
    await rm(directory, { recursive: true });
    await issuer.close();
  }
}

/** What `fetch` throws for a certificate of a private authority. */
function refuseCertificate(): Promise<never> {
  const cause = Object.assign(new Error('self-signed certificate in certificate chain'), {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  return Promise.reject(new TypeError('fetch failed', { cause }));
}

/** A snapshot after 60 days: one client needs one of its scopes, another calls once a month. */
function recordUsage(): PrivilegeUsage {
  const policy = policyOf({ scope: 'read', trial: { atMost: ['read'] } });
  const allowed = { outcome: 'allowed', reason: undefined } as const;
  const refused = { outcome: 'refused', reason: 'excess_scope' } as const;
  const reports = { policy, held: holding('read', 'write'), trial: refused, times: 5 };
  const shop = { policy, clientId: 'shop', trial: allowed, times: 9 };
  const days = Array.from({ length: 61 }, (_, day) => day);
  return recordAll([
    ...days.map((day) => ({ ...reports, day })),
    ...days.filter((day) => day % 31 === 0).map((day) => ({ ...shop, day })),
    ...days.map((day) => ({ clientId: 'jobs', route: '/jobs', day, times: 2 })),
  ]);
}

function plantFault(issuer: TestIssuer): void {
  issuer.fault('oauthMetadata', { kind: 'html' });
}

async function mint(issuer: TestIssuer, command: string, directory: string): Promise<string> {
  if (command.includes('--proof')) {
    const key = createProofKey();
    const token = await issuer.mint({ boundTo: key });
    const url = 'https://shop.example.com/v1/sales';
    await writeFile(join(directory, 'proof.txt'), key.proof({ method: 'GET', url, token }));
    return token;
  }
  if (command.includes('--app')) return await issuer.mint({ scope: 'write:analytics' });
  return await issuer.mint({
    claims: { aud: 'my-client', client_id: 'my-client', sub: 'my-client' },
  });
}
