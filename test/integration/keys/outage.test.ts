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
import { answerOf, invalidToken, refusal, type RefusalAnswer } from '../../support/answers.js';
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

/** Every way in which the keys may come to nothing, but for waiting. */
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
  { kind: 'mediaType', mediaType: 'text/plain' },
  { kind: 'mediaType', mediaType: undefined },
  { kind: 'document', document: [] },
  { kind: 'document', document: { keys: {} } },
  { kind: 'document', document: null },
];

describe('when the authorization server fails', () => {
  let issuer: TestIssuer;
  let api: ResourceServer;
  let app: Express;

  beforeEach(async () => {
    // The issuer's clock is all the time there is: nothing is refreshed in the background.
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

  describe('before any keys were fetched', () => {
    it.each(FAULTS)('by %j, a token is neither good nor bad', async (fault) => {
      issuer.fault('jwks', fault);
      const events = listenToDecisions();
      expect(await ask()).toEqual(UNAVAILABLE);
      expect(events).toEqual([
        expect.objectContaining({ outcome: 'unavailable', reason: 'unavailable' }),
      ]);
    });

    it('by an answer that does not come, the wait has an end', async () => {
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
    ] as const)('by metadata that is of no use, %j, nothing is known', async (fault) => {
      issuer.fault('metadata', fault);
      expect(await ask()).toEqual(UNAVAILABLE);
      expect(issuer.requests.jwks).toBe(0);
    });

    it('by keys of which none can be used, nothing is known', async () => {
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
    ])('a token that no key could save is refused all the same: %s', async (name, reason) => {
      const token = await issuer.forge[name]({ scope: 'read' });
      await issuer.stop();
      expect(await ask({ authorization: `Bearer ${token}` })).toEqual(invalidToken(reason));
    });

    it('a caller without a token is told so all the same', async () => {
      await issuer.stop();
      expect(await ask({})).toEqual(refusal(401, 'Bearer realm="https://api.example.com"'));
      expect(await statusOf({ authorization: 'Bearer' })).toBe(400);
    });

    it('a bad token that only a key could tell is not told apart', async () => {
      const tampered = await issuer.forge.tampered();
      const expired = await issuer.forge.expired();
      await issuer.stop();
      expect(await ask({ authorization: `Bearer ${tampered}` })).toEqual(UNAVAILABLE);
      expect(await ask({ authorization: `Bearer ${expired}` })).toEqual(UNAVAILABLE);
    });

    it('one attempt serves everybody, and the next waits its time', async () => {
      issuer.fault('jwks', { kind: 'status', status: 500 });
      const headers = await bearer(issuer, { scope: 'read' });
      const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(headers)));
      expect(new Set(statuses)).toEqual(new Set([503]));
      expect(issuer.requests.jwks).toBe(1);
    });

    it('says later and later when to try again, within a minute', async () => {
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

    it('is well again once the keys can be had', async () => {
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

    it('ready() says so, and says so no more once it is over', async () => {
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

    it('callers whose keys are held notice nothing', async () => {
      await issuer.stop();
      expect(await statusOf()).toBe(200);
      expect(await statusOf({ authorization: `Bearer ${await issuer.forge.tampered()}` })).toBe(
        401,
      );
    });

    it('an unknown key is neither good nor bad', async () => {
      await issuer.stop();
      await issuer.rotateKey();
      expect(await ask()).toEqual(UNAVAILABLE);
      const madeUp = await issuer.forge.unknownKey();
      expect(await ask({ authorization: `Bearer ${madeUp}` })).toEqual(UNAVAILABLE);
    });

    it.each(FAULTS)('a bad answer, %j, never evicts a good set', async (fault) => {
      issuer.fault('jwks', fault);
      issuer.clock.advance(LIFETIME_MS);
      expect(await statusOf()).toBe(200);
      expect(issuer.requests.jwks).toBe(2);
      expect(api.health().issuers).toEqual([
        expect.objectContaining({ state: 'stale', keys: 1, lastError: expect.any(Error) }),
      ]);
    });

    it('keys serve for a day past their lifetime, and no longer', async () => {
      await issuer.stop();
      const events = listenTo(KEY_SET_CHANNEL) as readonly KeySetEvent[];
      issuer.clock.advance(LIFETIME_MS);
      expect(await statusOf()).toBe(200);
      expect(events).toContainEqual({ issuer: issuer.issuer, event: 'stale', staleForMs: 0 });
      issuer.clock.advance(DAY_MS - 1);
      expect(await statusOf()).toBe(200);
      issuer.clock.advance(1);
      const answer = await ask();
      expect([answer.status, answer.challenge]).toEqual([503, undefined]);
      expect(api.health().issuers).toEqual([expect.objectContaining({ state: 'unavailable' })]);
    });

    it('a remembered token serves no longer than its key', async () => {
      const headers = await bearer(issuer, { scope: 'read', expiresInSeconds: 2 * DAY_MS });
      expect(await statusOf(headers)).toBe(200);
      await issuer.stop();
      issuer.clock.advance(LIFETIME_MS + DAY_MS - 1);
      expect(await statusOf(headers)).toBe(200);
      issuer.clock.advance(1);
      expect(await statusOf(headers)).toBe(503);
    });

    it('keys serve no longer than their lifetime where that is asked', async () => {
      open({ keySet: { maxStaleMs: 0 } });
      await api.ready();
      await issuer.stop();
      issuer.clock.advance(LIFETIME_MS - 1);
      expect(await statusOf()).toBe(200);
      issuer.clock.advance(1);
      expect(await statusOf()).toBe(503);
    });

    it('a remembered token still expires', async () => {
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

    it('what happened meanwhile counts once it is over', async () => {
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

  it('close() stops refreshing, and keys serve on within their lifetime', async () => {
    await api.ready();
    api.close();
    expect(await statusOf()).toBe(200);
  });
});
