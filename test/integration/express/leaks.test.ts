import { inspect } from 'node:util';
import {
  DECISION_CHANNEL,
  KEY_SET_CHANNEL,
  type Refusal,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import { type ForgeryName, forgeries, type TestIssuer } from '@scopegate/testing';
import express, { type Express, type RequestHandler } from 'express';
import request, { type Response } from 'supertest';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenTo } from '../../support/listen-to.js';
import { openApi, openIssuer } from '../../support/test-issuers.js';

/** Part of every claim and credential that a caller chooses, and of nothing else. */
const CANARY = 'canary7f3a';

/** The claims of a token with the canary. */
const CLAIMS = {
  clientId: `client-${CANARY}`,
  subject: `user-${CANARY}`,
  scope: `read ${CANARY}`,
  header: { [`x-${CANARY}`]: CANARY },
  claims: { jti: `jti-${CANARY}`, email: `${CANARY}@example.com`, [`claim-${CANARY}`]: 1 },
};

describe('a canary', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let app: Express;
  /** Everything that the resource server has exposed. */
  let traces: string[];

  beforeEach(async () => {
    issuer = await openIssuer();
    traces = [];
    watchConsole();
    const events = [listenTo(DECISION_CHANNEL), listenTo(KEY_SET_CHANNEL)];
    open();
    onTestFinished(() => {
      // Checked last, so that events that are published late are included.
      expect(shown(events)).not.toContain(CANARY);
    });
  });

  function open(
    options: Partial<Pick<ResourceServerOptions, 'excessScopes' | 'claims'>> = {},
  ): void {
    api = openApi({
      ...issuer.options(),
      ...options,
      scopes: ['read', 'write'],
      credentials: ['header', 'body', 'query'],
      onRefusal: (error: Refusal, _req, _res, next) => {
        traces.push(...everythingOf(error));
        next(error);
      },
    });
    app = express();
    app.use(express.urlencoded());
    const done: RequestHandler = (_req, res) => void res.json({ ok: true });
    // The refusal goes to Express itself, which shows its stack.
    app.all('/', api.requireScope('read'), done);
    app.all('/write', api.requireScope('write'), done);
    app.all('/user', api.require({ principal: 'client' }), done);
    app.all('/least', api.require({ atMost: ['read'] }), done);
    const plain = openApi({ ...issuer.options(), ...options });
    app.all('/plain', plain.requireScope('read', 'write'), done);
  }

  function watchConsole(): void {
    const keepText = (...parts: unknown[]): boolean => traces.push(parts.map(String).join(' ')) > 0;
    const spies = [
      ...[process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write')),
      ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
        vi.spyOn(console, name),
      ),
    ];
    for (const spy of spies) {
      spy.mockImplementation(keepText);
      onTestFinished(() => {
        spy.mockRestore();
      });
    }
  }

  /** Records a response, and what the resource server exposes at that time. */
  function keep(response: Response): Response {
    traces.push(response.text, JSON.stringify(response.headers), String(response.status));
    traces.push(shown(api), shown(api.health()), JSON.stringify(api.health()));
    for (const { lastError } of api.health().issuers) {
      if (lastError) traces.push(...everythingOf(lastError));
    }
    return response;
  }

  function expectNoTrace(token: string): void {
    const secrets = [CANARY, ...segmentsOf(token)];
    const text = traces.join('\n');
    expect(text).not.toBe('');
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  }

  async function present(token: string, path = '/'): Promise<Response> {
    const sent = request(app).get(path);
    return keep(await sent.set({ authorization: `Bearer ${token}` }));
  }

  const PLACES: Readonly<Record<string, (token: string) => Promise<Response>>> = {
    'the header': (token) =>
      request(app)
        .get('/')
        .set({ authorization: `Bearer ${token}` }),
    'the header twice': (token) =>
      request(app)
        .get('/')
        .set({ Authorization: [`Bearer ${token}`, `Bearer ${token}`] }),
    'a malformed header': (token) =>
      request(app)
        .get('/')
        .set({ authorization: `Bearer "${token}"` }),
    'the header of another scheme': (token) =>
      request(app)
        .get('/')
        .set({ authorization: `Token ${token}` }),
    'the query': (token) => request(app).get('/').query({ access_token: token }),
    'the query in brackets': (token) => request(app).get(`/?access_token[${token}]=${token}`),
    'header and query': (token) =>
      request(app)
        .get('/')
        .query({ access_token: token })
        .set({ authorization: `Bearer ${token}` }),
    'a form': (token) => request(app).post('/').type('form').send({ access_token: token }),
    'a form, twice': (token) =>
      request(app)
        .post('/')
        .type('form')
        .send({ access_token: [token, token] }),
  };

  it.each(Object.entries(PLACES))(
    'in an invalid token leaves no trace, sent in %s',
    async (_place, send) => {
      const token = await issuer.forge.tampered(CLAIMS);
      const response = keep(await send(token));
      expect(response.status).toBeGreaterThanOrEqual(400);
      expectNoTrace(token);
    },
  );

  it.each(forgeries.map(({ name }) => name))(
    'in a forged token leaves no trace: %s',
    async (name: ForgeryName) => {
      const token = await issuer.forge[name](CLAIMS);
      for (const path of ['/', '/plain']) {
        const response = await present(token, path);
        expect([400, 401]).toContain(response.status);
      }
      expectNoTrace(token);
    },
  );

  it.each(['/write', '/plain', '/user', '/least'])(
    'in a valid but insufficient token leaves no trace, at %s',
    async (path) => {
      const token = await issuer.mint(CLAIMS);
      const response = await present(token, path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expectNoTrace(token);
    },
  );

  it.each(['ignore', 'report', 'refuse'] as const)(
    'in a token with excess scope leaves no trace, excessScopes: %s',
    async (excessScopes) => {
      open({ excessScopes });
      const token = await issuer.mint(CLAIMS);
      const response = await present(token);
      expect(response.status).toBe(excessScopes === 'refuse' ? 401 : 200);
      expectNoTrace(token);
    },
  );

  it('in claims that a schema rejects leaves no trace, although its issues quote them', async () => {
    const validate = (claims: unknown): { issues: { message: string }[] } => ({
      issues: [{ message: `not as expected: ${JSON.stringify(claims)}` }],
    });
    open({ claims: { '~standard': { version: 1, vendor: 'test', validate } } });
    const token = await issuer.mint(CLAIMS);
    const response = await present(token);
    expect(response.status).toBe(401);
    expectNoTrace(token);
  });

  it('in a token leaves no trace during an outage', async () => {
    const token = await issuer.mint(CLAIMS);
    await issuer.stop();
    const response = await present(token);
    expect(response.status).toBe(503);
    expectNoTrace(token);
  });

  it.each([
    { kind: 'document', document: { keys: CANARY } },
    { kind: 'document', document: { keys: [{ kty: CANARY, kid: CANARY, alg: CANARY }] } },
    { kind: 'document', document: CANARY },
    { kind: 'status', status: 500, body: { error: CANARY }, headers: { 'x-error': CANARY } },
    { kind: 'redirect', location: `https://${CANARY}.example/` },
    { kind: 'mediaType', mediaType: `text/${CANARY}` },
  ] as const)('in documents of the issuer leaves no trace: %j', async (fault) => {
    issuer.fault('jwks', fault);
    const token = await issuer.mint();
    const response = await present(token);
    expect([401, 503]).toContain(response.status);
    expectNoTrace(token);
  });

  it('is found when an error contains it', () => {
    const error = new TypeError('outer', { cause: new Error(`inner ${CANARY}`) });
    traces.push(...everythingOf(error));
    expect(() => {
      expectNoTrace('a.b.c');
    }).toThrow();
    traces.splice(0);
  });
});

/** Everything that an error exposes: its text, its members and its causes. */
function everythingOf(error: Error): string[] {
  const own = Object.getOwnPropertyNames(error).map((name) => shown(Reflect.get(error, name)));
  const { cause, headers, challenge } = error as Error & {
    readonly headers?: unknown;
    readonly challenge?: unknown;
  };
  const deeper = cause instanceof Error ? everythingOf(cause) : [shown(cause)];
  const text = [String(error), error.stack ?? '', JSON.stringify(error), shown(error)];
  return [...text, ...own, shown(headers), shown(challenge), ...deeper];
}

function shown(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxStringLength: null,
  });
}

/** The token, and those of its segments that are long enough to be distinctive. */
function segmentsOf(token: string): string[] {
  return [token, ...token.split('.')].filter((segment) => segment.length > 8);
}
