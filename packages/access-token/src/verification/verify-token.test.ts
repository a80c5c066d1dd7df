import { inspect } from 'node:util';
import { InvalidTokenError, type InvalidTokenReason } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../keys/key-ring.js';
import type { KeySet } from '../keys/key-set.js';
import { resolveIssuer } from '../options/resolve-issuer.js';
import { StaticKeySet } from '../keys/static-key-set.js';
import { ListedIssuers } from '../issuers/listed-issuers.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';
import { type VerificationPolicy, verifyAccessToken } from './verify-token.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { type Members, signToken } from '../../../../test/support/tokens.js';

const [A, B, AUDIENCE] = ['https://a.example', 'https://b.example', 'https://rs.example'];
const NOW = 1_900_000_000;

const PAIRS = [createKeyPair('P-256'), createKeyPair('P-256'), createKeyPair('P-256')];
const jwks = PAIRS.map(({ publicJwk }) => publicJwk);

const CLAIMS: Members = {
  iss: A,
  aud: AUDIENCE,
  sub: 'u1',
  client_id: 'c1',
  scope: 'read write',
  jti: 't1',
  iat: NOW - 10,
  nbf: NOW - 10,
  exp: NOW + 60,
  custom: { list: ['canary-claim'] },
};
const HEADER: Members = { typ: 'at+jwt', alg: 'ES256', kid: 'k1' };

interface Draft {
  readonly header?: Members;
  readonly claims?: Members;
  /** Which of the key pairs signs. */
  readonly key?: number;
}

/** Signs a token; `undefined` leaves a member out. */
function sign({ header = {}, claims = {}, key = 0 }: Draft = {}): string {
  const { privateKey = createKeyPair('P-256').privateKey } = PAIRS[key] ?? {};
  return signToken({ ...CLAIMS, ...claims }, { header: { ...HEADER, ...header }, key: privateKey });
}

interface IssuerChanges extends Members {
  readonly keys?: readonly object[];
  readonly keySet?: KeySet;
}

function trust(issuer: string, { keys, keySet, ...options }: IssuerChanges = {}): TrustedIssuer {
  const document = { keys: keys ?? [{ ...jwks[0], kid: 'k1' }] };
  const resolved = resolveIssuer(
    { issuer, audience: AUDIENCE, jwks: document, ...options },
    { path: '', allowHttp: false },
  );
  if (!('jwks' in resolved.keys)) throw new Error('no keys');
  const given = StaticKeySet.ofJwks(issuer, resolved.keys.jwks);
  return { ...resolved, keySet: keySet ?? given, introspector: undefined };
}

function policyOf(
  issuers: readonly [TrustedIssuer, ...TrustedIssuer[]],
  changes: Partial<VerificationPolicy> = {},
): VerificationPolicy {
  return {
    issuers: new ListedIssuers(issuers),
    maxTokenBytes: 16_384,
    clock: () => NOW * 1000,
    clockToleranceSeconds: 0,
    maxLifetimeSeconds: Infinity,
    provable: { dpop: false, mtls: false },
    formats: undefined,
    ...changes,
  };
}

/** Why a token is refused; `undefined` when it is not. */
async function reasonOf(
  token: string,
  policy = policyOf([trust(A)]),
): Promise<InvalidTokenReason | undefined> {
  try {
    await verifyAccessToken(token, policy);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    expect(error.cause).toBeUndefined();
    expect(inspect(error, { depth: 9 })).not.toMatch(/canary|u1|c1|eyJ/);
    return error.reason;
  }
}

