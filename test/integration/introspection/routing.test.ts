/** Which tokens are sent to which authorization server. */
import { createAccessTokenVerifier, type AccessTokenVerifier } from '@scopegate/access-token';
import type { TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createIntrospectingVerifier,
  openIntrospection,
  outcomeOf,
} from '../../support/introspection.js';
import { openIssuer } from '../../support/test-issuers.js';
import { typeErrorMessageOf } from '../../support/type-error-message.js';

const AUDIENCE = 'https://api.example.com';

function createVerifier(
  issuers: readonly TestIssuer[],
  introspections: readonly object[],
): AccessTokenVerifier {
  const entries = issuers.map(({ issuer, introspectionClient }, index) => ({
    issuer,
    introspection: { ...introspectionClient, ...introspections[index] },
  }));
  const [first] = issuers;
  const clock = first?.clock ?? Date.now;
  const verifier = createAccessTokenVerifier({
    audience: AUDIENCE,
    clock,
    issuers: entries,
  } as never);
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

describe('introspection › which tokens are sent', () => {
  it.each([
    ['of an attacker', 'foreignKey'],
    ['that is expired', 'expired'],
    ['with altered claims', 'tampered'],
    ['without a signature', 'algNone'],
  ] as const)('a JWT %s is never sent', async (_what, forgery) => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { tokens: 'both' },
    });
    expect(await verify(await issuer.forge[forgery]())).not.toBe('accepted');
    expect(issuer.requests.introspection).toBe(0);
  });

  it('tokens: both verifies JWTs here and introspects the others', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { tokens: 'both' },
    });
    expect(await verify(await issuer.mint())).toBe('accepted');
    expect(issuer.requests.introspection).toBe(0);
    expect(await verify(await issuer.opaque())).toBe('accepted');
    expect(issuer.requests.introspection).toBe(1);
  });

  it('tokens: opaque refuses a good JWT of the issuer, and fetches no keys', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection();
    expect(await verify(await issuer.mint())).toBe('typ');
    expect(issuer.requests).toMatchObject({ introspection: 0, jwks: 0 });
  });

  it('tokens: jwt refuses opaque tokens without a request', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { tokens: 'jwt' },
    });
    expect(await verify(await issuer.opaque())).toBe('malformed');
    expect(await verify(await issuer.mint())).toBe('accepted');
    expect(issuer.requests.introspection).toBe(0);
  });

  it.each(['one.dot', 'three.d.o.ts', 'f.o.u.r.dots', 'f.i.v.e.d.o.t.s'])(
    'a token with another number of dots than two is sent: %s',
    async (token) => {
      const { issuer, outcomeOf: verify } = await openIntrospection();
      expect(await verify(token)).toBe('inactive');
      expect(issuer.requests.introspection).toBe(1);
    },
  );

  it('with a prefix, no other token is sent', async () => {
    const { issuer, outcomeOf: verify } = await openIntrospection({
      introspection: { tokenPrefix: 'ory_at_' },
    });
    expect(await verify(await issuer.opaque())).toBe('malformed');
    expect(issuer.requests.introspection).toBe(0);
    expect(await verify(await issuer.opaque({ prefix: 'ory_at_' }))).toBe('accepted');
    expect(await verify('ory_at_x.y.z')).toBe('inactive');
  });

  it('a token with the prefix of one issuer never reaches another', async () => {
    const issuers = [await openIssuer(), await openIssuer()] as const;
    const verifier = createVerifier(issuers, [
      { tokens: 'opaque', tokenPrefix: 'a_' },
      { tokens: 'both', tokenPrefix: 'b_' },
    ]);
    const [a, b] = issuers;
    expect(await outcomeOf(verifier.verify(await b.opaque({ prefix: 'b_' })))).toBe('accepted');
    expect(await outcomeOf(verifier.verify('b_unknown'))).toBe('inactive');
    expect(await outcomeOf(verifier.verify('c_unknown'))).toBe('malformed');
    expect([a.requests.introspection, b.requests.introspection]).toEqual([0, 2]);
  });

  it('a JWT of one issuer is verified while another one has opaque tokens', async () => {
    const issuers = [await openIssuer(), await openIssuer()] as const;
    const [a, b] = issuers;
    const verifier = createAccessTokenVerifier({
      audience: AUDIENCE,
      clock: a.clock,
      issuers: [
        { issuer: a.issuer },
        { issuer: b.issuer, introspection: { tokens: 'opaque', ...b.introspectionClient } },
      ],
    });
    onTestFinished(() => {
      verifier.close();
    });
    expect(await outcomeOf(verifier.verify(await a.mint()))).toBe('accepted');
    expect(await outcomeOf(verifier.verify(await a.forge.tampered()))).toBe('signature');
    expect(b.requests.introspection).toBe(0);
    expect(await outcomeOf(verifier.verify(await b.opaque()))).toBe('accepted');
  });
});

