/** Tokens leave no trace in anything that a resource server puts out. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { KEY_SET_CHANNEL } from '@scopegate/access-token';
import { DECISION_CHANNEL } from '@scopegate/express';
import { forgeries, type TokenOverrides } from '@scopegate/testing';
import { beforeEach, describe, expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront, forEachFront } from '../../support/fronts/fronts.js';
import type { Answer } from '../support/answer.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import type { HttpRequest } from '../support/http-client.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { keysOfAllMaps } from './heap.js';
import { findTokenTraces, formatReachable, type Output, watchOutput } from './tracer.js';
import { createHandOn } from './hand-on.js';

/** Occurs in each claim and header parameter of a canary token, and nowhere else. */
const MARK = 'cAnArY7q9';

/** A token that is accepted, and whose members contain the mark. */
const CANARY = {
  scope: `read ${MARK}-scope`,
  claims: {
    sub: `${MARK}-sub`,
    client_id: `${MARK}-client`,
    jti: `${MARK}-jti`,
    scope: `read ${MARK}-scope`,
    email: `${MARK}@example.com`,
    [`${MARK}-claim`]: 1,
    deep: { [`${MARK}-name`]: [`${MARK}-value`] },
  },
  header: { note: `${MARK}-header` },
} satisfies TokenOverrides;

const CANARY_WITH_KID = { ...CANARY, header: { ...CANARY.header, kid: `${MARK}-kid` } };

const unknownSigner = createSigner('ES256', { kid: `${MARK}-kid` });

let output: Output;

beforeEach(() => {
  output = watchOutput([DECISION_CHANNEL, KEY_SET_CHANNEL]);
});

/** Opens a server that can refuse in many ways, and records what it sends to the issuer. */
async function openServer(front: Front, options: Members = {}): Promise<Fixture> {
  return openFixture(front, {
    server: (issuer) => ({
      ...issuer.options(),
      credentials: front.parsesBodiesFirst ? ['header', 'body', 'query'] : ['header', 'query'],
      fetch: (url: URL, init?: RequestInit) => {
        output.add(url, init);
        return fetch(url, init);
      },
      ...options,
    }),
    mount: ({ app, api, handler }) => {
      if (front.parsesBodiesFirst) {
        app.express((native, { urlencoded }) => native.use(urlencoded()));
      }
      app.all('/p', api.requireScope('read'), handler);
      app.all('/both', api.requireScope('read', 'write'), handler);
      app.all('/narrow', api.require({ scope: 'read', atMost: ['read'] }), handler);
      app.all('/users', api.require({ scope: 'read', principal: 'user' }), handler);
      app.all('/clients', api.require({ principal: 'client' }), handler);
      app.all('/write', api.requireScope('write'), handler);
      app.all('/maybe', api.optionalAccessToken(), handler);
    },
  });
}

/** Ends the response without a word about the refusal. */
const endQuietly = (error: unknown, _req: IncomingMessage, res: ServerResponse): void => {
  output.add(error);
  res.end();
};

const handOn = createHandOn(() => output);

const SERVERS: Readonly<Record<string, Members>> = {
  'that answers refusals itself': {},
  'that accepts only at+jwt and caches nothing': { typ: 'at+jwt', tokenCache: false },
};

/** With hooks that have the signature of Express. */
const EXPRESS_SERVERS: Readonly<Record<string, Members>> = {
  'whose onRefusal ends the response': { onRefusal: endQuietly },
  'whose onRefusal hands the refusal on': { onRefusal: handOn },
};

const PATHS = ['/p', '/both', '/narrow', '/users', '/clients', '/write', '/maybe'];