describe('verifyAccessToken › good token', () => {
  it('is deeply frozen after verification, including header and claims', async () => {
    const nested = { a: [{ b: [{}] }] };
    const signed = sign({ header: { nested }, claims: { nested } });
    const { token } = await verifyAccessToken(signed, policyOf([trust(A)]));
    for (const part of [token.claims, token.header]) {
      const { a } = part['nested'] as typeof nested;
      expect([part, part['nested'], a, a[0], a[0]?.b, a[0]?.b[0]].every(Object.isFrozen)).toBe(
        true,
      );
    }
  });

  it('is accepted synchronously when the keys are available', () => {
    const issuer = trust(A);
    const verification = verifyAccessToken(sign(), policyOf([issuer]));
    if (verification instanceof Promise) throw new Error('late');
    const { token, key, keySet, heapBytes, ...times } = verification;
    expect(heapBytes).toBeGreaterThan(1_024);
    expect({ ...token, scopes: [...token.scopes] }).toEqual({
      format: 'jwt',
      issuer: A,
      subject: 'u1',
      clientId: 'c1',
      audience: [AUDIENCE],
      scopes: ['read', 'write'],
      issuedAt: NOW - 10,
      expiresAt: NOW + 60,
      tokenId: 't1',
      principal: 'user',
      authorizationDetails: [],
      claims: CLAIMS,
      header: HEADER,
    });
    expect(times).toEqual({ validFrom: NOW - 10, validUntil: NOW + 60 });
    expect(key).toMatchObject({ alg: 'ES256', kid: 'k1' });
    expect(keySet).toBe(issuer.keySet);
  });

  it('counts each scope towards its size', async () => {
    const heapBytesFor = async (scope: string): Promise<number> =>
      (await verifyAccessToken(sign({ claims: { scope } }), policyOf([trust(A)]))).heapBytes;
    const scopes = Array.from({ length: 2_800 }, (_, index) => index.toString(36)).join(' ');
    const excess = (await heapBytesFor(scopes)) - (await heapBytesFor('x'.repeat(scopes.length)));
    expect(excess).toBeGreaterThanOrEqual(2_799 * 100);
  });

  it('counts the key that its proofs are verified with towards its size', async () => {
    const policy = policyOf([trust(A)], { provable: { dpop: true, mtls: true } });
    const heapBytesFor = async (cnf: Members): Promise<number> =>
      (await verifyAccessToken(sign({ claims: { cnf } }), policy)).heapBytes;
    const thumbprint = 'A'.repeat(43);
    const byCertificate = await heapBytesFor({ 'x5t#S256': thumbprint });
    expect((await heapBytesFor({ jkt: thumbprint })) - byCertificate).toBeGreaterThan(10_000);
  });

  it('is deeply frozen and does not contain the token itself', async () => {
    const signed = sign();
    const { token } = await verifyAccessToken(signed, policyOf([trust(A)]));
    const { list } = token.claims['custom'] as { list: string[] };
    const parts = [token, token.claims, token.header, token.audience, token.scopes, list];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
    expect(inspect(token, { depth: 9 })).not.toContain(signed.split('.')[2]);
  });

  it.each<[string, Draft]>([
    ['no "nbf", "iat" or "sub"', { claims: { nbf: undefined, iat: undefined, sub: undefined } }],
    ['several audiences', { claims: { aud: ['x', AUDIENCE] } }],
    ['no scope', { claims: { scope: undefined } }],
    ['unknown claims', { claims: { foo: { a: 1 }, constructor: 1 } }],
    ['a typ in upper case', { header: { typ: 'AT+JWT' } }],
    ['typ: JWT', { header: { typ: 'JWT' } }],
    ['no typ', { header: { typ: undefined } }],
    ['no kid', { header: { kid: undefined } }],
    ['header parameters of an attacker', { header: { jku: 'https://x.example', jwk: {} } }],
  ])('may have %s', async (_case, draft) => {
    expect(await reasonOf(sign(draft))).toBeUndefined();
  });

  it.each([
    [{ client_id: 'a', azp: 'b', cid: 'c' }, 'a'],
    [{ client_id: undefined, azp: 'b', cid: 'c' }, 'b'],
    [{ client_id: undefined, cid: 'c' }, 'c'],
    [{ client_id: undefined }, undefined],
  ])('has a client id: %j', async (claims, clientId) => {
    const verification = await verifyAccessToken(sign({ claims }), policyOf([trust(A)]));
    expect(verification.token.clientId).toBe(clientId);
  });
});

