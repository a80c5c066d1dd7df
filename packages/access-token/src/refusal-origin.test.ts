import { inspect } from 'node:util';
import { createProofKey, createTestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIntrospection } from '../../../test/support/introspection.js';
import { createShortList } from '../../../test/support/revocations.js';
import { SECRET_OPTIONS, signToken } from '../../../test/support/tokens.js';
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  InvalidTokenError,
  KeySetUnavailableError,
} from './index.js';
import { findRefusalOrigin } from './internal.js';

const { issuer } = SECRET_OPTIONS;
const CLIENT = 'reporting-job';
const PAST = Math.floor(Date.now() / 1000) - 600;

const VERIFIED = { claimedIssuer: issuer, isVerified: true, clientId: CLIENT };
const CLAIMED = { claimedIssuer: issuer, isVerified: false, clientId: undefined };

async function refusalOf(verification: Promise<unknown>): Promise<unknown> {
  return verification.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function createVerifier(options: object = {}): AccessTokenVerifier {
  const verifier = createAccessTokenVerifier({ ...SECRET_OPTIONS, ...options });
  onTestFinished(() => {
    verifier.close();
  });
  return verifier;
}

describe('findRefusalOrigin', () => {
  it.each([
    ['expired', { exp: PAST, iat: PAST - 60 }, VERIFIED],
    ['audience', { aud: 'https://other.example.com' }, VERIFIED],
    ['claim', { client_id: 7 }, { ...VERIFIED, clientId: undefined }],
    [
      'audience',
      { client_id: undefined, aud: 'https://other.example.com' },
      { ...VERIFIED, clientId: undefined },
    ],
    ['claim', { client_id: undefined, azp: 'b', sub: 7 }, { ...VERIFIED, clientId: 'b' }],
    ['sender_constraint', { cnf: { jkt: createProofKey().thumbprint } }, VERIFIED],
    ['issuer', { iss: 'https://other.example.com' }, undefined],
  ])('finds the issuer and the client of a signed token: %s %j', async (reason, claims, origin) => {
    const token = signToken({ client_id: CLIENT, ...claims });
    const refusal = await refusalOf(createVerifier().verify(token));
    expect(refusal).toMatchObject({ reason });
    expect(findRefusalOrigin(refusal)).toEqual(origin);
  });

  it.each([
    ['typ', signToken({ client_id: CLIENT }, { header: { typ: 'dpop+jwt' } })],
    ['alg', signToken({ client_id: CLIENT }, { header: { alg: 'none' } })],
    ['signature', `${signToken({ client_id: CLIENT }).slice(0, -8)}AAAAAAAA`],
  ])('finds the claimed issuer alone before the signature is good: %s', async (reason, token) => {
    const refusal = await refusalOf(createVerifier().verify(token));
    expect(refusal).toMatchObject({ reason });
    expect(findRefusalOrigin(refusal)).toEqual(CLAIMED);
  });

  it('finds nothing for a malformed token', async () => {
    const refusal = await refusalOf(createVerifier().verify('a.b'));
    expect(findRefusalOrigin(refusal)).toBeUndefined();
  });

  it.each([
    ['a schema', { claims: schemaOf(() => ({ issues: [] })) }],
    ['an asynchronous schema', { claims: schemaOf(() => Promise.resolve({ issues: [] })) }],
    ['a sender constraint', { dpop: true, senderConstraint: 'dpop' }],
    ['a revocation hook', { revocation: { isRevoked: () => Promise.resolve(true) } }],
  ])('finds the origin of a verified token that is refused by %s', async (_what, options) => {
    const verifier = createVerifier(options);
    const refusal = await refusalOf(verifier.verify(signToken({ client_id: CLIENT })));
    expect(refusal).toBeInstanceOf(InvalidTokenError);
    expect(findRefusalOrigin(refusal)).toEqual(VERIFIED);
  });

  it('finds the origin of a cached token that was revoked', async () => {
    const list = createShortList();
    const verifier = createVerifier({ revocation: list, maxLifetimeSeconds: 3_600 });
    const token = signToken({ client_id: CLIENT, jti: 'a' });
    await verifier.verify(token);
    await list.withdraw({ issuer, tokenId: 'a' });
    const refusal = await refusalOf(verifier.verify(token));
    expect(refusal).toMatchObject({ reason: 'revoked' });
    expect(findRefusalOrigin(refusal)).toEqual(VERIFIED);
  });

  it('notes nothing on the errors of the application', async () => {
    const failure = new Error('the database does not answer');
    const claims = schemaOf(() => {
      throw failure;
    });
    const verifier = createVerifier({ claims });
    expect(await refusalOf(verifier.verify(signToken({ client_id: CLIENT })))).toBe(failure);
    expect(findRefusalOrigin(failure)).toBeUndefined();
  });

  it('adds no member to the error, and nothing that its inspection or its challenge shows', async () => {
    const token = signToken({ client_id: CLIENT, aud: 'https://other.example.com' });
    const refusal = await refusalOf(createVerifier().verify(token));
    const shown = inspect(refusal, { showHidden: true, depth: 9 }) + JSON.stringify(refusal);
    expect(shown).not.toContain(CLIENT);
    expect(JSON.stringify((refusal as InvalidTokenError).headers)).not.toContain(CLIENT);
  });
});

describe('findRefusalOrigin of callers who wait together', () => {
  it('finds the origin for each caller with the same token', async () => {
    const server = await createTestIssuer({ alg: 'ES256', listen: false });
    const verifier = createVerifier({ ...server.options(), secret: undefined });
    const token = await server.mint({ claims: { client_id: CLIENT }, expiresInSeconds: -600 });
    const both = [verifier.verify(token), verifier.verify(token)];
    const refusals = await Promise.all(both.map(refusalOf));
    expect(refusals[0]).not.toBe(refusals[1]);
    for (const refusal of refusals) {
      expect(findRefusalOrigin(refusal)).toEqual({ ...VERIFIED, claimedIssuer: server.issuer });
    }
  });

  it('finds the claimed issuer alone while its keys are unavailable', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new Error('unreachable'));
    const verifier = createVerifier({ secret: undefined, fetch });
    const token = signToken({ client_id: CLIENT }, { header: { alg: 'RS256' } });
    const refusal = await refusalOf(verifier.verify(token));
    expect(refusal).toBeInstanceOf(KeySetUnavailableError);
    expect(findRefusalOrigin(refusal)).toEqual(CLAIMED);
  });
});

describe('findRefusalOrigin of an opaque token', () => {
  it('finds the issuer that was asked about an inactive token', async () => {
    const { issuer: server, verifier } = await openIntrospection();
    const asked = { claimedIssuer: server.issuer, isVerified: false, clientId: undefined };
    for (const found of ['asked', 'cached']) {
      const refusal = await refusalOf(verifier.verify('unknown-token'));
      expect(refusal).toMatchObject({ reason: 'inactive' });
      expect(findRefusalOrigin(refusal), found).toEqual(asked);
    }
  });

  it('finds the client of an active token, also when the refusal is cached', async () => {
    const { issuer: server, verifier } = await openIntrospection();
    const audience = 'https://other.example.com';
    const token = await server.opaque({ audience, claims: { client_id: CLIENT } });
    for (const found of ['asked', 'cached']) {
      const refusal = await refusalOf(verifier.verify(token));
      expect(refusal).toMatchObject({ reason: 'audience' });
      const origin = { ...VERIFIED, claimedIssuer: server.issuer };
      expect(findRefusalOrigin(refusal), found).toEqual(origin);
    }
  });
});

function schemaOf(validate: () => unknown): object {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}
