/** RFC 9111 and RFC 5861: the lifetime of keys, and the cost of fetching them. */
import type { Fault } from '@scopegate/testing';
import { expect } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture } from '../support/fixture.js';
import type { Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

const present = async (rs: Fixture): Promise<string> => rs.present(await rs.mint());
const fetches = ({ issuer }: Fixture): number => issuer.requests.jwks;

/** Responses that are not a JWKS, each with the reason that operators see. */
function badAnswers(elsewhere: string): readonly (readonly [reason: string, fault: Fault])[] {
  return [
    ['timeout', { kind: 'hang' }],
    ['timeout', { kind: 'slow', intervalMs: 20 }],
    ['network', { kind: 'down' }],
    ['network', { kind: 'cut' }],
    ['too_large', { kind: 'huge', bytes: 50 * 1024 * 1024 }],
    ['too_large', { kind: 'huge', bytes: 512 * 1024 }],
    ['json', { kind: 'invalidJson' }],
    ['media_type', { kind: 'html' }],
    ['media_type', { kind: 'mediaType', mediaType: 'text/html' }],
    ...[301, 302, 303, 307, 308].map(
      (status) => ['redirect', { kind: 'redirect', status, location: elsewhere }] as const,
    ),
    ['redirect', { kind: 'redirect', location: '/jwks' }],
    // No request was conditional.
    ['redirect', { kind: 'status', status: 304 }],
    ...[204, 206, 404, 429, 500, 503].map(
      (status) => ['status', { kind: 'status', status }] as const,
    ),
    ...[[], {}, { keys: null }].map(
      (document) => ['jwks', { kind: 'document', document }] as const,
    ),
  ];
}

/** A fixture with the keys of one fetch, whose response had these header fields. */
async function openHolding(
  front: Front,
  headers: Readonly<Record<string, string>>,
  keySet: Members = {},
): Promise<Fixture> {
  const rs = await openFixture(front, { server: { keySet } });
  rs.issuer.setHeaders('jwks', headers);
  expect(await present(rs)).toBe('200');
  expect(fetches(rs)).toBe(1);
  return rs;
}

/** Waits for the background refresh that a request has started. */
async function settled(rs: Fixture, fetched: number): Promise<void> {
  const patience = { timeout: 10_000, interval: 5 };
  await expect.poll(() => fetches(rs), patience).toBe(fetched);
  await expect.poll(() => rs.api.health().issuers[0]?.ageMs, patience).toBe(0);
}

forEachExpressFront((front) => {
  verifies(
    'rfc9111#4.2/keys-live-by-response-headers',
    'lifetime of keys: follows the response headers',
    async () => {
      const now = Date.now();
      const date = (ms: number): string => new Date(ms).toUTCString();
      const lifetimes: readonly (readonly [Record<string, string>, lifetimeMs: number])[] = [
        [{}, 10 * MINUTE],
        [{ 'cache-control': 'max-age=120' }, 2 * MINUTE],
        [{ 'cache-control': 'public, MAX-AGE="120"' }, 2 * MINUTE],
        [{ 'cache-control': 'max-age=180', age: '60' }, 2 * MINUTE],
        [
          { 'cache-control': 'max-age=120', expires: date(now + HOUR), date: date(now) },
          2 * MINUTE,
        ],
        [{ expires: date(now + HOUR), date: date(now) }, HOUR],
        [{ expires: date(now + HOUR), date: date(now), age: '1800' }, HOUR / 2],
        [{ expires: '0' }, MINUTE],
        [{ expires: date(now - HOUR), date: date(now) }, MINUTE],
        [{ 'cache-control': 'max-age=60' }, MINUTE],
        [{ 'cache-control': 'max-age=0' }, MINUTE],
        [{ 'cache-control': 'no-store' }, MINUTE],
        [{ 'cache-control': 'no-cache' }, MINUTE],
        [{ 'cache-control': 'max-age=-1' }, MINUTE],
        [{ 'cache-control': 'max-age=1000000000' }, DAY],
        [{ 'cache-control': 'max-age=60', age: '9999' }, MINUTE],
      ];
      for (const [headers, lifetimeMs] of lifetimes) {
        const label = JSON.stringify(headers);
        const rs = await openHolding(front, headers);
        // Requests in the meantime use the current keys.
        for (let request = 0; request < 3; request += 1) expect(await present(rs)).toBe('200');
        rs.issuer.clock.advance(lifetimeMs * 0.79);
        expect(await present(rs), label).toBe('200');
        expect(fetches(rs), label).toBe(1);
        rs.issuer.clock.advance(lifetimeMs * 0.21);
        expect(await present(rs), label).toBe('200');
        expect(fetches(rs), label).toBe(2);
      }
    },
  );

  verifies(
    'rfc9111#4.2/keys-live-by-response-headers',
    'refresh ahead of time: fetches newer keys before the lifetime ends',
    async () => {
      const rs = await openHolding(front, { 'cache-control': 'max-age=600' });
      rs.issuer.clock.advance(9.5 * MINUTE);
      expect(await present(rs)).toBe('200');
      await settled(rs, 2);
      rs.issuer.clock.advance(7.9 * MINUTE);
      expect(await present(rs)).toBe('200');
      expect(fetches(rs)).toBe(2);
    },
  );

  verifies(
    'rfc9111#4.3/keys-revalidated-by-etag',
    'entity-tag: revalidates keys and keeps them on 304',
    async () => {
      const rs = await openHolding(front, { 'cache-control': 'max-age=120' });
      for (const round of [1, 2, 3]) {
        rs.issuer.clock.advance(2 * MINUTE);
        expect(await present(rs)).toBe('200');
        expect(fetches(rs)).toBe(1 + round);
        expect(rs.issuer.requests.notModified).toBe(round);
        expect(rs.api.health().issuers[0]).toMatchObject({ state: 'fresh', keys: 1, ageMs: 0 });
      }
      const before = await rs.mint();
      await rs.issuer.rotateKey({ keepOld: false });
      rs.issuer.clock.advance(2 * MINUTE);
      expect(await present(rs)).toBe('200');
      expect(rs.issuer.requests.notModified).toBe(3);
      expect(await rs.present(before)).toBe('401-it');
    },
  );

  verifies(
    'rfc9111#4.2.4/stale-keys-bounded',
    'stale keys: are used when a refresh failed',
    async () => {
      const rs = await openHolding(front, { 'cache-control': 'max-age=600' }, { maxStaleMs: HOUR });
      await rs.issuer.stop();
      rs.issuer.clock.advance(10 * MINUTE);
      expect(await present(rs)).toBe('200');
      expect(rs.api.health().issuers[0]?.state).toBe('stale');
      rs.issuer.clock.advance(HOUR - SECOND);
      expect(await present(rs)).toBe('200');
      rs.issuer.clock.advance(SECOND);
      expect(await present(rs)).toBe('503');
      await rs.issuer.start();
      rs.issuer.clock.advance(MINUTE);
      expect(await present(rs)).toBe('200');
    },
  );

  verifies('rfc9111#4.2.4/stale-keys-bounded', 'maxStaleMs: 0 forbids stale keys', async () => {
    for (const directives of ['max-age=600', 'max-age=600, must-revalidate']) {
      const rs = await openHolding(front, { 'cache-control': directives }, { maxStaleMs: 0 });
      await rs.issuer.stop();
      rs.issuer.clock.advance(10 * MINUTE - SECOND);
      expect(await present(rs)).toBe('200');
      rs.issuer.clock.advance(SECOND);
      expect(await present(rs)).toBe('503');
    }
  });

  verifies(
    'rfc9111#4.2.4/stale-keys-bounded',
    'must-revalidate: leaves the bound to the operator of the API',
    async () => {
      // Spring Security, LemonLDAP::NG, a deliberate directive.
      const directives = [
        'no-cache, no-store, max-age=0, must-revalidate',
        'no-cache, no-store, must-revalidate',
        'max-age=60, must-revalidate',
      ];
      for (const cacheControl of directives) {
        const rs = await openHolding(front, { 'cache-control': cacheControl });
        await rs.issuer.stop();
        rs.issuer.clock.advance(HOUR);
        expect(await present(rs), cacheControl).toBe('200');
        expect(rs.api.health().issuers[0]?.state).toBe('stale');
        rs.issuer.clock.advance(DAY - HOUR + MINUTE);
        expect(await present(rs), cacheControl).toBe('503');
        const strict = await openHolding(
          front,
          { 'cache-control': cacheControl },
          { maxStaleMs: 5 * MINUTE },
        );
        await strict.issuer.stop();
        strict.issuer.clock.advance(6 * MINUTE);
        expect(await present(strict), cacheControl).toBe('503');
      }
    },
  );

  verifies(
    'rfc7517#8.5.2/fetches-bounded',
    'fetch of keys: ends if it is slow, too large or redirected',
    async () => {
      const elsewhere = await openFixture(front);
      for (const [reason, fault] of badAnswers(elsewhere.issuer.jwksUri)) {
        const keySet = reason === 'timeout' ? { timeoutMs: 100 } : {};
        const rs = await openFixture(front, { server: { keySet } });
        rs.issuer.fault('jwks', fault);
        expect(await present(rs), JSON.stringify(fault)).toBe('503');
        expect(rs.api.health().issuers[0]?.lastError, JSON.stringify(fault)).toMatchObject({
          reason,
        });
        expect(fetches(rs)).toBe(1);
      }
      expect(fetches(elsewhere)).toBe(0);
      const json = ['application/json', 'application/jwk-set+json; charset=utf-8', 'text/plain'];
      for (const mediaType of [...json, 'application/octet-stream', undefined]) {
        const rs = await openFixture(front);
        rs.issuer.fault('jwks', { kind: 'mediaType', mediaType });
        expect(await present(rs), mediaType).toBe('200');
      }
    },
  );

  verifies(
    'rfc7517#8.5.2/fetches-bounded',
    'fetch of keys: stops reading a response that is too large',
    async () => {
      let read = 0;
      const large = (): ReadableStream<Uint8Array> =>
        new ReadableStream({
          pull(controller) {
            if (read > 16 * 1024 * 1024) {
              controller.close();
              return;
            }
            const spaces = new Uint8Array(65_536).fill(0x20);
            read += spaces.length;
            controller.enqueue(spaces);
          },
        });
      const headers = { 'content-type': 'application/json' };
      const rs = await openFixture(front, {
        server: {
          jwksUri: 'https://as.example/jwks',
          fetch: () => Promise.resolve(new Response(large(), { headers })),
        },
      });
      expect(await present(rs)).toBe('503');
      expect(rs.api.health().issuers[0]?.lastError).toMatchObject({ reason: 'too_large' });
      expect(read).toBeLessThan(1024 * 1024);
    },
  );

  verifies(
    'rfc7517#5/bad-answer-replaces-nothing',
    'bad response: does not replace keys',
    async () => {
      for (const [, fault] of badAnswers('https://as.example')) {
        // The fetch has its own deadline.
        if (fault.kind === 'hang' || fault.kind === 'slow') continue;
        const rs = await openHolding(front, {});
        const token = await rs.mint({ expiresInSeconds: 3600 });
        rs.issuer.fault('jwks', fault);
        rs.issuer.clock.advance(10 * MINUTE);
        const isGood = fault.kind === 'status' && fault.status === 304;
        expect(await rs.present(token), JSON.stringify(fault)).toBe('200');
        expect(fetches(rs)).toBe(2);
        expect(rs.api.health().issuers[0]?.state).toBe(isGood ? 'fresh' : 'stale');
      }
    },
  );

  verifies(
    'rfc7517#5/bad-answer-replaces-nothing',
    'withdrawn key: invalidates cached tokens too',
    async () => {
      for (const isEmpty of [true, false]) {
        const rs = await openHolding(front, {});
        const token = await rs.mint({ expiresInSeconds: 3600 });
        expect(await rs.present(token)).toBe('200');
        expect(await rs.present(token)).toBe('200');
        if (isEmpty) rs.issuer.publishJwks({ keys: [] });
        else await rs.issuer.rotateKey({ keepOld: false });
        rs.issuer.clock.advance(10 * MINUTE);
        expect(await rs.present(token)).toBe('401-it');
        expect(await present(rs)).toBe(isEmpty ? '401-it' : '200');
        expect(rs.api.health().issuers[0]).toMatchObject(
          isEmpty
            ? { state: 'withdrawn', keys: 0, lastError: { reason: 'no_keys' } }
            : { state: 'fresh', keys: 1, lastError: undefined },
        );
      }
    },
  );

  verifies(
    'rfc7517#5/bad-answer-replaces-nothing',
    'withdrawn key: removes its tokens from the cache',
    async () => {
      const rs = await openHolding(front, {});
      const token = await rs.mint();
      expect(await rs.present(token)).toBe('200');
      await rs.issuer.rotateKey({ keepOld: false });
      // The newer key is looked up at once; the same response withdraws the older one.
      expect(await present(rs)).toBe('200');
      expect(fetches(rs)).toBe(2);
      expect(await rs.present(token)).toBe('401-it');
    },
  );
});
