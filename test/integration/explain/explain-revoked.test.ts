import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  createRevocationList,
} from '@scopegate/access-token';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

const user = { subject: 'alice', clientId: 'app', claims: { jti: 'token-1', sid: 'session-1' } };

async function explainRevoked(revocation: NonNullable<AccessTokenVerifierOptions['revocation']>) {
  const issuer = await openIssuer();
  const verifier = createAccessTokenVerifier({
    ...issuer.options(),
    maxLifetimeSeconds: 3_600,
    revocation,
  });
  onTestFinished(() => {
    verifier.close();
  });
  const explained = await verifier.explain(await issuer.mint(user));
  const { verdict, reason, checks } = explained;
  const found = checks.find(({ name }) => name === 'revocation')?.found;
  return { issuer: issuer.issuer, verdict, reason, found };
}

describe('explain of a revoked token', () => {
  it.each([
    ['token', 'tokenId', 'revoked, by an entry for the token itself ("jti")'],
    ['session', 'sessionId', 'revoked, by an entry for its session ("sid")'],
    ['subject', 'subject', 'revoked, by an entry for its subject ("sub")'],
    ['client', 'clientId', 'revoked, by an entry for its client'],
  ])('shows that an entry for its %s revokes it', async (_kind, member, expected) => {
    const revocation = {
      version: 1,
      isCurrent: () => true,
      isRevoked: (token: object) => Reflect.get(token, member) !== undefined,
    };
    const { verdict, reason, found } = await explainRevoked(revocation);
    expect([verdict, reason, found]).toEqual(['refused', 'revoked', expected]);
  });

  it('shows that the function of the application decided, or failed', async () => {
    expect(await explainRevoked({ isRevoked: () => true })).toMatchObject({
      reason: 'revoked',
      found: 'the function "revocation.isRevoked" returned true',
    });
    const isRevoked = (): boolean => {
      throw new Error('secret of the application');
    };
    const failed = await explainRevoked({ isRevoked });
    expect(failed).toMatchObject({ verdict: 'undecided', reason: 'unavailable' });
    expect(failed.found).not.toContain('secret');
  });

  it('accepts a token that no entry names', async () => {
    const list = createRevocationList({ maxLifetimeSeconds: 3_600, maxEntries: 10 });
    expect(await explainRevoked(list)).toMatchObject({ verdict: 'accepted', found: 'not revoked' });
  });
});
