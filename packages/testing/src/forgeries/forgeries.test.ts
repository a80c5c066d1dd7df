import { readFile } from 'node:fs/promises';
import { createHmac, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestIssuer,
  forgeries,
  type ForgeryName,
  type PublicJwk,
  type TestIssuer,
} from '../index.js';

const AUDIENCE = 'https://api.example.com';
const HOUR = 3600;

type Members = Readonly<Record<string, unknown>>;

interface Reading {
  readonly token: string;
  readonly parts: readonly string[];
  readonly header: Members;
  readonly claims: Members;
  /** Members that differ from those of a valid token; `undefined` where one is missing. */
  readonly changed: { readonly header: Members; readonly claims: Members };
  readonly payload: string;
  readonly isSignedByIssuer: boolean;
  readonly now: number;
  readonly issuer: TestIssuer;
  readonly jwk: PublicJwk;
}

const decode = (segment = ''): string => Buffer.from(segment, 'base64url').toString();

function parse(json: string): Members {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, '')) as Members;
  } catch {
    return {};
  }
}

function difference(good: Members, other: Members): Members {
  const names = new Set([...Object.keys(good), ...Object.keys(other)]);
  names.delete('jti');
  const changed = [...names].filter((name) => good[name] !== other[name]);
  return Object.fromEntries(changed.map((name) => [name, other[name]]));
}

function isSignedBy(publicKey: KeyObject, token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  const octets = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(`${header}.${payload}`), key, octets);
}

async function read(issuer: TestIssuer, token: string): Promise<Reading> {
  const parts = token.split('.');
  const good = (await issuer.mint()).split('.').map((part) => parse(decode(part)));
  const [header, claims] = [parse(decode(parts[0])), parse(decode(parts[1]))];
  const jwk = (await issuer.publicKeys())[0];
  if (jwk === undefined) throw new Error('the issuer publishes no key');
  return {
    token,
    parts,
    header,
    claims,
    issuer,
    jwk,
    payload: decode(parts[1]),
    changed: {
      header: difference(good[0] ?? {}, header),
      claims: difference(good[1] ?? {}, claims),
    },
    isSignedByIssuer: isSignedBy(publicKeyOf(jwk), token),
    now: Math.floor(issuer.clock.now() / 1000),
  };
}

function publicKeyOf(jwk: Members): KeyObject {
  return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
}

/** Expects a valid signature and header, and claims that differ only in the given members. */
function claimsAre(expected: (reading: Reading) => Members): (reading: Reading) => void {
  return (reading) => {
    expect(reading.changed).toEqual({ header: {}, claims: expected(reading) });
    expect(reading.isSignedByIssuer).toBe(true);
  };
}

function headerIs(expected: (reading: Reading) => Members, signed: boolean) {
  return (reading: Reading): void => {
    expect(reading.changed).toEqual({ header: expected(reading), claims: {} });
    expect(reading.isSignedByIssuer).toBe(signed);
  };
}

function isHs256With(secret: (reading: Reading) => string | Buffer) {
  return (reading: Reading): void => {
    headerIs(() => ({ alg: 'HS256' }), false)(reading);
    const [header, payload, signature] = reading.parts;
    const hmac = createHmac('sha256', secret(reading)).update(`${header ?? ''}.${payload ?? ''}`);
    expect(signature).toBe(hmac.digest('base64url'));
  };
}

const digest = expect.stringMatching(/^[-\w]{43}$/) as unknown;

