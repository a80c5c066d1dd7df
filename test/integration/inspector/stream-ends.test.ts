import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { ResourceServer } from '@scopegate/express';
import type { Inspector, ProtectingMiddleware } from '@scopegate/inspector';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, listenInspector, open, openInspector, openStream } from '../../support/inspectors.js';
import { openServer } from '../../support/listen.js';
import { publishDecision } from '../../support/decision-events.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';

type Next = () => void;

/** The start of a slot of the counters. */
const START = Date.UTC(2026, 10, 22);
const FIVE_MINUTES_MS = 300_000;

interface Mounted {
  readonly inspector: Inspector;
  readonly base: URL;
}

async function mount(api: ResourceServer, protectedBy: ProtectingMiddleware): Promise<Mounted> {
  const app = express();
  const inspector = openInspector({ servers: { api } });
  app.use('/_scopegate', inspector.middleware({ protectedBy }));
  return { inspector, base: new URL('_scopegate/', await openServer(createServer(app))) };
}

describe('the end of a stream', () => {
  let api: ResourceServer;

  beforeEach(() => {
    // Sockets need the timers of the operating system; the inspector's clock is moved by hand.
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: START });
    api = openApi({ issuer: 'https://issuer.example', audience: 'https://api.example.com' });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is the same when the inspector is closed twice', async () => {
    const { inspector, base, authorized } = await listenInspector({ servers: { api } });
    const { waitFor } = await openStream(base, authorized);
    await waitFor(({ event }) => event === 'counters');
    await Promise.all([inspector.close(), inspector.close()]);
    await waitFor(({ event }) => event === 'bye');
  });

  it('frees the place of a page that has gone before its protection let it in', async () => {
    const waiting: Next[] = [];
    let gone = 0;
    const { base } = await mount(api, (_req: IncomingMessage, res: ServerResponse, next: Next) => {
      if (gone === 8) {
        next();
        return;
      }
      waiting.push(next);
      res.once('close', () => (gone += 1));
    });
    const url = new URL('api/stream', base);
    for (let page = 1; page <= 8; page += 1) {
      const sent = request(url, { agent: false }).on('error', () => undefined);
      sent.end();
      await vi.waitFor(() => {
        expect(waiting).toHaveLength(page);
      });
      sent.destroy();
    }
    await vi.waitFor(() => {
      expect(gone).toBe(8);
    });
    for (const next of waiting) next();
    const response = await open(url);
    response.destroy();
    expect(response.statusCode).toBe(200);
  });

  it('is that of the connection for a page that does not read when its time is over', async () => {
    const { base } = await mount(api, (_req: unknown, _res: unknown, next: Next) => {
      next();
    });
    const response = await open(new URL('api/stream', base));
    response.pause();
    response.on('error', () => undefined);
    vi.advanceTimersByTime(FIVE_MINUTES_MS - 10_000);
    for (let round = 0; round < 44; round += 1) {
      for (let sent = 0; sent < 400; sent += 1) {
        const route = `/${'long/'.repeat(400)}${sent}`;
        publishDecision({ outcome: 'allowed', reason: undefined, route });
      }
      vi.advanceTimersByTime(250);
      await new Promise(setImmediate);
    }
    vi.advanceTimersByTime(60_000);
    const closed = new Promise((resolve) => response.once('close', resolve));
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
  });
});

describe('a mounted inspector', () => {
  it('answers 503 to a request that its guard lets in after it was closed', async () => {
    const issuer = await openIssuer();
    const api = openApi(issuer.options());
    const answers: ((isAllowed: boolean) => void)[] = [];
    const test = (): Promise<boolean> => new Promise((resolve) => answers.push(resolve));
    const guard = api.require({ check: { name: 'slow', test } });
    const { base, inspector } = await mount(api, guard);
    const answer = ask(new URL('api/stream', base), { headers: await bearer(issuer) });
    await vi.waitFor(() => {
      expect(answers).toHaveLength(1);
    });
    await inspector.close();
    answers[0]?.(true);
    expect((await answer).status).toBe(503);
  });

  it.each(['', 'page/page.js', 'api/overview', 'api/stream', 'api/explain'])(
    'adds nothing to the response of middleware that responds and continues: /%s',
    async (path) => {
      const issuer = 'https://issuer.example';
      const api = openApi({ issuer, audience: 'https://api.example.com' });
      const { base } = await mount(api, (_req: unknown, res: ServerResponse, next: Next) => {
        res.writeHead(503).end('late');
        next();
      });
      // An unhandled rejection fails the run.
      const { status, body } = await ask(new URL(path, base));
      expect([status, body]).toEqual([503, 'late']);
    },
  );

  it('may be opened by a link or a login of another site; its data may not be read there', async () => {
    const issuer = 'https://issuer.example';
    const api = openApi({ issuer, audience: 'https://api.example.com' });
    const { base } = await mount(api, (_req: unknown, _res: unknown, next: Next) => {
      next();
    });
    const visit = (path: string, mode: string, dest: string): Promise<number> => {
      const site = { 'sec-fetch-site': 'cross-site' };
      const headers = { ...site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
      return ask(new URL(path, base), { headers }).then(({ status }) => status);
    };
    expect(await visit('', 'navigate', 'document')).toBe(200);
    expect(await visit('', 'navigate', 'iframe')).toBe(403);
    expect(await visit('', 'no-cors', 'script')).toBe(403);
    expect(await visit('page/page.js', 'navigate', 'document')).toBe(403);
    expect(await visit('api/overview', 'navigate', 'document')).toBe(403);
  });
});