describe('verifyAccessToken › bad token', () => {
  it.each<[InvalidTokenReason, string, Draft]>([
    ['malformed', 'a kid that is not a string', { header: { kid: 1 } }],
    ['malformed', 'an extension', { header: { b64: true } }],
    ['typ', 'another kind', { header: { typ: 'dpop+jwt' } }],
    ['typ', 'an ID token', { header: { typ: 'JWT' }, claims: { nonce: 'n', scope: undefined } }],
    ['alg', 'no algorithm', { header: { alg: undefined } }],
    ['alg', 'none', { header: { alg: 'none' } }],
    ['alg', 'another case', { header: { alg: 'es256' } }],
    ['alg', 'a secret', { header: { alg: 'HS256' } }],
    ['alg', 'a list', { header: { alg: ['ES256'] } }],
    ['issuer', 'another issuer', { claims: { iss: B } }],
    ['issuer', 'an additional slash', { claims: { iss: `${A}/` } }],
    ['issuer', 'another case', { claims: { iss: A.toUpperCase() } }],
    ['issuer', 'no issuer', { claims: { iss: undefined } }],
    ['issuer', 'a list of issuers', { claims: { iss: [A] } }],
    ['key', 'an unknown key', { header: { kid: 'k2' } }],
    ['key', 'a kid in another case', { header: { kid: 'K1' } }],
    ['key', 'a kid that every object inherits', { header: { kid: '__proto__' } }],
    ['key', 'a key for another algorithm', { header: { alg: 'ES384' } }],
    ['signature', 'the signature of another key', { key: 1 }],
    ['signature', 'that of another key, without kid', { key: 1, header: { kid: undefined } }],
    ['audience', 'another audience', { claims: { aud: `${AUDIENCE}/` } }],
    ['audience', 'no audience', { claims: { aud: undefined } }],
    ['claim', 'an audience that is a number', { claims: { aud: 5 } }],
    ['claim', 'no expiry', { claims: { exp: undefined } }],
    ['claim', 'an expiry that is a string', { claims: { exp: String(NOW + 60) } }],
    ['claim', 'an expiry in milliseconds', { claims: { exp: (NOW + 60) * 1000 } }],
    ['expired', 'expiry now', { claims: { exp: NOW } }],
    ['not_yet_valid', 'nbf ahead', { claims: { nbf: NOW + 1 } }],
    ['not_yet_valid', 'iat ahead', { claims: { iat: NOW + 61 } }],
    ['claim', 'sub that is a number', { claims: { sub: 5 } }],
    ['claim', 'client_id that is an array', { claims: { client_id: ['c1'] } }],
    ['claim', 'azp that is null', { claims: { client_id: undefined, azp: null } }],
    ['claim', 'jti that is an object', { claims: { jti: {} } }],
    ['claim', 'scope that is an array of arrays', { claims: { scope: [['read']] } }],
    ['sender_constraint', 'a bound key', { claims: { cnf: { jkt: 'x' } } }],
  ])('is refused: %s: %s', async (reason, _case, draft) => {
    expect(await reasonOf(sign(draft))).toBe(reason);
  });

  it('is refused with a missing or changed signature', async () => {
    const token = sign();
    const signed = token.slice(0, token.lastIndexOf('.') + 1);
    expect(await reasonOf(signed)).toBe('signature');
    expect(await reasonOf(`${signed}${'A'.repeat(86)}`)).toBe('signature');
  });

  it('is refused when any character differs', async () => {
    const token = sign();
    const policy = policyOf([trust(A)]);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect(await reasonOf(changed, policy), changed).toBeDefined();
      expect(await reasonOf(token.slice(0, at), policy)).toBeDefined();
    }
  });

  it('is refused when it is longer than the limit', async () => {
    const token = sign();
    const policy = policyOf([trust(A)], { maxTokenBytes: token.length - 1 });
    expect(await reasonOf(token, policy)).toBe('malformed');
  });
});