const CHECKS: Readonly<Record<ForgeryName, (reading: Reading) => void | Promise<void>>> = {
  expired: claimsAre(({ now }) => ({ iat: now - 2 * HOUR, exp: now - HOUR })),
  noExpiry: claimsAre(() => ({ exp: undefined })),
  expiryAsString: claimsAre(({ now }) => ({ exp: String(now + 300) })),
  infiniteExpiry: (reading) => {
    claimsAre(() => ({ exp: Infinity }))(reading);
    expect(reading.payload).toContain('"exp":1e400');
  },
  notYetValid: claimsAre(({ now }) => ({ nbf: now + HOUR, exp: now + 24 * HOUR })),
  issuedInFuture: claimsAre(({ now }) => ({ iat: now + 24 * HOUR, exp: now + 25 * HOUR })),
  wrongAudience: claimsAre(() => ({ aud: 'https://other-api.example' })),
  lookalikeAudience: claimsAre(() => ({ aud: `${AUDIENCE}.evil.example` })),
  noAudience: claimsAre(() => ({ aud: undefined })),
  wrongIssuer: claimsAre(() => ({ iss: 'https://other-issuer.example' })),
  issuerWithSlash: claimsAre(({ issuer }) => ({ iss: `${issuer.issuer}/` })),
  noIssuer: claimsAre(() => ({ iss: undefined })),
  senderConstrained: claimsAre(() => ({ cnf: { jkt: digest } })),
  certificateBound: claimsAre(() => ({ cnf: { 'x5t#S256': digest } })),
  idToken: ({ changed, isSignedByIssuer }) => {
    const claims = { client_id: undefined, azp: 'test-client' };
    expect(changed.header).toEqual({ typ: 'JWT' });
    expect(changed.claims).toEqual({
      ...claims,
      nonce: expect.any(String),
      at_hash: expect.any(String),
    });
    expect(isSignedByIssuer).toBe(true);
  },
  logoutToken: ({ changed, isSignedByIssuer }) => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    expect(changed.header).toEqual({ typ: 'logout+jwt' });
    expect(changed.claims).toEqual({ events, sid: expect.any(String) });
    expect(isSignedByIssuer).toBe(true);
  },
  refreshToken: ({ changed, isSignedByIssuer }) => {
    expect(changed).toEqual({ header: { typ: 'JWT' }, claims: { typ: 'Refresh' } });
    expect(isSignedByIssuer).toBe(true);
  },
  clientAssertion: headerIs(() => ({ typ: 'client-authentication+jwt' }), true),
  unknownType: headerIs(() => ({ typ: 'x-unknown+jwt' }), true),

  unknownKey: headerIs(() => ({ kid: expect.stringMatching(/^unknown-/) }), false),
  foreignKey: headerIs(() => ({}), false),
  embeddedJwk: (reading) => {
    headerIs(({ header }) => ({ kid: 'attacker', jwk: header['jwk'] }), false)(reading);
    expect(isSignedBy(publicKeyOf(reading.header['jwk'] as Members), reading.token)).toBe(true);
  },
  jku: async (reading) => {
    const jku = `${reading.issuer.issuer}/forged-jwks`;
    headerIs(() => ({ kid: 'attacker', jku }), false)(reading);
    const served = (await (await fetch(jku)).json()) as { keys: Members[] };
    expect(isSignedBy(publicKeyOf(served.keys[0] ?? {}), reading.token)).toBe(true);
  },
  tampered: ({ changed, isSignedByIssuer }) => {
    expect(changed).toEqual({ header: {}, claims: { scope: 'admin' } });
    expect(isSignedByIssuer).toBe(false);
  },
  truncatedSignature: (reading) => {
    headerIs(() => ({}), false)(reading);
    expect(reading.parts[2]).not.toBe('');
  },
  emptySignature: (reading) => {
    headerIs(() => ({}), false)(reading);
    expect(reading.parts[2]).toBe('');
  },
  zeroSignature: (reading) => {
    headerIs(() => ({}), false)(reading);
    expect(reading.parts[2]).toMatch(/^A{86,}$/);
  },
  algNone: (reading) => {
    headerIs(() => ({ alg: 'none' }), false)(reading);
    expect(reading.parts[2]).toBe('');
  },
  algNoneMixedCase: (reading) => {
    headerIs(() => ({ alg: 'nOnE' }), false)(reading);
    expect(reading.parts[2]).toBe('');
  },
  algNoneWithSignature: headerIs(() => ({ alg: 'none' }), true),
  wrongAlg: headerIs(({ jwk }) => ({ alg: jwk.alg === 'ES256' ? 'RS256' : 'ES256' }), true),
  hs256WithPublicKey: isHs256With(({ jwk }) =>
    publicKeyOf(jwk).export({ type: 'spki', format: 'pem' }),
  ),
  hs256WithPublicKeyDer: isHs256With(({ jwk }) =>
    publicKeyOf(jwk).export({ type: 'spki', format: 'der' }),
  ),
  hs256WithPublicJwk: isHs256With(({ jwk }) => JSON.stringify(jwk)),

  opaque: ({ token }) => {
    expect(token).toMatch(/^[-\w]{43}$/);
  },
  encrypted: ({ parts, header }) => {
    expect(parts.filter((part) => part !== '')).toHaveLength(5);
    expect(header).toEqual({ alg: 'A256KW', enc: 'A256GCM', typ: 'at+jwt' });
  },
  twoParts: ({ parts, changed }) => {
    expect(parts).toHaveLength(2);
    expect(changed).toEqual({ header: {}, claims: {} });
  },
  trailingDot: (reading) => {
    claimsAre(() => ({}))(reading);
    expect(reading.parts).toEqual([...reading.parts.slice(0, 3), '']);
  },
  paddedSegment: (reading) => {
    claimsAre(() => ({}))(reading);
    expect(reading.parts[1]).toMatch(/[^=]=$|[^=]==$/);
    expect((reading.parts[1] ?? '').length % 4).toBe(0);
  },
  nonCanonicalSignature: (reading) => {
    claimsAre(() => ({}))(reading);
    const [, , signature = ''] = reading.parts;
    expect(Buffer.from(signature, 'base64url').toString('base64url')).not.toBe(signature);
  },
  critHeader: headerIs(() => ({ 'x-unknown': true, crit: ['x-unknown'] }), true),
  b64False: headerIs(() => ({ b64: false }), true),
  duplicateHeader: (reading) => {
    headerIs(() => ({}), true)(reading);
    expect(decode(reading.parts[0])).toMatch(/^\{"alg":"none",.*"alg":"[ER]S256"/);
  },
  duplicateClaim: (reading) => {
    claimsAre(() => ({}))(reading);
    expect(reading.payload).toMatch(/^\{"exp":1,.*"exp":\d{10}/);
  },
  byteOrderMark: (reading) => {
    claimsAre(() => ({}))(reading);
    expect(
      Buffer.from(reading.parts[1] ?? '', 'base64url')
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('efbbbf');
  },
  invalidUtf8: ({ parts, isSignedByIssuer }) => {
    const octets = Buffer.from(parts[1] ?? '', 'base64url');
    expect(octets.includes(0xff)).toBe(true);
    expect(parse(octets.toString('latin1'))).toMatchObject({ aud: AUDIENCE, note: '\xff' });
    expect(isSignedByIssuer).toBe(true);
  },
  trailingGarbage: ({ payload, isSignedByIssuer }) => {
    expect(payload).toMatch(/^\{.*\}garbage$/);
    expect(isSignedByIssuer).toBe(true);
  },
  arrayPayload: ({ payload, isSignedByIssuer }) => {
    expect(JSON.parse(payload)).toEqual([expect.objectContaining({ aud: AUDIENCE })]);
    expect(isSignedByIssuer).toBe(true);
  },
  nestedToken: ({ payload, changed, jwk, isSignedByIssuer }) => {
    expect(changed.header).toEqual({ cty: 'JWT' });
    expect(isSignedBy(publicKeyOf(jwk), payload)).toBe(true);
    expect(isSignedByIssuer).toBe(true);
  },
};

describe.each(['ES256', 'RS256'] as const)('forge with %s', (alg) => {
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer({ alg, audience: AUDIENCE });
  });

  afterAll(async () => {
    await issuer.close();
  });

  it.each(forgeries)('$name: $explanation', async ({ name }) => {
    await CHECKS[name](await read(issuer, await issuer.forge[name]()));
  });

  it('applies overrides that the forgery does not break', async () => {
    const overrides = { scope: 'read', clientId: 'reports', audience: 'https://a.example' };
    const reading = await read(issuer, await issuer.forge.expired(overrides));
    expect(reading.claims).toMatchObject({ scope: 'read', client_id: 'reports' });
    expect(reading.claims['aud']).toBe('https://a.example');
  });

  it('changes the scope of a tampered token that already has "admin"', async () => {
    const reading = await read(issuer, await issuer.forge.tampered({ scope: 'admin' }));
    expect(reading.claims['scope']).toBe('admin admin');
    expect(reading.isSignedByIssuer).toBe(false);
  });

  it('takes precedence over overrides that would undo the forgery', async () => {
    const valid = { audience: AUDIENCE, claims: { aud: AUDIENCE } };
    const reading = await read(issuer, await issuer.forge.wrongAudience(valid));
    expect(reading.claims['aud']).toBe('https://other-api.example');
  });

  it('derives lookalikeAudience from the first of several audiences', async () => {
    const audience = ['https://a.example', 'https://b.example'];
    const reading = await read(issuer, await issuer.forge.lookalikeAudience({ audience }));
    expect(reading.claims['aud']).toBe('https://a.example.evil.example');
  });

  it('names a new unknown key each time', async () => {
    const kids = await Promise.all([issuer.forge.unknownKey(), issuer.forge.unknownKey()]);
    expect(new Set(kids.map((token) => parse(decode(token.split('.')[0]))['kid'])).size).toBe(2);
  });
});

