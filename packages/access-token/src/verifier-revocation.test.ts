import { createTestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import {
  createRevocationVerifier,
  createShortList,
  MAX_LIFETIME,
  PolledSource,
  presentationOf,
  listenToRevocations,
  REVOKED,
  revocationUnavailable,
} from '../../../test/support/revocations.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import {
  type AccessTokenVerifierOptions,
  createRevocationList,
  InvalidTokenError,
  RevocationUnavailableError,
} from './index.js';
import { internalsOf } from './internal.js';

const { issuer } = SECRET_OPTIONS;

describe('revocation list of a verifier', () => {
  it.each<[string, Partial<AccessTokenVerifierOptions>]>([
    ['with a token cache', {}],
    ['without a token cache', { tokenCache: false }],
  ])('refuses a token that was accepted before, %s', async (_how, options) => {
    const list = createShortList();
    const verifier = createRevocationVerifier(list, options);
    const [token, another] = [signToken({ jti: 'a' }), signToken({ jti: 'b' })];
    await verifier.verify(token);
    await list.withdraw({ issuer, tokenId: 'a' });
    await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED);
    await expect(verifier.verify(token)).rejects.toBeInstanceOf(InvalidTokenError);
    await expect(verifier.verify(another)).resolves.toMatchObject({ tokenId: 'b' });
  });

  it('stays synchronous', () => {
    const verifier = internalsOf(createRevocationVerifier(createShortList()));
    expect(verifier.verifyMaybeSync(signToken())).not.toBeInstanceOf(Promise);
  });

  it('refuses a token that is withdrawn while its keys are fetched', async () => {
    const server = await createTestIssuer({ alg: 'ES256', listen: false });
    const list = createShortList();
    const { audience } = SECRET_OPTIONS;
    const options = server.options({ audience });
    const verifier = createRevocationVerifier(list, { ...options, secret: undefined } as never);
    const waiting = verifier.verify(await server.mint({ audience, claims: { jti: 'a' } }));
    const refused = expect(waiting).rejects.toMatchObject(REVOKED);
    await list.withdraw({ issuer: server.issuer, tokenId: 'a' });
    await refused;
  });

  it.each([
    ['an expired token', { exp: Math.floor(Date.now() / 1000) - 60 }, 'expired'],
    ['a token for another API', { aud: 'https://other.example.com' }, 'audience'],
  ])('is not looked up for %s', async (_what, claims, reason) => {
    const source = new PolledSource();
    await expect(createRevocationVerifier(source).verify(signToken(claims))).rejects.toMatchObject({
      reason,
    });
    expect(source.asked).toEqual([]);
  });

  it('passes what identifies the token, frozen, without the token itself', async () => {
    const source = new PolledSource();
    const token = signToken({ jti: 'a', sub: 'b', client_id: 'c', sid: 'd', scope: 'e' });
    const { issuedAt, expiresAt } = await createRevocationVerifier(source).verify(token);
    const [subject] = source.asked;
    const named = { tokenId: 'a', subject: 'b', clientId: 'c', sessionId: 'd' };
    expect(subject).toEqual({ issuer, ...named, issuedAt, expiresAt });
    expect(Object.isFrozen(subject)).toBe(true);
  });

  it('is looked up once for a cached token while its version is the same', async () => {
    const source = new PolledSource();
    const verifier = createRevocationVerifier(source);
    const token = signToken();
    for (const version of [0, 0, 7, 7]) {
      source.version = version;
      await verifier.verify(token);
      await verifier.verifyPresented(presentationOf(token));
    }
    expect(source.asked).toHaveLength(2);
    source.version = 8;
    source.revoked = true;
    for (let times = 0; times < 2; times++) {
      await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED);
    }
  });

  it('refuses cached tokens for observers as well', async () => {
    const list = createShortList();
    const verifier = internalsOf(createRevocationVerifier(list));
    const token = signToken({ jti: 'a' });
    const verified = await verifier.verify(token);
    expect(verifier.findCached(token)).toBe(verified);
    await list.withdraw({ issuer, tokenId: 'a' });
    expect(verifier.findCached(token)).toBeUndefined();
  });

  it('is checked again after an await', async () => {
    const list = createShortList();
    const verifier = createRevocationVerifier(list);
    const token = await verifier.verify(signToken({ jti: 'a' }));
    await verifier.assertAcceptable(token);
    await list.withdraw({ issuer, tokenId: 'a' });
    await expect(verifier.assertAcceptable(token)).rejects.toMatchObject(REVOKED);
  });

  it('is shared by several verifiers, and still works when one of them is closed', async () => {
    const list = createShortList();
    const verifiers = [createRevocationVerifier(list), createRevocationVerifier(list)];
    const token = signToken({ jti: 'a' });
    await Promise.all(verifiers.map((verifier) => verifier.verify(token)));
    verifiers[0]?.close();
    await list.withdraw({ issuer, tokenId: 'a' });
    for (const verifier of verifiers) {
      await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED);
    }
  });
});

describe('revocation source of a verifier', () => {
  it('that is not current is 503, except for a token that is known to be revoked', async () => {
    const events = listenToRevocations();
    const source = new PolledSource();
    const verifier = createRevocationVerifier(source);
    const token = signToken();
    await verifier.verify(token);
    source.current = false;
    for (let times = 0; times < 2; times++) {
      await expect(verifier.verify(token)).rejects.toMatchObject(
        revocationUnavailable('not_current'),
      );
    }
    const origin = 'source';
    expect(verifier.health().revocation).toEqual({ origin, failure: 'not_current' });
    Object.assign(source, { revoked: true, version: 1 });
    await expect(verifier.verify(token)).rejects.toMatchObject(REVOKED);
    Object.assign(source, { current: true, revoked: false, version: 2 });
    await verifier.verify(token);
    expect(verifier.health().revocation).toEqual({ origin, failure: undefined });
    const systemCode = undefined;
    expect(events).toEqual([
      { event: 'unavailable', origin, failure: 'not_current', systemCode },
      { event: 'recovered', origin, failures: 2, unavailableForMs: expect.any(Number) as number },
    ]);
  });

  it.each<[string, object, string]>([
    ['isRevoked returns a promise', { isRevoked: () => Promise.resolve(false) }, 'answer'],
    ['isRevoked returns undefined', { isRevoked: () => undefined }, 'answer'],
    ['isCurrent returns 1', { isCurrent: () => 1 }, 'answer'],
    ['the version is not a number', { version: undefined }, 'answer'],
    ['isRevoked throws', { isRevoked: () => fail() }, 'error'],
    ['isCurrent throws', { isCurrent: () => fail() }, 'error'],
  ])('is 503 when %s', async (_when, members, failure) => {
    const source = new PolledSource();
    const verifier = createRevocationVerifier(source);
    Object.assign(source, members);
    const refused = revocationUnavailable(failure);
    await expect(verifier.verify(signToken())).rejects.toMatchObject(refused);
    await expect(verifier.verify(signToken())).rejects.toBeInstanceOf(RevocationUnavailableError);
  });

  it('is awaited by ready()', async () => {
    const source = Object.assign(new PolledSource(), {
      ready: () => Promise.reject(new Error('not loaded')),
    });
    await expect(createRevocationVerifier(source).ready()).rejects.toThrow('not loaded');
    await createRevocationVerifier(new PolledSource()).ready();
    const list = createRevocationList({ maxLifetimeSeconds: MAX_LIFETIME, maxSilenceSeconds: 60 });
    const ready = createRevocationVerifier(list).ready();
    list.heard();
    await ready;
  });
});

function fail(): never {
  throw new Error('secret');
}