describe('introspection › several issuers with opaque tokens', () => {
  it.each<[string, readonly object[], string]>([
    [
      'without prefixes',
      [{ tokens: 'opaque' }, { tokens: 'both' }],
      'option "issuers[0].introspection.tokenPrefix" is missing',
    ],
    [
      'one of them without a prefix',
      [{ tokens: 'opaque', tokenPrefix: 'a_' }, { tokens: 'both' }],
      'option "issuers[1].introspection.tokenPrefix" is missing',
    ],
    [
      'with the same prefix',
      [
        { tokens: 'opaque', tokenPrefix: 'a_' },
        { tokens: 'opaque', tokenPrefix: 'a_' },
      ],
      'option "issuers[1].introspection.tokenPrefix" must not begin like that of issuers[0]',
    ],
    [
      'with a prefix that begins another',
      [
        { tokens: 'opaque', tokenPrefix: 'a_b' },
        { tokens: 'opaque', tokenPrefix: 'a_' },
      ],
      'option "issuers[1].introspection.tokenPrefix" must not begin like that of issuers[0]',
    ],
  ])('%s are refused at start-up', async (_what, introspections, message) => {
    const issuers = [await openIssuer({ listen: false }), await openIssuer({ listen: false })];
    const distinct = issuers.map((each, index) => ({
      ...each,
      issuer: `https://as${index}.example`,
    }));
    expect(typeErrorMessageOf(() => createVerifier(distinct, introspections))).toContain(message);
  });

  it('one with tokens: jwt needs no prefix', async () => {
    const issuers = [await openIssuer(), await openIssuer()] as const;
    const verifier = createVerifier(issuers, [{ tokens: 'jwt' }, { tokens: 'opaque' }]);
    expect(await outcomeOf(verifier.verify(await issuers[1].opaque()))).toBe('accepted');
  });
});

describe('introspection › start-up', () => {
  it('nothing is sent before the first token, and ready() discovers the endpoint', async () => {
    const issuer = await openIssuer();
    const verifier = createIntrospectingVerifier(issuer);
    expect(issuer.requests).toMatchObject({ metadata: 0, introspection: 0 });
    await verifier.ready();
    expect(issuer.requests).toMatchObject({ metadata: 1, introspection: 0 });
    expect(verifier.health().introspection).toMatchObject([{ state: 'unused' }]);
    await verifier.verify(await issuer.opaque());
    expect(issuer.requests).toMatchObject({ metadata: 1, introspection: 1 });
  });

  it('ready() rejects when the endpoint cannot be discovered', async () => {
    const issuer = await openIssuer();
    issuer.fault('metadata', { kind: 'members', members: { introspection_endpoint: undefined } });
    const verifier = createIntrospectingVerifier(issuer);
    expect(await outcomeOf(verifier.ready())).toBe('503 discovery');
    expect(verifier.health().introspection).toMatchObject([{ state: 'unavailable' }]);
    issuer.fault('metadata', undefined);
    issuer.clock.advance(1_000);
    await verifier.ready();
  });

  it('a configured endpoint is not discovered', async () => {
    const issuer = await openIssuer();
    const introspection = { endpoint: issuer.introspectionEndpoint };
    const verifier = createIntrospectingVerifier(issuer, { introspection });
    await verifier.verify(await issuer.opaque());
    expect(issuer.requests).toMatchObject({ metadata: 0, introspection: 1 });
  });
});
