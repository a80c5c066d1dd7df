/** Signed introspection responses. RFC 9701. */
import type { IntrospectionFault, TestIssuer } from '@scopegate/testing';
import { describe, expect, it } from 'vitest';
import { openIntrospection } from '../../support/introspection.js';
import { openIssuer } from '../../support/test-issuers.js';

const SIGNED = { introspection: { signed: true } };

function signed(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): (issuer: TestIssuer) => IntrospectionFault {
  return () => ({ kind: 'signed', claims, header });
}

function issuedAt(offsetSeconds: number): (issuer: TestIssuer) => IntrospectionFault {
  return ({ clock }) => ({
    kind: 'signed',
    claims: { iat: Math.floor(clock() / 1000) + offsetSeconds },
  });
}

describe('introspection › signed', () => {
  it('a signed response is requested and accepted', async () => {
    const { issuer, verifier } = await openIntrospection(SIGNED);
    const token = await verifier.verify(await issuer.opaque({ scope: 'read' }));
    expect([...token.scopes]).toEqual(['read']);
    expect(token.claims).toMatchObject({ active: true, iss: issuer.issuer });
    expect(issuer.requests.introspectionRequests).toMatchObject([
      { accept: 'application/token-introspection+jwt' },
    ]);
  });

  it('an inactive token is 401', async () => {
    const { outcomeOf: verify } = await openIntrospection(SIGNED);
    expect(await verify('unknown')).toBe('inactive');
  });

  it.each<[string, (issuer: TestIssuer) => IntrospectionFault]>([
    ['the identifier of this resource server as aud', signed({ aud: 'https://api.example.com' })],
    ['several values of aud', signed({ aud: ['other', 'test-resource-server'] })],
    ['a typ with its prefix', signed({}, { typ: 'application/Token-Introspection+JWT' })],
    ['an iat of a minute ago', issuedAt(-60)],
  ])('%s is accepted', async (_what, fault) => {
    const { issuer, outcomeOf: verify } = await openIntrospection(SIGNED);
    issuer.fault('introspection', fault(issuer));
    expect(await verify(await issuer.opaque())).toBe('accepted');
  });

  it.each<[string, (issuer: TestIssuer) => IntrospectionFault]>([
    ['JSON', () => ({ kind: 'unsigned' })],
    ['JSON with the media type of a JWT', () => ({ kind: 'body', body: '{"active":true}' })],
    ['another media type', () => ({ kind: 'mediaType', mediaType: 'application/jwt' })],
    ['no media type', () => ({ kind: 'mediaType', mediaType: undefined })],
    ['typ JWT', signed({}, { typ: 'JWT' })],
    ['typ at+jwt', signed({}, { typ: 'at+jwt' })],
    ['no typ', signed({}, { typ: undefined })],
    ['alg none', signed({}, { alg: 'none' })],
    ['a crit parameter', signed({}, { crit: ['x'] })],
    ['an unknown kid', signed({}, { kid: 'other' })],
    ['another iss', signed({ iss: 'https://other.example' })],
    ['no iss', signed({ iss: undefined })],
    ['another aud', signed({ aud: 'https://other.example' })],
    ['no aud', signed({ aud: undefined })],
    ['an aud that is a number', signed({ aud: 1 })],
    ['no iat', signed({ iat: undefined })],
    ['an iat that is a string', signed({ iat: '1' })],
    ['an iat of an hour ago', issuedAt(-3_600)],
    ['an iat of the next hour', issuedAt(3_600)],
    ['no token_introspection', signed({ token_introspection: undefined, active: true })],
    ['a token_introspection that is an array', signed({ token_introspection: [] })],
    ['active as a string', signed({ token_introspection: { active: 'true' } })],
    ['active at the top level only', signed({ token_introspection: {}, active: true })],
  ])('%s is 503', async (_what, fault) => {
    const { issuer, outcomeOf: verify } = await openIntrospection(SIGNED);
    issuer.fault('introspection', fault(issuer));
    expect(await verify(await issuer.opaque())).toBe('503 response');
  });

  it('active: true at the top level does not make a token active', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection(SIGNED);
    const claims = { active: true, token_introspection: { active: false } };
    issuer.fault('introspection', { kind: 'signed', claims });
    expect(await verify(await issuer.opaque())).toBe('inactive');
  });

  it('a response that another issuer has signed is 503', async () => {
    const other = await openIssuer();
    const { issuer, outcomeOf: verify } = await openIntrospection(SIGNED);
    const body = await other.mint({
      header: { typ: 'token-introspection+jwt' },
      claims: {
        iss: issuer.issuer,
        aud: 'test-resource-server',
        token_introspection: { active: true },
      },
    });
    issuer.fault('introspection', { kind: 'body', body });
    expect(await verify(await issuer.opaque())).toBe('503 response');
  });

  it('an outage of the keys is 503, and a stale response may be used', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { signed: true, maxStaleSeconds: 60 },
      options: { keySet: { maxStaleMs: 0, defaultLifetimeMs: 1_000, minLifetimeMs: 1_000 } },
    });
    issuer.setHeaders('jwks', {});
    issuer.fault('jwks', { kind: 'status', status: 500 });
    const token = await issuer.opaque();
    expect(await verify(token)).toBe('503 keys');
    issuer.fault('jwks', undefined);
    issuer.clock.advance(60_000);
    expect(await verify(token)).toBe('accepted');
    issuer.fault('jwks', { kind: 'status', status: 500 });
    issuer.clock.advance(20_000);
    expect(await verify(token)).toBe('accepted');
    expect(await verify(await issuer.opaque())).toBe('503 keys');
  });

  it('the response is not an access token', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { tokens: 'both', signed: true },
    });
    const response = await issuer.mint({
      header: { typ: 'token-introspection+jwt' },
      claims: { token_introspection: { active: true } },
    });
    expect(await verify(response)).toBe('typ');
  });
});
