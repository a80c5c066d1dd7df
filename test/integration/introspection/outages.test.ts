/** Outages of an introspection endpoint: 503, and few requests. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  INTROSPECTION_CHANNEL,
  type IntrospectionEvent,
  IntrospectionUnavailableError,
} from '@scopegate/access-token';
import { createTestCertificate, type IntrospectionFault } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import {
  createIntrospectingVerifier,
  openIntrospection,
  outcomeOf,
} from '../../support/introspection.js';
import { listenTo } from '../../support/listen-to.js';
import { openServer } from '../../support/listen.js';
import { openIssuer } from '../../support/test-issuers.js';

/** The failure of a verification. */
async function failureOf(verification: Promise<unknown>): Promise<IntrospectionUnavailableError> {
  const error = await verification.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof IntrospectionUnavailableError) return error;
  throw new Error('no IntrospectionUnavailableError', { cause: error });
}

const FAULTS: readonly (readonly [string, IntrospectionFault, string])[] = [
  ['a connection that ends', { kind: 'down' }, '503 unreachable'],
  ['half of a body', { kind: 'cut' }, '503 unreachable'],
  ['status 500', { kind: 'status', status: 500 }, '503 status'],
  ['status 404', { kind: 'status', status: 404 }, '503 status'],
  ['status 304', { kind: 'status', status: 304 }, '503 status'],
  ['status 204', { kind: 'status', status: 204 }, '503 status'],
  ['status 429', { kind: 'status', status: 429 }, '503 status'],
  ['a redirect', { kind: 'redirect', location: 'https://other.example/' }, '503 status'],
  ['a redirect with 307', { kind: 'redirect', location: '/', status: 307 }, '503 status'],
  ['an HTML page', { kind: 'html' }, '503 response'],
  ['truncated JSON', { kind: 'invalidJson' }, '503 response'],
  ['more than 64 KiB', { kind: 'huge', bytes: 64 * 1024 + 1 }, '503 response'],
  ['status 401', { kind: 'status', status: 401 }, '503 credentials_refused'],
  ['status 403', { kind: 'status', status: 403 }, '503 credentials_refused'],
];

describe('introspection › outage', () => {
  it.each(FAULTS)('%s is 503, with one probe per step', async (_what, fault, expected) => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const tokens = await Promise.all(Array.from({ length: 4 }, () => issuer.opaque()));
    const [token = '', ...others] = tokens;
    issuer.fault('introspection', fault);
    expect(await verify(token)).toBe(expected);
    const askedOnce = issuer.requests.introspection;
    for (const other of others) expect(await verify(other)).toBe(expected);
    expect(issuer.requests.introspection).toBe(askedOnce);
    issuer.clock.advance(1_000);
    await Promise.all(others.map(async (other) => verify(other)));
    expect(issuer.requests.introspection - askedOnce).toBe(1);
    issuer.fault('introspection', undefined);
    issuer.clock.advance(2_000);
    expect(await verify(token)).toBe('accepted');
    expect(await Promise.all(others.map(async (each) => verify(each)))).toEqual(
      others.map(() => 'accepted'),
    );
  });

  it('a response that does not come in time is 503', async () => {
    const issuer = await openIssuer();
    const introspection = { endpoint: issuer.introspectionEndpoint, timeoutMs: 50 };
    const verifier = createIntrospectingVerifier(issuer, { introspection });
    issuer.fault('introspection', { kind: 'hang' });
    const token = await issuer.opaque();
    expect(await outcomeOf(verifier.verify(token))).toBe('503 unreachable');
  });

  it('a body that does not end in time is 503', async () => {
    const issuer = await openIssuer();
    const introspection = { endpoint: issuer.introspectionEndpoint, timeoutMs: 50 };
    const verifier = createIntrospectingVerifier(issuer, { introspection });
    issuer.fault('introspection', { kind: 'slow' });
    const token = await issuer.opaque();
    expect(await outcomeOf(verifier.verify(token))).toBe('503 unreachable');
  });

  it('a self-signed certificate is 503', async () => {
    const { key, cert } = createTestCertificate().tls;
    const requests: string[] = [];
    const listener: RequestListener = (request, response) => {
      requests.push(request.url ?? '');
      response.end('{"active":true}');
    };
    const { href } = await openServer(createTlsServer({ key, cert }, listener));
    const issuer = await openIssuer();
    const verifier = createIntrospectingVerifier(issuer, { introspection: { endpoint: href } });
    const error = await failureOf(verifier.verify(await issuer.opaque()));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('certificate');
    expect(requests).toEqual([]);
  });

  it('an issuer without a usable introspection_endpoint is 503', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const endpoints = [undefined, 1, 'x', 'ftp://as.example', `${issuer.issuer}#x`];
    for (const introspection_endpoint of endpoints) {
      issuer.fault('metadata', { kind: 'members', members: { introspection_endpoint } });
      expect(await verify(await issuer.opaque())).toBe('503 discovery');
      issuer.clock.advance(60_000);
    }
    issuer.fault('metadata', undefined);
    expect(await verify(await issuer.opaque())).toBe('accepted');
  });

  it('the endpoint is discovered again after a failure, because it may have moved', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    issuer.fault('metadata', {
      kind: 'members',
      members: { introspection_endpoint: `${issuer.issuer}/moved` },
    });
    expect(await verify(token)).toBe('503 status');
    issuer.fault('metadata', undefined);
    issuer.clock.advance(1_000);
    expect(await verify(token)).toBe('accepted');
  });

  it('a cached response is used during an outage until its time ends', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    await verify(token);
    await issuer.stop();
    issuer.clock.advance(9_999);
    expect(await verify(token)).toBe('accepted');
    issuer.clock.advance(1);
    expect(await verify(token)).toBe('503 unreachable');
  });

  it('a token that is always answered by an error does not stop the others', async () => {
    const good = JSON.stringify({ active: true, aud: 'https://api.example.com', exp: 9e9 });
    const { href } = await openServer(
      createServer((request, response) => {
        request.setEncoding('utf8').on('data', (body: string) => {
          response.statusCode = body.includes('poison') ? 500 : 200;
          response.end(body.includes('poison') ? undefined : good);
        });
      }),
    );
    const issuer = await openIssuer();
    const verifier = createIntrospectingVerifier(issuer, { introspection: { endpoint: href } });
    const verify = (token: string): Promise<string> => outcomeOf(verifier.verify(token));
    expect(await verify('good-1')).toBe('accepted');
    expect(await verify('poison-1')).toBe('503 status');
    expect(await verify('good-2')).toBe('accepted');
  });
});

