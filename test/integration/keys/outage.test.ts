import {
  type KeySetEvent,
  KEY_SET_CHANNEL,
  KeySetUnavailableError,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import type { Fault, ForgeryName, TestIssuer } from '@scopegate/testing';
import express, { type Express } from 'express';
import request from 'supertest';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  answerOf,
  invalidToken,
  missingCredentials,
  refusal,
  type RefusalAnswer,
} from '../../support/answers.js';
import { listenToDecisions } from '../../support/decision-log.js';
import { listenTo } from '../../support/listen-to.js';
import { bearer, openApi, openIssuer } from '../../support/test-issuers.js';
import type { InvalidTokenReason } from '@scopegate/protocol';

const LIFETIME_MS = 600_000;
const DAY_MS = 86_400_000;

const UNAVAILABLE: RefusalAnswer = {
  ...refusal(503, undefined, { detail: 'the keys of the authorization server are unavailable' }),
  retryAfter: '1',
};

/** Each way in which keys can be unavailable, except timeouts. */
const FAULTS: readonly Fault[] = [
  { kind: 'down' },
  { kind: 'cut' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 404 },
  { kind: 'status', status: 204 },
  { kind: 'html' },
  { kind: 'invalidJson' },
  { kind: 'huge' },
  { kind: 'redirect', location: 'https://evil.example/jwks' },
  { kind: 'mediaType', mediaType: 'text/html' },
  { kind: 'document', document: [] },
  { kind: 'document', document: { keys: {} } },
  { kind: 'document', document: null },
];

