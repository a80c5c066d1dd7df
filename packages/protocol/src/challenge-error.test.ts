import { describe, expect, it } from 'vitest';
import {
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  MissingCredentialsError,
} from './bearer-errors.js';
import type { AuthScheme } from './challenge.js';
import type { ChallengeError, ProtectionSpace } from './challenge-error.js';
import { InvalidProofError, UseNonceError } from './dpop-errors.js';

const BOTH: ProtectionSpace = {
  realm: 'sales',
  resourceMetadata: 'https://rs.example/.well-known/oauth-protected-resource',
  schemes: ['Bearer', 'DPoP'],
  dpopAlgorithms: ['ES256', 'EdDSA'],
};
const METADATA = `resource_metadata="${BOTH.resourceMetadata ?? ''}"`;
const BEARER = `Bearer realm="sales", ${METADATA}`;
const DPOP = `DPoP realm="sales", algs="ES256 EdDSA", ${METADATA}`;

/** A challenge with an error and further params. */
function failed(bare: string, error: ChallengeError, scope = ''): string {
  const params = `error="${error.challenge.error ?? ''}", error_description="${error.message}"${scope}`;
  return bare.replace('realm="sales"', `realm="sales", ${params}`);
}

describe('ChallengeError', () => {
  it('has a challenge without error for each scheme that is accepted', () => {
    const { headers } = new MissingCredentialsError(BOTH);
    expect(headers).toEqual({ 'WWW-Authenticate': [BEARER, DPOP] });
  });

  it.each<[string, AuthScheme | undefined, (error: ChallengeError) => string | string[]]>([
    ['an unknown scheme', undefined, (error) => [failed(BEARER, error), failed(DPOP, error)]],
    ['Bearer', 'Bearer', (error) => [failed(BEARER, error), DPOP]],
    ['DPoP', 'DPoP', (error) => failed(DPOP, error)],
  ])(
    'has its error in the challenge of the scheme that was used: %s',
    (_what, scheme, expected) => {
      for (const error of [
        new InvalidTokenError('expired'),
        new InvalidRequestError('several_locations'),
      ]) {
        error.inProtectionSpace(BOTH).usingScheme(scheme);
        expect(error.headers).toEqual({ 'WWW-Authenticate': expected(error) });
      }
    },
  );

  it('has its error in the challenge of the accepted scheme if another one was used', () => {
    const error = new InvalidTokenError('unbound').usingScheme('Bearer');
    error.inProtectionSpace({ ...BOTH, schemes: ['DPoP'] });
    expect(error.headers).toEqual({ 'WWW-Authenticate': failed(DPOP, error) });
  });

  it('names the scope in the challenge of the scheme that was used', () => {
    const error = new InsufficientScopeError('scope', 'read').usingScheme('Bearer');
    const scope = ', scope="read"';
    expect(error.inProtectionSpace(BOTH).headers).toEqual({
      'WWW-Authenticate': [failed(BEARER, error, scope), DPOP],
    });
  });

  it('has a nonce beside a challenge for DPoP, in a 401 only', () => {
    const space = { ...BOTH, dpopNonce: 'n1' };
    const lines = { 'WWW-Authenticate': [BEARER, DPOP] };
    expect(new MissingCredentialsError(space).headers).toEqual({ ...lines, 'DPoP-Nonce': 'n1' });
    const bearerAlone = { ...space, schemes: ['Bearer'] as const };
    expect(new MissingCredentialsError(bearerAlone).headers).toEqual({
      'WWW-Authenticate': BEARER,
    });
    const lacking = new InsufficientScopeError('principal').inProtectionSpace(space);
    expect(lacking.headers).not.toHaveProperty('DPoP-Nonce');
  });
});

describe('InvalidProofError', () => {
  it('is 401 invalid_dpop_proof, without a protection space too', () => {
    const error = new InvalidProofError('proof_claim', { claim: 'jti' });
    expect(error).toMatchObject({
      name: 'InvalidProofError',
      code: 'ERR_DPOP_INVALID_PROOF',
      reason: 'proof_claim',
      claim: 'jti',
      status: 401,
      message: 'a claim of the DPoP proof is missing or malformed',
    });
    expect(error.headers).toEqual({
      'WWW-Authenticate': `DPoP error="invalid_dpop_proof", error_description="${error.message}"`,
    });
  });
});

describe('UseNonceError', () => {
  it('is 401 use_dpop_nonce with one challenge and its nonce', () => {
    const error = new UseNonceError('n1').inProtectionSpace({ ...BOTH, dpopNonce: 'n2' });
    expect(error).toMatchObject({
      name: 'UseNonceError',
      code: 'ERR_DPOP_USE_NONCE',
      reason: 'nonce',
      status: 401,
    });
    expect(error.headers).toEqual({
      'WWW-Authenticate': failed(DPOP, error),
      'DPoP-Nonce': 'n1',
    });
  });
});