describe('introspection › Retry-After', () => {
  it.each([
    ['9999', 120],
    ['30', 30],
    ['0', 1],
    ['soon', 1],
  ])('%s of the authorization server becomes %d', async (field, expected) => {
    const { issuer, verifier, outcomeOf: verify } = await openIntrospection();
    const headers = { 'retry-after': field };
    issuer.fault('introspection', { kind: 'status', status: 429, headers });
    const error = await failureOf(verifier.verify(await issuer.opaque()));
    expect(error.headers).toEqual({ 'Retry-After': String(expected) });
    issuer.fault('introspection', undefined);
    issuer.clock.advance(expected * 1_000 - 300);
    expect(await verify('other')).toBe('503 status');
    issuer.clock.advance(300);
    expect(await verify('another')).toBe('inactive');
  });
});

describe('introspection › maxPending', () => {
  it('further tokens are 503 at once, but those that are asked about are not', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { maxPending: 2 },
    });
    await verify('first');
    const pending = ['a', 'a', 'b', 'c', 'a', 'd'].map((token) => verify(token));
    expect(await Promise.all(pending)).toEqual([
      'inactive',
      'inactive',
      'inactive',
      '503 busy',
      'inactive',
      '503 busy',
    ]);
    expect(issuer.requests.introspection).toBe(3);
    expect(await verify('c')).toBe('inactive');
  });
});

describe('introspection › closed verifier', () => {
  it('aborts requests and begins none', async () => {
    const { issuer, verifier, outcomeOf: verify } = await openIntrospection();
    await verifier.ready();
    issuer.fault('introspection', { kind: 'hang' });
    const pending = verify(await issuer.opaque());
    verifier.close();
    expect(await pending).toBe('503 closed');
    expect(await verify(await issuer.opaque())).toBe('503 closed');
    expect(verifier.health().introspection).toMatchObject([{ state: 'unused' }]);
  });
});

/** Listens to everything but the questions themselves. */
function listenToEpisodes(): () => readonly IntrospectionEvent[] {
  const events = listenTo(INTROSPECTION_CHANNEL) as readonly IntrospectionEvent[];
  return () => events.filter(({ event }) => event !== 'asked');
}

