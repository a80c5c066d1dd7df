/** A canary: a token that fails in every way leaves no trace of itself anywhere. */
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { KEY_SET_CHANNEL } from '@scopegate/access-token';
import { DECISION_CHANNEL } from '@scopegate/express';
import { forgeries } from '@scopegate/testing';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Answer } from '../support/answer.js';
import { CANARY, MARK, reachableFrom, tracesOf } from './canary.js';
import { type Express, forEachExpress } from '../../support/express-versions.js';
import { type Fixture, type FixtureOptions, openFixture } from '../support/fixture.js';
import { keysOfAllMaps } from './heap.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const stranger = createSigner('ES256', { kid: `${MARK}-kid` });

/** Whatever was told to anybody while a test ran. */
const told: unknown[] = [];
const CHANNELS = [DECISION_CHANNEL, KEY_SET_CHANNEL];
const STREAMS = [process.stdout, process.stderr];
const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const listen = (...message: readonly unknown[]): void => void told.push(message);

beforeEach(() => {
  told.length = 0;
  for (const name of CHANNELS) subscribe(name, listen);
  for (const name of CONSOLE) vi.spyOn(console, name).mockImplementation(listen);
  for (const stream of STREAMS) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      listen(String(chunk));
      return true;
    });
  }
  process.on('warning', listen);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.off('warning', listen);
  for (const name of CHANNELS) unsubscribe(name, listen);
});

/** A server whose every word is noted: its errors, and what it asks of the issuer. */
async function openNoting(express: Express, options: Members = {}): Promise<Fixture> {
  const handled: FixtureOptions = {
    server: (issuer) => ({
      ...issuer.options(),
      fetch: (url: URL, init?: RequestInit) => {
        listen(url, init);
        return fetch(url, init);
      },
      ...options,
    }),
    mount: ({ app, api, handler }) => {
      app.get('/p', api.requireScope('read'), handler);
      app.get('/narrow', api.require({ scope: 'read', atMost: ['read'] }), handler);
      app.get('/users', api.require({ scope: 'read', principal: 'user' }), handler);
      app.get('/write', api.requireScope('write'), handler);
      app.get('/maybe', api.optionalAccessToken(), handler);
    },
  };
  return openFixture(express, handled);
}

/** Does nothing but note the error; the answer says nothing. */
const onRefusal = (error: unknown, _req: unknown, res: { end: () => unknown }): void => {
  listen(error);
  res.end();
};

const EVERYWHERE = ['/p', '/narrow', '/users', '/write', '/maybe'];

/** Presents a token in every way there is, and gives back all that came of it. */
async function presentEverywhere(
  rs: Fixture,
  token: string,
  paths = EVERYWHERE,
): Promise<readonly Answer[]> {
  const authorization = `Bearer ${token}`;
  const answers = [];
  for (const path of paths) answers.push(await rs.send({ path, headers: { authorization } }));
  const malformed = [`Bearer ${token} x`, `Bearer "${token}"`, `Bearer${token}`, `Basic ${token}`];
  for (const odd of malformed) answers.push(await rs.send({ headers: { authorization: odd } }));
  answers.push(
    await rs.send({ path: `/p?access_token=${encodeURIComponent(token)}` }),
    await rs.send({ path: '/p?access_token=x', headers: { authorization } }),
    await rs.sendLines(['GET /p HTTP/1.1', ...[1, 2].map(() => `Authorization: ${authorization}`)]),
  );
  return answers;
}