/** Requests that present a token in a wrong place or form. */
function malformedRequests(token: string): readonly HttpRequest[] {
  const authorization = `Bearer ${token}`;
  const query = `access_token=${encodeURIComponent(token)}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const odd = [`${authorization} x`, `Bearer "${token}"`, `Bearer${token}`];
  const others = [`Basic ${token}`, `Token ${token}`];
  return [
    ...[...odd, ...others].map((field) => ({ headers: { authorization: field } })),
    { path: `/p?${query}` },
    { path: `/p?access_token[${encodeURIComponent(token)}]=${encodeURIComponent(token)}` },
    { path: `/p?${query}`, headers: { authorization } },
    { path: '/p?access_token=x', headers: { authorization } },
    { method: 'POST', headers: form, body: query },
    { method: 'POST', headers: form, body: `${query}&${query}` },
  ];
}

/** Presents a token in the header, at each of the paths. */
async function present(rs: Fixture, token: string, paths = ['/p']): Promise<readonly Answer[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answers = [];
  for (const path of paths) answers.push(await rs.send({ path, headers }));
  return answers;
}

/** Presents a token in each way there is. */
async function presentEverywhere(
  rs: Fixture,
  token: string,
  paths = PATHS,
): Promise<readonly Answer[]> {
  const answers = [...(await present(rs, token, paths))];
  for (const request of malformedRequests(token)) answers.push(await rs.send(request));
  const twice = [1, 2].map(() => `Authorization: Bearer ${token}`);
  answers.push(await rs.sendLines(['GET /p HTTP/1.1', ...twice]));
  return answers;
}

/** Everything that can be seen after a request: its responses, the output, and the server itself. */
function everythingSeen(rs: Fixture, answers: readonly Answer[]): string {
  const health = rs.api.health();
  return [
    ...answers.map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`),
    output.text(),
    formatReachable(rs.api),
    formatReachable(health),
    ...health.issuers.map(({ lastError }) => formatReachable(lastError)),
  ].join('\n');
}

function tracesOf(token: string, text: string): readonly string[] {
  const marks = [MARK, encode(MARK)].filter((mark) => text.includes(mark));
  return [...marks, ...findTokenTraces(token, text)];
}

/** Expects no trace of a token, then forgets the output so far. */
function expectNoTrace(
  token: string,
  { rs, answers, name }: { rs: Fixture; answers: readonly Answer[]; name: string },
): void {
  expect(output.size(), name).toBeGreaterThan(0);
  expect(tracesOf(token, everythingSeen(rs, answers)), name).toEqual([]);
  output.clear();
}

forEachFront((front) => {
  const servers = { ...SERVERS, ...(front.parsesBodiesFirst && EXPRESS_SERVERS) };
  describe.each(Object.entries(servers))('leaks of a server %s', (_name, options) => {
    verifies(
      ['rfc6749#10.3/token-value-leaves-no-trace', 'rfc9457#5/body-reveals-no-internals'],
      'refuses forged tokens without a trace of them',
      async () => {
        const rs = await openServer(front, options);
        for (const { name } of forgeries) {
          const token = await rs.issuer.forge[name](CANARY);
          const answers = await presentEverywhere(rs, token, ['/p']);
          if (options['onRefusal'] !== endQuietly) {
            for (const { status } of answers) expect([400, 401], name).toContain(status);
          }
          expectNoTrace(token, { rs, answers, name });
          const withKid = await rs.issuer.forge[name](CANARY_WITH_KID);
          expectNoTrace(withKid, { rs, answers: await present(rs, withKid), name });
        }
      },
    );

    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'accepts a good token, and refuses it for its scope, without a trace',
      async () => {
        const rs = await openServer(front, options);
        const token = await rs.issuer.mint(CANARY);
        const answers = await presentEverywhere(rs, token);
        expect(answers[0]?.status).toBe(200);
        expect(answers.filter(({ handlerRan }) => !handlerRan).length).toBeGreaterThan(4);
        expectNoTrace(token, { rs, answers, name: 'a good token' });
      },
    );

    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'leaves no trace of a token while keys are unavailable',
      async () => {
        const rs = await openServer(front, options);
        rs.issuer.fault('jwks', { kind: 'html' });
        const token = await rs.issuer.mint(CANARY);
        const answers = await presentEverywhere(rs, token);
        expectNoTrace(token, { rs, answers, name: 'a page instead of keys' });
        await rs.issuer.stop();
        rs.issuer.clock.advance(600_000);
        const later = await rs.issuer.mint(CANARY_WITH_KID);
        const name = 'no issuer';
        expectNoTrace(later, { rs, answers: await presentEverywhere(rs, later), name });
      },
    );

    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'leaves no trace of claims that a schema refuses and quotes',
      async () => {
        const validate = (value: unknown): unknown => ({
          issues: [{ message: `${MARK}: ${JSON.stringify(value)}`, path: [MARK] }],
        });
        const claims = { '~standard': { version: 1, vendor: 'test', validate } };
        const rs = await openServer(front, { ...options, claims });
        const token = await rs.issuer.mint(CANARY);
        const answers = await presentEverywhere(rs, token);
        expect(answers[0]?.handlerRan).toBe(false);
        expectNoTrace(token, { rs, answers, name: 'a schema' });
      },
    );

    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'leaves no trace of unknown kids and keys',
      async () => {
        const rs = await openServer(front, options);
        const jwk = { ...unknownSigner.publicJwk, kid: MARK };
        const header = { ...CANARY.header, jwk, jku: `https://${MARK}.example/keys`, x5t: MARK };
        const token = unknownSigner.sign(header, claimsFor(rs, CANARY.claims));
        const answers = await presentEverywhere(rs, token);
        expectNoTrace(token, { rs, answers, name: 'an unknown key' });
      },
    );
  });
});

