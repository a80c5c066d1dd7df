import { createServer } from 'node:http';
import express from 'express';
import { createResourceServer } from '@scopegate/express';
import { createInspector, type Inspector } from '@scopegate/inspector';
import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
import { createTestIssuer, type TestIssuer } from '@scopegate/testing';
import { expect, it, onTestFinished } from 'vitest';
import { openServer } from '../support/listen.js';
import { describeInBrowser } from './support/chromium.js';
import { waitUntilLive } from './support/open-inspector.js';
import { openPage } from './support/open-page.js';

const AUDIENCE = 'https://api.example.com';

interface ObservedApp {
  readonly inspector: Inspector;
  readonly issuer: TestIssuer;
  /** Sends a request with a token or without one, and returns its status. */
  readonly call: (path: string, token?: string) => Promise<number>;
}

/** An application with a guarded route and an open one, and its inspector, until the running test is over. */
async function startObservedApp(): Promise<ObservedApp> {
  const issuer = await createTestIssuer({ listen: false, alg: 'ES256' });
  const api = createResourceServer({
    ...issuer.options({ audience: AUDIENCE }),
    name: 'sales',
    identifyClients: true,
  });
  const recorder = createPrivilegeRecorder();
  const app = express();
  const router = express.Router();
  router.get('/sales/:id', api.requireScope('read:analytics'), (_req, res) => {
    res.json({ ok: true });
  });
  app.use('/v1', router);
  app.post('/v1/open', (_req, res) => {
    res.json({ ok: true });
  });
  const inspector = createInspector({ app, servers: { sales: api }, privileges: recorder });
  onTestFinished(() => inspector.close());
  const origin = await openServer(createServer(app));
  const call = async (path: string, token?: string): Promise<number> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL(path, origin), { headers });
    await response.arrayBuffer();
    return response.status;
  };
  return { inspector, issuer, call };
}

describeInBrowser('inspector of an application', (browser) => {
  it('shows a refused request with its reason and fixes', async () => {
    const { inspector, call } = await startObservedApp();
    const { url } = await inspector.listen();
    const { page } = await openPage(browser(), url);
    await waitUntilLive(page);
    await page.getByRole('link', { name: 'Decisions', exact: true }).click();
    await page.getByText('No decision yet.').waitFor();
    expect(await call('/v1/sales/1')).toBe(401);
    await page.getByText('missing_credentials').last().waitFor();
    await page.getByRole('button', { name: /details/ }).click();
    await page.locator('tr.details').filter({ hasText: 'To fix' }).waitFor();
    const details = await page.locator('tr.details').innerText();
    expect(details).toMatch(/refused, 401[\s\S]*To fix[\s\S]*client: send the access token/);
  });

  it('fills every view, and explains a token in the process that it was minted for', async () => {
    const { inspector, issuer, call } = await startObservedApp();
    const { url } = await inspector.listen();
    const { page } = await openPage(browser(), url);
    await waitUntilLive(page);
    expect(await call('/v1/sales/1', await issuer.mint({ scope: 'read:analytics' }))).toBe(200);
    expect(await call('/v1/sales/1', await issuer.mint({ scope: 'other' }))).toBe(403);
    const open = async (name: string): Promise<void> => {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    };
    await page.getByRole('region', { name: 'Why refused' }).getByText('scope').first().waitFor();
    await open('Decisions');
    await page.locator('tr.decision').filter({ hasText: 'allowed' }).waitFor();
    await open('Routes');
    expect(await page.getByRole('row').filter({ hasText: '/v1/open' }).innerText()).toContain(
      'OPEN',
    );
    await open('Keys');
    await page.getByText('fresh').first().waitFor();
    await open('Privileges');
    await page
      .getByRole('cell', { name: 'read:analytics' })
      .or(page.getByText('test-client'))
      .first()
      .waitFor();
    await open('Explain');
    await page
      .getByLabel('Access token')
      .fill(await issuer.mint({ audience: 'https://other.example' }));
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('refused: audience').waitFor();
  });

  it('ends with the process, and denies its page at the next one', async () => {
    const first = await startObservedApp();
    const { url, port } = await first.inspector.listen();
    const { page } = await openPage(browser(), url);
    await waitUntilLive(page);
    await first.inspector.close();
    await page.getByText('the process has ended').waitFor();
    const second = await startObservedApp();
    const next = await second.inspector.listen({ port });
    await page.getByRole('heading', { name: 'Denied' }).waitFor();
    await page.goto(next.url);
    await waitUntilLive(page);
  });
});
