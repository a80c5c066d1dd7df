import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../jws/json-object.js';
import type { IntrospectionAnswer } from './introspector.js';
import { type AnswerPolicy, completeAnswer } from './complete-answer.js';

const ISSUER = 'https://login.example.com';
const API = 'https://api.example.com';
const ASKED_AT = 1_800_000_000;
const POLICY: AnswerPolicy = {
  issuer: ISSUER,
  audience: [API],
  audienceClaim: 'aud',
  issuerChecksAudience: false,
  cacheSeconds: 10,
};
const CHECKED_BY_ISSUER = { ...POLICY, issuerChecksAudience: true };
const BOUND = { cnf: { jkt: 'a thumbprint' } };

function complete(
  members: JsonObject,
  policy = POLICY,
  receivedAt = ASKED_AT,
): IntrospectionAnswer {
  const response = { members: { active: true, ...members }, bytes: 100, receivedAt };
  return completeAnswer({ ...response, askedAt: ASKED_AT }, policy);
}

describe('completeAnswer', () => {
  it('adds the issuer and the end of the knowledge', () => {
    const { claims, hasExpiry, knownUntil } = complete({ sub: 'alice' });
    expect(claims).toEqual({ active: true, sub: 'alice', iss: ISSUER, exp: ASKED_AT + 10 });
    expect({ hasExpiry, knownUntil }).toEqual({ hasExpiry: false, knownUntil: ASKED_AT + 10 });
  });

  it.each([
    ['before the end of the cache', ASKED_AT + 3, ASKED_AT + 3],
    ['after the end of the cache', ASKED_AT + 60, ASKED_AT + 10],
    ['of a wrong type', 'tomorrow', ASKED_AT + 10],
  ])('keeps an exp %s, and is never used past it', (_when, exp, knownUntil) => {
    const answer = complete({ exp });
    expect(answer).toMatchObject({ hasExpiry: true, knownUntil, claims: { exp } });
  });

  it('lets a response without exp that took longer than the cache be used once', () => {
    const { claims, knownUntil } = complete({}, POLICY, ASKED_AT + 20);
    expect(claims['exp']).toBe(ASKED_AT + 21);
    expect(knownUntil).toBe(ASKED_AT + 10);
  });

  it('returns claims that are frozen, and counts their memory', () => {
    const { claims, heapBytes } = complete({ cnf: { jkt: 'a thumbprint' }, roles: ['editor'] });
    expect([claims, claims['cnf'], claims['roles']].every(Object.isFrozen)).toBe(true);
    expect(heapBytes).toBeGreaterThan(200);
  });

  it.each([[`${ISSUER}/`], ['https://other.example.com'], [null], [[ISSUER]]])(
    'refuses the iss %j',
    (iss) => {
      expect(() => complete({ iss })).toThrow(expect.objectContaining({ reason: 'issuer' }));
    },
  );

  it('accepts the same iss', () => {
    expect(complete({ iss: ISSUER }).claims['iss']).toBe(ISSUER);
  });

  it.each<[JsonObject]>([
    [{ token_type: 'Bearer' }],
    [{ token_type: 'bearer' }],
    [{ token_type: 'DPoP' }],
    [{ token_type: 'dpop', ...BOUND }],
    [{ token_type: 'Bearer', cnf: { 'x5t#S256': 'a thumbprint' } }],
    [{ token_type: 'Bearer', nonce: 'copied' }],
    [BOUND],
  ])('accepts %j as about an access token', (members) => {
    expect(complete(members).claims).toMatchObject(members);
  });

  it.each<[JsonObject]>([
    [{ token_type: 'Bearer', ...BOUND }],
    [{ token_type: 'refresh_token' }],
    [{ token_type: 'N_A' }],
    [{ token_type: null }],
    [{ token_type: ['Bearer'] }],
    [{ token_use: 'refresh_token' }],
    [{ typ: 'ID' }],
    [{ nonce: 'of an ID token' }],
    [{ token_type: 'Bearer', at_hash: 'of an ID token' }],
  ])('refuses %j as about another kind of token', (members) => {
    expect(() => complete(members)).toThrow(expect.objectContaining({ reason: 'typ' }));
  });

  it.each<[JsonObject]>([[{}], [{ aud: null }], [{ aud: [] }]])(
    'adds the audience to %j if the issuer checks it',
    (members) => {
      expect(complete(members, CHECKED_BY_ISSUER).claims['aud']).toBe(API);
      expect(complete(members).claims['aud']).toEqual(members['aud']);
    },
  );

  it.each<[JsonObject]>([[{ aud: 'https://other.example.com' }], [{ aud: ['a'] }], [{ aud: '' }]])(
    'keeps %j although the issuer checks the audience',
    (members) => {
      expect(complete(members, CHECKED_BY_ISSUER).claims['aud']).toEqual(members['aud']);
    },
  );

  it('adds every audience of several, and none where another claim is the audience', () => {
    const audience = [API, 'https://api.example.org'];
    expect(complete({}, { ...CHECKED_BY_ISSUER, audience }).claims['aud']).toEqual(audience);
    const { claims } = complete({}, { ...CHECKED_BY_ISSUER, audienceClaim: 'client_id' });
    expect(claims).not.toHaveProperty('aud');
  });
});