forEachExpressFront((front) => {
  describe('leaks of excess scopes', () => {
    for (const excessScopes of ['ignore', 'report', 'refuse']) {
      verifies(
        'rfc6749#10.3/token-value-leaves-no-trace',
        `leaves no trace of them: ${excessScopes}`,
        async () => {
          const scopes = ['read', 'write'];
          const rs = await openServer(front, { scopes, excessScopes, onRefusal: handOn });
          const token = await rs.issuer.mint(CANARY);
          const answers = await presentEverywhere(rs, token);
          expect(answers[0]?.status).toBe(excessScopes === 'refuse' ? 401 : 200);
          expectNoTrace(token, { rs, answers, name: excessScopes });
        },
      );
    }
  });

  describe('leaks of documents of the issuer', () => {
    const FAULTS = [
      { kind: 'document', document: { keys: MARK } },
      { kind: 'document', document: { keys: [{ kty: MARK, kid: MARK, alg: MARK }] } },
      { kind: 'document', document: MARK },
      { kind: 'status', status: 500, body: { error: MARK }, headers: { 'x-error': MARK } },
      { kind: 'redirect', location: `https://${MARK}.example/` },
      { kind: 'mediaType', mediaType: `text/${MARK}` },
    ] as const;
    for (const fault of FAULTS) {
      verifies(
        'rfc9457#5/body-reveals-no-internals',
        `leaves no trace of what they quote: ${JSON.stringify(fault)}`,
        async () => {
          const rs = await openServer(front, { onRefusal: handOn });
          rs.issuer.fault('jwks', fault);
          const token = await rs.issuer.mint();
          const answers = await present(rs, token);
          // JSON of another media type is used, and the first route requires a scope.
          expect([401, 403, 503]).toContain(answers[0]?.status);
          expectNoTrace(token, { rs, answers, name: fault.kind });
        },
      );
    }
  });

  describe('leaks into memory', () => {
    verifies(
      'rfc6749#10.3/token-value-leaves-no-trace',
      'keeps only the hash of a cached token',
      async () => {
        const rs = await openServer(front, { tokenCache: {} });
        const token = await rs.issuer.mint(CANARY);
        expect(await rs.present(token)).toBe('200');
        const inMemory = new Map([[`found: ${token}`, 1]]);
        const [, ...secrets] = token.split('.');
        const keys = await keysOfAllMaps();
        const holding = keys.filter((key) => secrets.some((part) => key.includes(part)));
        // The search finds what is in a map, and nothing else is.
        expect(holding).toEqual([...inMemory.keys()]);
        const hash = createHash('sha256').update(token).digest('base64url');
        expect(keys).toContain(hash);
      },
    );
  });
});

describe('tracer', () => {
  verifies('rfc6749#10.3/token-value-leaves-no-trace', 'finds a trace where there is one', () => {
    const token = unknownSigner.sign(CANARY.header, CANARY.claims);
    const hidden = new Error('x', { cause: Object.defineProperty({}, 'y', { value: token }) });
    const inGetter = new (class extends Error {
      get headers(): object {
        return { token };
      }
    })();
    const inMap = { deep: new Map([[{}, new Set([[token]])]]) };
    for (const value of [hidden, inGetter, inMap, [token.slice(40, 60)], { [MARK]: 1 }]) {
      expect(tracesOf(token, formatReachable(value))).not.toEqual([]);
    }
    process.stdout.write(token);
    process.stderr.write(MARK);
    expect(tracesOf(token, output.text())).toContain(MARK);
    expect(findTokenTraces(token, output.text()).length).toBeGreaterThan(20);
    expect(tracesOf(token, formatReachable({ token: 'another' }))).toEqual([]);
  });
});