describe('outage of the authorization server', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let app: Express;

  beforeEach(async () => {
    // Only the issuer's clock moves: nothing is refreshed in the background.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    issuer = await openIssuer();
    open();
  });

  function open(options: Pick<ResourceServerOptions, 'keySet' | 'tokenCache'> = {}): void {
    api = openApi({ ...issuer.options(), ...options });
    app = express();
    app.get('/', api.requireScope('read'), (_req, res) => void res.json({ ok: true }));
  }

  async function ask(headers?: Record<string, string>): Promise<RefusalAnswer> {
    const sent = headers ?? (await bearer(issuer, { scope: 'read' }));
    return answerOf(await request(app).get('/').set(sent));
  }

  async function statusOf(headers?: Record<string, string>): Promise<number> {
    return (await ask(headers)).status;
  }

  describe('before keys were fetched', () => {
    it.each(FAULTS)('is 503 after the fault %j', async (fault) => {
      issuer.fault('jwks', fault);
      const events = listenToDecisions();
      expect(await ask()).toEqual(UNAVAILABLE);
      expect(events).toEqual([
        expect.objectContaining({ outcome: 'unavailable', reason: 'unavailable' }),
      ]);
    });

    it('is 503 after a timeout', async () => {
      vi.useRealTimers();
      open({ keySet: { timeoutMs: 50 } });
      for (const fault of [{ kind: 'hang' }, { kind: 'slow' }] as const) {
        issuer.fault('jwks', fault);
        issuer.clock.advance(60_000);
        expect(await statusOf()).toBe(503);
      }
    });

    it.each([
      { kind: 'down' },
      { kind: 'html' },
      { kind: 'wrongIssuer' },
      { kind: 'members', members: { jwks_uri: undefined } },
      { kind: 'members', members: { jwks_uri: 'http://evil.example/jwks' } },
    ] as const)('is 503 after unusable metadata: %j', async (fault) => {
      issuer.fault('metadata', fault);
      expect(await ask()).toEqual(UNAVAILABLE);
      expect(issuer.requests.jwks).toBe(0);
    });

    it('is 503 without a usable key', async () => {
      issuer.publishJwks({ keys: [{ kty: 'oct', kid: 'key-1', k: 'c2VjcmV0' }] });
      expect(await ask()).toEqual(UNAVAILABLE);
    });

    it.each<[ForgeryName, InvalidTokenReason]>([
      ['opaque', 'malformed'],
      ['critHeader', 'malformed'],
      ['unknownType', 'typ'],
      ['algNone', 'alg'],
      ['hs256WithPublicKey', 'alg'],
      ['wrongIssuer', 'issuer'],
    ])('refuses a token that no key could make valid: %s', async (name, reason) => {
      const token = await issuer.forge[name]({ scope: 'read' });
      await issuer.stop();
      expect(await ask({ authorization: `Bearer ${token}` })).toEqual(invalidToken(reason));
    });

    it('refuses missing credentials with 401', async () => {
      await issuer.stop();
      expect(await ask({})).toEqual(missingCredentials());
      expect(await statusOf({ authorization: 'Bearer' })).toBe(400);
    });

    it('is 503 for a token that only a key could show to be invalid', async () => {
      const tampered = await issuer.forge.tampered();
      const expired = await issuer.forge.expired();
      await issuer.stop();
      expect(await ask({ authorization: `Bearer ${tampered}` })).toEqual(UNAVAILABLE);
      expect(await ask({ authorization: `Bearer ${expired}` })).toEqual(UNAVAILABLE);
    });

    it('single flight: one attempt serves all requests, and the next waits for the backoff', async () => {
      issuer.fault('jwks', { kind: 'status', status: 500 });
      const headers = await bearer(issuer, { scope: 'read' });
      const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(headers)));
      expect(new Set(statuses)).toEqual(new Set([503]));
      expect(issuer.requests.jwks).toBe(1);
    });

    it('increases Retry-After, up to a minute', async () => {
      issuer.fault('jwks', { kind: 'down' });
      const waits: number[] = [];
      for (let attempt = 0; attempt < 9; attempt += 1) {
        waits.push(Number((await ask()).retryAfter));
        issuer.clock.advance(60_000);
      }
      expect(waits[0]).toBe(1);
      for (const [attempt, seconds] of waits.entries()) {
        const most = Math.min(60, 2 ** attempt);
        expect(seconds).toBeGreaterThanOrEqual(Math.floor(most * 0.75));
        expect(seconds).toBeLessThanOrEqual(most);
      }
    });

    it('ends once the keys are available', async () => {
      await issuer.stop();
      const headers = await bearer(issuer, { scope: 'read' });
      expect(await ask(headers)).toEqual(UNAVAILABLE);
      await issuer.start();
      issuer.clock.advance(1_000);
      expect(await statusOf(headers)).toBe(200);
      expect(api.health().issuers).toEqual([
        expect.objectContaining({ state: 'fresh', keys: 1, lastError: undefined }),
      ]);
    });

    it('rejects ready() until it is over', async () => {
      issuer.fault('jwks', { kind: 'status', status: 500 });
      const error: unknown = await api.ready().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(KeySetUnavailableError);
      expect(error).toMatchObject({
        code: 'ERR_KEY_SET_UNAVAILABLE',
        reason: 'unavailable',
        status: 503,
        retryAfterSeconds: 1,
        cause: { code: 'ERR_EXCHANGE', reason: 'status' },
      });
      expect(api.health().issuers).toEqual([
        expect.objectContaining({
          state: 'unavailable',
          keys: 0,
          lastError: expect.objectContaining({ reason: 'status' }),
        }),
      ]);
      issuer.fault('jwks', undefined);
      issuer.clock.advance(1_000);
      await expect(api.ready()).resolves.toBeUndefined();
    });
  });

  describe('after keys were fetched', () => {
    beforeEach(() => api.ready());

    it('does not affect callers whose keys are cached', async () => {
      await issuer.stop();
      expect(await statusOf()).toBe(200);
      expect(await statusOf({ authorization: `Bearer ${await issuer.forge.tampered()}` })).toBe(
        401,
      );
    });

    it('unknown kid: is 503', async () => {
      await issuer.stop();
      await issuer.rotateKey();
      expect(await ask()).toEqual(UNAVAILABLE);
      const madeUp = await issuer.forge.unknownKey();
      expect(await ask({ authorization: `Bearer ${madeUp}` })).toEqual(UNAVAILABLE);
    });

    it.each(FAULTS)('keeps the key set after a bad response: %j', async (fault) => {
      issuer.fault('jwks', fault);
      issuer.clock.advance(LIFETIME_MS);
      expect(await statusOf()).toBe(200);
      expect(issuer.requests.jwks).toBe(2);
      expect(api.health().issuers).toEqual([
        expect.objectContaining({ state: 'stale', keys: 1, lastError: expect.any(Error) }),
      ]);
    });

    it('stale keys: are used for a day past their lifetime', async () => {
      await issuer.stop();
      const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[];
      issuer.clock.advance(LIFETIME_MS);
      expect(await statusOf()).toBe(200);
      expect(events).toContainEqual({
        issuer: issuer.issuer,
        event: 'stale',
        staleForMs: 0,
        uses: 1,
      });
      issuer.clock.advance(DAY_MS - 1);
      expect(await statusOf()).toBe(200);
      issuer.clock.advance(1);
      const answer = await ask();
      expect([answer.status, answer.challenge]).toEqual([503, undefined]);
      expect(api.health().issuers).toEqual([expect.objectContaining({ state: 'unavailable' })]);
    });

    it('cached token: is accepted no longer than its key is usable', async () => {
      const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 2 * DAY_MS });
      expect(await statusOf(headers)).toBe(200);
      await issuer.stop();
      issuer.clock.advance(LIFETIME_MS + DAY_MS - 1);
      expect(await statusOf(headers)).toBe(200);
      issuer.clock.advance(1);
      expect(await statusOf(headers)).toBe(503);
    });

    it('stale keys: are not used with maxStaleSeconds 0', async () => {
      open({ keySet: { maxStaleMs: 0 } });
      await api.ready();
      await issuer.stop();
      issuer.clock.advance(LIFETIME_MS - 1);
      expect(await statusOf()).toBe(200);
      issuer.clock.advance(1);
      expect(await statusOf()).toBe(503);
    });

    it('cached token: still expires', async () => {
      const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 60 });
      expect(await statusOf(headers)).toBe(200);
      await issuer.stop();
      const expiresAt = Math.floor(issuer.clock() / 1000) + 60;
      issuer.clock.set((expiresAt + 5) * 1000 - 1);
      expect(await statusOf(headers)).toBe(200);
      issuer.clock.advance(1);
      const answer = await ask(headers);
      expect([answer.status, answer.challenge]).toEqual([401, invalidToken('expired').challenge]);
    });

    it('applies the rotation that happened during it, once it is over', async () => {
      const old = await bearer(issuer, { scope: 'read', expiresInSeconds: 3600 });
      expect(await statusOf(old)).toBe(200);
      await issuer.stop();
      await issuer.rotateKey({ keepOld: false });
      expect(await statusOf()).toBe(503);
      expect(await statusOf(old)).toBe(200);
      await issuer.start();
      issuer.clock.advance(1_000);
      expect(await statusOf()).toBe(200);
      expect(await statusOf(old)).toBe(401);
    });
  });

  it('close(): stops refreshing; keys are used until their lifetime ends', async () => {
    await api.ready();
    api.close();
    expect(await statusOf()).toBe(200);
  });
});
