import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createResourceServer } from '@scopegate/express';
import { logEvents } from '@scopegate/telemetry/logs';
import { createTestIssuer } from '@scopegate/testing';
import express from 'express';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runInMemory } from '../../support/memory-terminal.js';
import { root } from '../../workspace/workspace.js';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://api.example.com';

function readPage(name: string): string {
  return readFileSync(join(root, 'docs', name), 'utf8');
}

/** Returns the first block of a language in the section about a 401. */
function readBlock(language: string): string {
  const [, section = ''] = readPage('debugging.md').split('## Debug a 401\n');
  const block = new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(section);
  if (block?.[1] === undefined) throw new Error(`docs/debugging.md has no block of ${language}`);
  return block[1];
}

/** Opens the API of the page, and collects its log lines. */
async function openApi(): Promise<{
  readonly send: (token: string) => Promise<number>;
  readonly mint: (audience: string) => Promise<string>;
  readonly explain: (words: readonly string[], token: string) => Promise<string>;
  readonly lines: readonly object[];
}> {
  const issuer = await createTestIssuer({ alg: 'ES256', issuer: ISSUER, listen: false });
  const trust = issuer.options({ audience: AUDIENCE });
  const api = createResourceServer({ ...trust, name: 'sales', identifyClients: true });
  const lines: object[] = [];
  const write = (line: object): void => void lines.push(line);
  const log = logEvents({ info: write, warn: write, error: write });
  onTestFinished(async () => {
    log.close();
    api.close();
    await issuer.close();
  });
  const app = express();
  app.get('/v1/sales/:id', api.requireScope('read:analytics'), (_req, res) => void res.send());
  return {
    lines,
    mint: (audience) =>
      issuer.mint({ audience, scope: 'read:analytics', claims: { client_id: 'dashboard' } }),
    send: async (token) => {
      const { status } = await request(app)
        .get('/v1/sales/4711')
        .set('Authorization', `Bearer ${token}`);
      return status;
    },
    explain: async (words, input) => {
      const { fetch = globalThis.fetch } = trust;
      const { stdout } = await runInMemory(words, { input, fetch });
      return stdout;
    },
  };
}

describe('docs/debugging.md › debug a 401', () => {
  it('leads from the log line to the client, to the check that failed and to the fix', async () => {
    const { send, mint, explain, lines } = await openApi();
    const token = await mint('https://inventory.example.com');
    expect(await send(token)).toBe(401);
    const shown = JSON.parse(readBlock('json')) as object;
    expect(lines).toEqual([expect.objectContaining(shown)]);

    const [command = '', ...output] = readBlock('text').split('\n');
    const words = command
      .replace(/^\$ scopegate /, '')
      .replace(/ < .*$/, '')
      .split(' ');
    const printed = await explain(words, token);
    const parts = output.join('\n').split(/\n?…\n/);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(printed).toContain(part);

    expect(await send(await mint(AUDIENCE))).toBe(200);
  });
});
