/** Introspection responses are checked like the claims of a JWT. */
import { createProofKey, createTestCertificate } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { openIntrospection } from '../../support/introspection.js';

describe('introspection › active tokens', () => {
  it('an opaque token is accepted with the members of the response', async () => {
    const { issuer, verifier } = await openIntrospection();
    const claims = { acr: 'phr', auth_time: 1_700_000_000, sid: 's1' };
    const opaque = await issuer.opaque({ scope: 'read write', subject: 'ann', claims });
    const token = await verifier.verify(opaque);
    expect(token).toMatchObject({
      format: 'opaque',
      issuer: issuer.issuer,
      subject: 'ann',
      clientId: 'test-client',
      audience: ['https://api.example.com'],
      authenticationContext: 'phr',
      authenticatedAt: 1_700_000_000,
      sessionId: 's1',
      header: {},
    });
    expect([...token.scopes]).toEqual(['read', 'write']);
    expect(Object.isFrozen(token.claims)).toBe(true);
  });

  it('a response without iss, aud and exp is completed', async () => {
    const { issuer, verifier } = await openIntrospection({
      introspection: { issuerChecksAudience: true },
    });
    const claims = { iss: undefined, aud: undefined, exp: undefined };
    const token = await verifier.verify(await issuer.opaque({ claims }));
    const now = issuer.clock() / 1000;
    expect(token.claims).toMatchObject({ iss: issuer.issuer, aud: 'https://api.example.com' });
    expect(token.expiresAt).toBe(now + 10);
  });

  it.each([
    ['cacheSeconds: 0', { cacheSeconds: 0 }],
    ['cacheSeconds: 300', { cacheSeconds: 300 }],
  ])('a response without exp is accepted with %s', async (_what, introspection) => {
    const { issuer, outcomeOf } = await openIntrospection({
      introspection,
      options: { clockToleranceSeconds: 0 },
    });
    const token = await issuer.opaque({ claims: { exp: undefined } });
    expect(await outcomeOf(token)).toBe('accepted');
    issuer.clock.advance(3_600_000);
    expect(await outcomeOf(token)).toBe('accepted');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a lower-case token_type', { token_type: 'bearer' }],
    ['no token_type', { token_type: undefined }],
    ['a token_type and a nonce', { nonce: 'n', scope: undefined }],
    ['an audience among others', { aud: ['https://api.example.com', 'b'] }],
  ])('a response with %s is accepted', async (_what, claims) => {
    const { issuer, outcomeOf } = await openIntrospection();
    expect(await outcomeOf(await issuer.opaque({ claims }))).toBe('accepted');
  });

  it.each<[string, unknown]>([
    ['no aud', undefined],
    ['an empty aud', []],
    ['null as aud', null],
  ])('a response with %s requires issuerChecksAudience', async (_what, aud) => {
    const strict = await openIntrospection();
    const expected = aud === null ? 'claim' : 'audience';
    expect(await strict.outcomeOf(await strict.issuer.opaque({ claims: { aud } }))).toBe(expected);
    const lax = await openIntrospection({ introspection: { issuerChecksAudience: true } });
    expect(await lax.outcomeOf(await lax.issuer.opaque({ claims: { aud } }))).toBe('accepted');
  });
});

const JKT = createProofKey().thumbprint;
const X5T = createTestCertificate().thumbprint;

