import { createServer } from 'node:http';
import type { ResourceServer } from '@scopegate/express';
import type { TestIssuer } from '@scopegate/testing';
import type { WireDecision } from '../../../packages/inspector/src/wire.js';
import express from 'express';
import { beforeEach, describe, expect, it } from 'vitest';
import { ask, listenInspector, openStream } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

describe('a live inspector', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let target: URL;

  beforeEach(async () => {
    issuer = await openIssuer();
    api = openApi({ ...issuer.options(), name: 'sales', identifyClients: true });
    const app = express();
    app.get('/v1/sales/:id', api.requireScope('read'), (_req, res) => void res.end());
    target = new URL('v1/sales/4711', await openServer(createServer(app)));
  });

  it('sends a refusal within a second, and what was decided before the page was opened', async () => {
    const { base, authorized } = await listenInspector({ servers: { sales: api } });
    await fetch(target);
    const stream = await openStream(base, authorized);
    await stream.waitFor(({ event }) => event === 'decisions');
    expect(stream.messages.map(({ event }) => event)).toEqual(['hello', 'counters', 'decisions']);
    await fetch(target, { headers: await bearer(issuer, { scope: 'read', clientId: 'nightly' }) });
    const { data, id } = await stream.waitFor(({ data }) => isAbout(data, 'allowed'));
    expect(data).toMatchObject([
      {
        outcome: 'allowed',
        server: 'sales',
        guard: 'requireScope',
        requires: 'read',
        method: 'GET',
        route: '/v1/sales/:id',
        clientId: 'nightly',
      },
    ]);
    expect(id).toMatch(/^[a-z0-9]+-2$/);
  });

  it('answers with the overview', async () => {
    const { base, authorized } = await listenInspector({ servers: { sales: api } });
    const { status, body } = await ask(new URL('api/overview', base), { headers: authorized });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      servers: ['sales'],
      reportOnly: [],
      trials: [],
      isExplainOn: true,
    });
  });
});

function isAbout(data: unknown, outcome: string): boolean {
  return Array.isArray(data) && (data as WireDecision[]).some((each) => each.outcome === outcome);
}
