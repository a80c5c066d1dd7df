import { createAccessTokenVerifier, type FindingCause } from '@scopegate/access-token';
import { forgeries, type ForgeryName } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';

/** Forgeries that show known mistakes, with all of their causes. */
const FORGERY_CAUSES: Partial<Record<ForgeryName, readonly FindingCause[]>> = {
  expired: ['expired_token'],
  noExpiry: ['missing_expiry'],
  expiryAsString: ['time_as_text'],
  notYetValid: ['not_before_in_future'],
  issuedInFuture: ['clock_skew'],
  noAudience: ['missing_audience'],
  issuerWithSlash: ['issuer_trailing_slash'],
  senderConstrained: ['dpop_not_enabled'],
  certificateBound: ['mtls_not_enabled'],
  idToken: ['id_token'],
  logoutToken: ['logout_token'],
  refreshToken: ['refresh_token'],
  clientAssertion: ['wrong_typ'],
  unknownType: ['wrong_typ'],
  unknownKey: ['unknown_kid'],
  embeddedJwk: ['unknown_kid'],
  jku: ['unknown_kid'],
  truncatedSignature: ['truncated_token'],
  emptySignature: ['truncated_token'],
  algNone: ['unsigned_token'],
  algNoneMixedCase: ['unsigned_token'],
  algNoneWithSignature: ['unsigned_token'],
  hs256WithPublicKey: ['shared_secret_token'],
  hs256WithPublicKeyDer: ['shared_secret_token'],
  hs256WithPublicJwk: ['shared_secret_token'],
  opaque: ['opaque_token_without_introspection'],
  encrypted: ['encrypted_token_without_decryption'],
  twoParts: ['truncated_token'],
  critHeader: ['critical_header'],
};

describe('findings of explain for a forged token', () => {
  it.each(forgeries)('name no other cause for a token that $explanation', async ({ name }) => {
    const issuer = await openIssuer();
    const verifier = createAccessTokenVerifier({
      ...issuer.options(),
      jwks: { keys: await issuer.publicKeys() },
    });
    const { findings } = await verifier.explain(await issuer.forge[name]());
    // The forged header names an algorithm for which the issuer has no key.
    const expected = name === 'wrongAlg' ? ['unknown_kid'] : (FORGERY_CAUSES[name] ?? []);
    expect(findings.map(({ cause }) => cause)).toEqual(expected);
  });
});
