/**
 * Revoked tokens, and revocations that are unknown: every front sends the same responses.
 */
import { createRevocationList } from '@scopegate/express';
import { beforeEach, describe, expect, it } from 'vitest';
import { listenToDecisions } from '../../support/decision-log.js';
import { FRONTS } from '../../support/fronts/fronts.js';
import { SECRET_OPTIONS, signToken } from '../../support/tokens.js';
import { answered, everyFront, refused, useFronts } from './all-fronts.js';
import { insufficient, invalid } from './refusals.js';
import { declareSalesApi } from './sales-api.js';

const { issuer } = SECRET_OPTIONS;
const SHORT_LIVED = { ...SECRET_OPTIONS, maxLifetimeSeconds: 600 };

const get = (path: string, token: string): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  `Authorization: Bearer ${token}`,
];
const ALLOWED = answered({ method: 'GET', client: 'reports' });
const UNKNOWN = refused({
  status: 503,
  members: { detail: 'whether the access token was revoked is unknown now; try again later' },
  fields: { 'retry-after': '1' },
});

describe('revoked token on every front', () => {
  const list = createRevocationList({ maxLifetimeSeconds: 600 });
  const { ask } = useFronts(declareSalesApi, { server: { ...SHORT_LIVED, revocation: list } });

  it('is refused with 401, after it was accepted', async () => {
    const token = signToken({ jti: 'a', scope: 'read' });
    expect(await ask(get('/sales', token))).toEqual(everyFront(ALLOWED));
    await list.withdraw({ issuer, tokenId: 'a' });
    for (const path of ['/sales', '/sales']) {
      expect(await ask(get(path, token))).toEqual(everyFront(invalid('revoked', 'read')));
    }
  });

  it('is refused with 401 before the 403 for its scope', async () => {
    const token = signToken({ sid: 'b', scope: 'other' });
    expect(await ask(get('/sales', token))).toEqual(everyFront(insufficient('scope', 'read')));
    await list.withdraw({ issuer, sessionId: 'b' });
    expect(await ask(get('/sales', token))).toEqual(everyFront(invalid('revoked', 'read')));
  });

  it('is refused where authentication is optional', async () => {
    const token = signToken({ sub: 'c', scope: 'read' });
    await list.withdraw({ issuer, subject: 'c' });
    expect(await ask(get('/optional', token))).toEqual(everyFront(invalid('revoked')));
  });

  it('is reported as such in the decisions, and as cached', async () => {
    const decisions = listenToDecisions();
    const token = signToken({ jti: 'd', scope: 'read' });
    await ask(get('/sales', token));
    await ask(get('/sales', token));
    await list.withdraw({ issuer, tokenId: 'd' });
    await ask(get('/sales', token));
    const seen = decisions.map(({ outcome, reason, source }) => [outcome, reason, source]);
    const times = FRONTS.length;
    expect(seen).toEqual([
      ...Array.from({ length: times }, () => ['allowed', undefined, 'verification']),
      ...Array.from({ length: times }, () => ['allowed', undefined, 'cache']),
      ...Array.from({ length: times }, () => ['refused', 'revoked', undefined]),
    ]);
  });
});

describe('revocation hook on every front', () => {
  let calls = 0;
  let answer: () => unknown = () => false;
  const isRevoked = (): unknown => {
    calls += 1;
    return answer();
  };
  const revocation = { isRevoked, timeoutMs: 10 };
  const { ask } = useFronts(declareSalesApi, { server: { ...SHORT_LIVED, revocation } });

  beforeEach(() => {
    calls = 0;
    answer = () => false;
  });

  it.each<[string, (value: boolean) => unknown]>([
    ['at once', (value) => value],
    ['later', (value) => Promise.resolve(value)],
  ])('that answers %s is asked for each request, whether the token is cached', async (_, give) => {
    const token = signToken({ scope: 'read' });
    answer = () => give(false);
    for (let times = 1; times <= 2; times++) {
      expect(await ask(get('/sales', token))).toEqual(everyFront(ALLOWED));
      expect(calls).toBe(times * FRONTS.length);
    }
    answer = () => give(true);
    expect(await ask(get('/sales', token))).toEqual(everyFront(invalid('revoked', 'read')));
  });

  it('is asked once for a request with several guards', async () => {
    expect(await ask(get('/twice', signToken({ scope: 'read' })))).toEqual(everyFront(ALLOWED));
    expect(calls).toBe(FRONTS.length);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['never settles', () => new Promise(() => undefined)],
    ['returns undefined', () => undefined],
    ['returns "false" later', () => Promise.resolve('false')],
  ])('that %s is answered with 503, whatever the scope', async (_how, give) => {
    answer = give;
    for (const scope of ['read', 'other']) {
      expect(await ask(get('/sales', signToken({ scope })))).toEqual(everyFront(UNKNOWN));
    }
    expect(await ask(get('/optional', signToken()))).toEqual(everyFront(UNKNOWN));
  });

  it('is not asked without a token, or about a token that is refused anyway', async () => {
    await ask(['GET /sales HTTP/1.1']);
    await ask(get('/sales', signToken({ exp: 1 })));
    expect(calls).toBe(0);
  });
});

describe('silent revocation list on every front', () => {
  const list = createRevocationList({ maxLifetimeSeconds: 600, maxSilenceSeconds: 86_400 });
  const { ask } = useFronts(declareSalesApi, { server: { ...SHORT_LIVED, revocation: list } });

  it('is answered with 503 until it is heard of', async () => {
    const token = signToken({ scope: 'read' });
    expect(await ask(get('/sales', token))).toEqual(everyFront(UNKNOWN));
    list.heard();
    expect(await ask(get('/sales', token))).toEqual(everyFront(ALLOWED));
  });
});

function fail(): never {
  throw new Error('down');
}