describe('forgeries', () => {
  it('lists every function of issuer.forge', async () => {
    const issuer = await createTestIssuer();
    expect(issuer.forgeries).toBe(forgeries);
    expect(forgeries.map(({ name }) => name)).toEqual(Object.keys(issuer.forge));
    await issuer.close();
  });

  it('are all documented', async () => {
    const page = await readFile(new URL('../../../../docs/testing.md', import.meta.url), 'utf8');
    expect(
      forgeries.filter(({ name }) => !page.includes(`\`${name}\``)),
      'docs/testing.md must name each forgery in its table of forged tokens',
    ).toEqual([]);
  });

  it('explains each forgery in one short line', () => {
    const isShortLine = (text: string): boolean => /^[a-z][^\n]{10,90}$/.test(text);
    expect(forgeries.filter(({ explanation }) => !isShortLine(explanation))).toEqual([]);
  });

  it.each(['ES384', 'ES512', 'EdDSA', 'PS256'] as const)(
    'changes the spelling of the signature of an %s token',
    async (alg) => {
      const issuer = await createTestIssuer({ alg });
      const [, , signature = ''] = (await issuer.forge.nonCanonicalSignature()).split('.');
      expect(Buffer.from(signature, 'base64url').toString('base64url')).not.toBe(signature);
      await issuer.close();
    },
  );
});