describe('introspection › active tokens that are refused', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an exp that is past', { exp: 1_000_000_000 }, 'expired'],
    ['an exp that is a string', { exp: '9999999999' }, 'claim'],
    ['an exp that is null', { exp: null }, 'claim'],
    ['an nbf in the future', { nbf: 9_999_999_999 }, 'not_yet_valid'],
    ['an iat in the future', { iat: 9_999_999_999 }, 'not_yet_valid'],
    ['another audience', { aud: 'https://other.example' }, 'audience'],
    ['an audience that is a number', { aud: 1 }, 'claim'],
    ['another issuer', { iss: 'https://other.example' }, 'issuer'],
    ['an issuer that is null', { iss: null }, 'issuer'],
    ['a token_type of an unknown kind', { token_type: 'N_A' }, 'typ'],
    ['a token_type that is not a string', { token_type: ['Bearer'] }, 'typ'],
    ['a refresh token by token_type', { token_type: 'refresh_token' }, 'typ'],
    ['a refresh token by token_use', { token_use: 'refresh_token' }, 'typ'],
    ['a refresh token by typ', { typ: 'Refresh' }, 'typ'],
    ['an ID token by at_hash', { at_hash: 'x' }, 'typ'],
    ['a scope that is a number', { scope: 1 }, 'claim'],
    ['a sub that is a number', { sub: 1 }, 'claim'],
    ['a sid that is a number', { sid: 1 }, 'claim'],
    ['authorization_details without type', { authorization_details: [{}] }, 'claim'],
    ['an empty cnf', { cnf: {} }, 'sender_constraint'],
    ['a cnf that is null', { cnf: null }, 'sender_constraint'],
    ['a certificate binding', { cnf: { 'x5t#S256': X5T } }, 'sender_constraint'],
    ['a key binding', { cnf: { jkt: JKT }, token_type: 'DPoP' }, 'sender_constraint'],
    ['token_type DPoP without a key', { token_type: 'DPoP' }, 'sender_constraint'],
  ])('%s', async (_what, claims, reason) => {
    const { issuer, outcomeOf } = await openIntrospection();
    issuer.fault('introspection', { kind: 'members', members: claims });
    const token = await issuer.opaque();
    expect(await outcomeOf(token)).toBe(reason);
  });

  it('a bound token whose token_type is Bearer', async () => {
    const key = createProofKey();
    const { issuer, verifier, outcomeOf } = await openIntrospection({
      options: { dpop: { publicUrl: 'https://api.example.com' } },
    });
    const good = await issuer.opaque({ boundTo: key });
    expect(await outcomeOf(good)).toBe('sender_constraint');
    issuer.fault('introspection', { kind: 'members', members: { token_type: 'bearer' } });
    const bad = await issuer.opaque({ boundTo: key });
    expect(await outcomeOf(bad)).toBe('typ');
    expect(verifier.health().introspection).toMatchObject([{ state: 'available' }]);
  });

  it('a token that is longer than maxTokenBytes, without a request', async () => {
    const { issuer, outcomeOf } = await openIntrospection({ options: { maxTokenBytes: 256 } });
    expect(await outcomeOf('x'.repeat(257))).toBe('malformed');
    expect(await outcomeOf('x y')).toBe('malformed');
    expect(await outcomeOf('')).toBe('malformed');
    expect(issuer.requests.introspection).toBe(0);
  });
});

describe('introspection › active', () => {
  it('false is 401', async () => {
    const { outcomeOf } = await openIntrospection();
    expect(await outcomeOf('unknown')).toBe('inactive');
  });

  it.each<[string, string]>([
    ['a string', '{"active":"true"}'],
    ['a number', '{"active":1}'],
    ['null', '{"active":null}'],
    ['absent', '{}'],
    ['repeated', '{"active":true,"active":false}'],
    ['repeated, true last', '{"active":false,"active":true}'],
    ['in an array', '[{"active":true}]'],
    ['not in JSON', 'active=true'],
    ['inherited', '{"__proto__":{"active":true}}'],
    ['nowhere, because the body is empty', ''],
    ['behind a byte order mark', '\ufeff{"active":true}'],
  ])('%s is 503', async (_what, body) => {
    const { issuer, outcomeOf } = await openIntrospection();
    issuer.fault('introspection', { kind: 'body', body });
    expect(await outcomeOf(await issuer.opaque())).toBe('503 response');
  });

  it('any repeated member is 503', async () => {
    const { issuer, outcomeOf } = await openIntrospection();
    const body = '{"active":true,"scope":"read","scope":"write"}';
    issuer.fault('introspection', { kind: 'body', body });
    expect(await outcomeOf(await issuer.opaque())).toBe('503 response');
  });
});