/** Expects no trace of a token in answers, in what was told, and in what can be reached. */
function expectNoTrace(token: string, rs: Fixture, answers: readonly Answer[], name: string): void {
  const text = [
    ...answers.map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`),
    ...told.map(reachableFrom),
    reachableFrom(rs.api),
    reachableFrom(rs.api.health()),
  ].join('\n');
  expect(tracesOf(token, text), name).toEqual([]);
}

const canary = { ...CANARY, scope: String(CANARY.claims['scope']) };

forEachExpress((express) => {
  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leaves no trace of a token that fails in any way',
    async () => {
      const answering = await openNoting(express);
      const noting = await openNoting(express, { onRefusal });
      for (const { name } of forgeries) {
        for (const rs of [answering, noting]) {
          const token = await rs.issuer.forge[name](canary);
          const answers = await presentEverywhere(rs, token, ['/p']);
          expectNoTrace(token, rs, answers, name);
          told.length = 0;
        }
      }
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leaves no trace of a token that is good, beyond its claims',
    async () => {
      for (const options of [{}, { onRefusal }, { excessScopes: 'report' }]) {
        const rs = await openNoting(express, options);
        const token = await rs.issuer.mint(canary);
        const answers = await presentEverywhere(rs, token);
        expect(answers[0]?.status).toBe(200);
        expect(told.length).toBeGreaterThan(0);
        expectNoTrace(token, rs, answers, JSON.stringify(options));
        told.length = 0;
      }
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leaves no trace of a token while keys are unavailable',
    async () => {
      for (const options of [{}, { onRefusal }]) {
        const rs = await openNoting(express, options);
        rs.issuer.fault('jwks', { kind: 'html' });
        const token = await rs.issuer.mint(canary);
        const answers = await presentEverywhere(rs, token);
        expectNoTrace(token, rs, answers, 'a page in place of keys');
        await rs.issuer.stop();
        rs.issuer.clock.advance(600_000);
        const later = await rs.issuer.mint({ ...canary, header: { kid: `${MARK}-kid` } });
        expectNoTrace(later, rs, await presentEverywhere(rs, later), 'nobody there');
        told.length = 0;
      }
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leaves no trace of claims that a schema refuses',
    async () => {
      const issues = [{ message: `no ${MARK}`, path: [MARK] }];
      const validate = (value: unknown): unknown => ({ issues, value });
      const schema = { '~standard': { version: 1, vendor: 'test', validate } };
      for (const options of [{ claims: schema }, { claims: schema, onRefusal }]) {
        const rs = await openNoting(express, options);
        const token = await rs.issuer.mint(canary);
        const answers = await presentEverywhere(rs, token);
        expect(answers[0]?.status).toBe('onRefusal' in options ? 200 : 401);
        expectNoTrace(token, rs, answers, 'a schema');
        told.length = 0;
      }
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'remembers a token by its hash alone',
    async () => {
      const rs = await openNoting(express, { tokenCache: {} });
      const token = await rs.issuer.mint(canary);
      expect(await rs.present(token)).toBe('200');
      const inMemory = new Map([[`found: ${token}`, 1]]);
      const [, ...secrets] = token.split('.');
      const keys = await keysOfAllMaps();
      const holding = keys.filter((key) => secrets.some((part) => key.includes(part)));
      // The search finds what is there to be found, and that alone.
      expect(holding).toEqual([...inMemory.keys()]);
      const hash = createHash('sha256').update(token).digest('binary');
      expect(keys).toContain(hash);
    },
  );

  verifies(
    'rfc6749#10.3/token-value-leaves-no-trace',
    'leaves no trace of kids and keys of strangers',
    async () => {
      const rs = await openNoting(express, { onRefusal });
      const jwk = { ...stranger.publicJwk, kid: MARK };
      const header = { ...CANARY.header, jwk, jku: `https://${MARK}.example/keys`, x5t: MARK };
      const token = stranger.sign(header, claimsFor(rs, CANARY.claims));
      expectNoTrace(token, rs, await presentEverywhere(rs, token), 'a stranger');
    },
  );
});

verifies('rfc6749#10.3/token-value-leaves-no-trace', 'would find a trace if there were one', () => {
  const token = stranger.sign(CANARY.header, CANARY.claims);
  const hidden = new Error('x', { cause: Object.defineProperty({}, 'y', { value: token }) });
  const inGetter = new (class extends Error {
    get headers(): object {
      return { token };
    }
  })();
  const inMap = { deep: new Map([[{}, new Set([[token]])]]) };
  for (const value of [hidden, inGetter, inMap, [token.slice(40, 60)], { [MARK]: 1 }]) {
    expect(tracesOf(token, reachableFrom(value))).not.toEqual([]);
  }
  expect(tracesOf(token, reachableFrom({ token: 'another' }))).toEqual([]);
});
