import {
  createAccessTokenVerifier,
  createRevocationList,
  type RevocationList,
  type Withdrawal,
} from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';

const issuer = 'https://as.example';
const trusted = { issuer, audience: 'https://rs.example', maxLifetimeSeconds: 60 };
const list: RevocationList = createRevocationList({ maxLifetimeSeconds: 60 });
const current = { version: 0, isCurrent: () => true, isRevoked: () => false };

describe('the option revocation', () => {
  it.each([
    ['a list', () => createAccessTokenVerifier({ ...trusted, revocation: list })],
    ['a source', () => createAccessTokenVerifier({ ...trusted, revocation: current })],
    [
      'a hook',
      () => createAccessTokenVerifier({ ...trusted, revocation: { isRevoked: () => false } }),
    ],
    [
      'an asynchronous hook',
      () => {
        const isRevoked = (): Promise<boolean> => Promise.resolve(false);
        return createAccessTokenVerifier({ ...trusted, revocation: { isRevoked, timeoutMs: 1 } });
      },
    ],
  ])('can be %s', (_what, create) => {
    expect(create).not.toThrow();
  });

  it.each([
    // @ts-expect-error -- a function is a member of the option
    () => createAccessTokenVerifier({ ...trusted, revocation: () => false }),
    // @ts-expect-error -- a hook needs its function
    () => createAccessTokenVerifier({ ...trusted, revocation: {} }),
    // @ts-expect-error -- the lifetime is required
    () => createRevocationList({ maxEntries: 1 }),
  ])('cannot be anything else (%#)', (create) => {
    expect(create).toThrow(TypeError);
  });

  it('has a hook that answers true or false', () => {
    const silent = (): boolean | undefined => undefined;
    // @ts-expect-error -- undefined is not an answer
    createAccessTokenVerifier({ ...trusted, revocation: { isRevoked: silent } });
    const late = (): Promise<boolean> => Promise.resolve(false);
    // @ts-expect-error -- a source answers at once
    createAccessTokenVerifier({ ...trusted, revocation: { ...current, isRevoked: late } });
  });
});

describe('Withdrawal', () => {
  it('names the tokens in one of four ways', () => {
    const withdrawals: readonly Withdrawal[] = [
      { issuer, tokenId: 'a' },
      { issuer, sessionId: 'a', issuedBefore: 1 },
      { issuer, subject: 'a', issuedBefore: 1 },
      { issuer, clientId: 'a', issuedBefore: undefined },
      // @ts-expect-error -- one at a time
      { issuer, subject: 'a', sessionId: 'b' },
      // @ts-expect-error -- a token id is used once
      { issuer, tokenId: 'a', issuedBefore: 1 },
      // @ts-expect-error -- something has to be named
      { issuer },
      // @ts-expect-error -- ids belong to an issuer
      { tokenId: 'a' },
    ];
    expect(withdrawals).toHaveLength(8);
  });
});