describe('introspection › health and events', () => {
  it('an outage is published once, and so is its end', async () => {
    const { issuer, verifier, outcomeOf: verify } = await openIntrospection();
    const events = listenToEpisodes();
    const token = await issuer.opaque();
    issuer.fault('introspection', { kind: 'status', status: 503, times: 2 });
    await verify(token);
    await verify(token);
    issuer.clock.advance(1_000);
    await verify(token);
    const [health] = verifier.health().introspection;
    expect(health).toMatchObject({ issuer: issuer.issuer, state: 'unavailable' });
    expect(health?.lastError?.message).toContain('answered 503 instead of 200');
    expect(health?.nextAttemptAt).toBeGreaterThan(issuer.clock());
    issuer.clock.advance(2_000);
    await verify(token);
    expect(events()).toEqual([
      {
        issuer: issuer.issuer,
        event: 'unavailable',
        failure: 'status',
        error: expect.any(IntrospectionUnavailableError),
      },
      { issuer: issuer.issuer, event: 'recovered', unavailableForMs: 3_000, failures: 2 },
    ]);
    expect(verifier.health().introspection).toEqual([
      {
        issuer: issuer.issuer,
        tokenPrefix: undefined,
        state: 'available',
        lastError: undefined,
        nextAttemptAt: undefined,
        alwaysInactive: false,
      },
    ]);
  });

  it.each([401, 403])('refused credentials are published once: %d', async (status) => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const events = listenToEpisodes();
    issuer.fault('introspection', { kind: 'status', status });
    const token = await issuer.opaque();
    await verify(token);
    issuer.clock.advance(1_000);
    await verify(token);
    expect(events()).toMatchObject([
      { event: 'unavailable', failure: 'credentials_refused' },
      { event: 'credentials-refused', status },
    ]);
  });

  it('20 inactive tokens and no active one are published once', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const events = listenToEpisodes();
    for (let index = 0; index < 19; index += 1) await verify(`unknown-${index}`);
    expect(events()).toEqual([]);
    for (let index = 19; index < 45; index += 1) await verify(`unknown-${index}`);
    expect(events()).toEqual([{ issuer: issuer.issuer, event: 'always-inactive', responses: 20 }]);
  });

  it('inactive tokens after an active one are not published', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const events = listenToEpisodes();
    await verify(await issuer.opaque());
    for (let index = 0; index < 25; index += 1) await verify(`unknown-${index}`);
    expect(events()).toEqual([]);
  });
});

describe('introspection › error responses about some tokens', () => {
  it('no caller with invented tokens makes a known token unusable', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    const token = await issuer.opaque();
    await verify(token);
    issuer.clock.advance(10_000);
    issuer.fault('introspection', { kind: 'status', status: 500 });
    expect(await verify('invented')).toBe('503 status');
    issuer.clock.advance(1_000);
    expect(await verify('invented-again')).toBe('503 status');
    issuer.fault('introspection', undefined);
    expect(await verify(token)).toBe('accepted');
  });
});

describe('introspection › maxStaleSeconds', () => {
  const STALE = { introspection: { maxStaleSeconds: 60 } };

  it('an older response is used during an outage, with the number of uses once a second', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection(STALE);
    const events = listenToEpisodes();
    const token = await issuer.opaque();
    await verify(token);
    await issuer.stop();
    issuer.clock.advance(69_000);
    expect([await verify(token), await verify(token)]).toEqual(['accepted', 'accepted']);
    issuer.clock.advance(-1_000);
    expect(await verify(token)).toBe('accepted');
    const stale = { issuer: issuer.issuer, event: 'stale-used' };
    expect(events()).toEqual([
      expect.objectContaining({ event: 'unavailable' }),
      { ...stale, uses: 1 },
      { ...stale, uses: 2 },
    ]);
    issuer.clock.advance(2_000);
    expect(await verify(token)).toBe('503 unreachable');
  });

  it('the use of an older response evicts no other token, whatever the schema adds', async () => {
    const padding = Array.from({ length: 200 }, (_, index) => `padding ${index}`);
    const validate = (): { value: object } => ({ value: { padding } });
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const;
    const { issuer, outcomeOf: verify } = await openIntrospection({
      ...STALE,
      options: { claims, tokenCache: { maxBytes: 200_000 } },
    });
    const [token, other] = [await issuer.opaque(), await issuer.opaque()];
    await verify(other);
    await verify(token);
    await issuer.stop();
    issuer.clock.advance(11_000);
    for (let use = 0; use < 50; use += 1) expect(await verify(token)).toBe('accepted');
    expect(await verify(other)).toBe('accepted');
  });

  it('never past exp, whatever the clock tolerance is', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      ...STALE,
      options: { clockToleranceSeconds: 60 },
    });
    const token = await issuer.opaque({ expiresInSeconds: 30 });
    await verify(token);
    await issuer.stop();
    issuer.clock.advance(29_000);
    expect(await verify(token)).toBe('accepted');
    issuer.clock.advance(1_000);
    expect(await verify(token)).toBe('503 unreachable');
  });

  it('never for a token that was called inactive since', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection(STALE);
    const token = await issuer.opaque();
    await verify(token);
    issuer.revoke(token);
    issuer.clock.advance(10_000);
    expect(await verify(token)).toBe('inactive');
    await issuer.stop();
    issuer.clock.advance(5_000);
    expect(await verify(token)).toBe('503 unreachable');
  });

  it('never for a token that was refused since for another reason', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection(STALE);
    const token = await issuer.opaque();
    await verify(token);
    issuer.fault('introspection', { kind: 'members', members: { aud: 'https://other.example' } });
    issuer.clock.advance(10_000);
    expect(await verify(token)).toBe('audience');
    await issuer.stop();
    issuer.clock.advance(5_000);
    expect(await verify(token)).toBe('503 unreachable');
  });
});