describe('verifyAccessToken › order of checks', () => {
  const faults: readonly (Draft & { readonly reason: InvalidTokenReason })[] = [
    { reason: 'typ', header: { typ: 'dpop+jwt' } },
    { reason: 'alg', header: { alg: 'none' } },
    { reason: 'issuer', claims: { iss: B } },
    { reason: 'key', header: { kid: 'k2' } },
    { reason: 'signature', key: 1 },
    { reason: 'audience', claims: { aud: 'x' } },
    { reason: 'expired', claims: { exp: NOW - 1 } },
    { reason: 'not_yet_valid', claims: { nbf: NOW + 1 } },
    { reason: 'lifetime', claims: { iat: NOW - 100_000 } },
    { reason: 'claim', claims: { sub: 5 } },
    { reason: 'sender_constraint', claims: { cnf: {} } },
  ];

  const merge = (from: number): Draft => ({
    header: Object.assign({}, ...faults.slice(from).map(({ header }) => header)) as Members,
    claims: Object.assign({}, ...faults.slice(from).map(({ claims }) => claims)) as Members,
    key: faults.slice(from).find(({ key }) => key !== undefined)?.key ?? 0,
  });

  it.each(faults.map(({ reason }, index) => [reason, index] as const))(
    'reports the first of several faults: %s',
    async (reason, index) => {
      const policy = policyOf([trust(A)], { maxLifetimeSeconds: 3_600 });
      expect(await reasonOf(sign(merge(index)), policy)).toBe(reason);
    },
  );

  it('begins with the format', async () => {
    expect(await reasonOf(`${sign(merge(0))}=`)).toBe('malformed');
  });

  it('searches for keys only after the checks that need none', async () => {
    const keySet = Object.assign(StaticKeySet.ofJwks(A, KeyRing.of([])), {
      findSigner: () => {
        throw new Error('asked for keys');
      },
    });
    const policy = policyOf([trust(A, { keySet })]);
    for (const [index, reason] of (['typ', 'alg', 'issuer'] as const).entries()) {
      expect(await reasonOf(sign(merge(index)), policy)).toBe(reason);
    }
    await expect(reasonOf(sign(), policy)).rejects.toThrow('asked for keys');
  });
});

describe('verifyAccessToken › typ: at+jwt', () => {
  const strict = (): VerificationPolicy => policyOf([trust(A, { typ: 'at+jwt' })]);

  it('accepts a token of RFC 9068', async () => {
    expect(await reasonOf(sign(), strict())).toBeUndefined();
  });

  it.each(['sub', 'client_id', 'iat', 'jti', 'exp'])('requires %s', async (name) => {
    expect(await reasonOf(sign({ claims: { [name]: undefined } }), strict())).toBe('claim');
  });

  it.each(['JWT', undefined])('refuses typ %s', async (typ) => {
    expect(await reasonOf(sign({ header: { typ } }), strict())).toBe('typ');
  });
});

describe('verifyAccessToken › several keys', () => {
  it('may share a "kid" or have none', async () => {
    const keys = [
      { ...jwks[0], kid: 'k1' },
      { ...jwks[1], kid: 'k1' },
    ];
    const policy = policyOf([trust(A, { keys })]);
    for (const kid of ['k1', undefined]) {
      expect(await reasonOf(sign({ key: 1, header: { kid } }), policy)).toBeUndefined();
      expect(await reasonOf(sign({ key: 2, header: { kid } }), policy)).toBe('signature');
    }
  });
});

describe('verifyAccessToken › several issuers', () => {
  const both = (): VerificationPolicy =>
    policyOf([
      trust(A),
      trust(B, { keys: [{ ...jwks[1], kid: 'k1' }], audience: 'urn:b', scopeClaims: 'roles' }),
    ]);

  it('have their own keys, audience and claims', async () => {
    const claims = { iss: B, aud: 'urn:b', roles: ['admin'] };
    const { token } = await verifyAccessToken(sign({ claims, key: 1 }), both());
    expect([token.issuer, ...token.scopes]).toEqual([B, 'admin']);
    expect(await reasonOf(sign(), both())).toBeUndefined();
  });

  it.each(['k1', undefined])("never use each other's keys: kid %s", async (kid) => {
    const asB = { iss: B, aud: 'urn:b' };
    expect(await reasonOf(sign({ header: { kid }, claims: asB }), both())).toBe('signature');
    expect(await reasonOf(sign({ header: { kid }, key: 1 }), both())).toBe('signature');
  });

  it("never use each other's audience", async () => {
    expect(await reasonOf(sign({ claims: { aud: 'urn:b' } }), both())).toBe('audience');
  });

  it('check a token of an unknown issuer as the first issuer requires', async () => {
    const policy = policyOf([trust(A, { typ: 'at+jwt' }), trust(B)]);
    const claims = { iss: 'https://c.example' };
    expect(await reasonOf(sign({ header: { typ: 'JWT' }, claims }), policy)).toBe('typ');
    expect(await reasonOf(sign({ claims }), policy)).toBe('issuer');
  });
});
