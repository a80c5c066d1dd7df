import { InvalidProofError, UseNonceError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { checkProofClaims } from './proof-checks.js';
import type { ProofPolicy } from './proof-policy.js';
import { createProofRules } from './proof-rules.js';
import { createNonces } from './nonces.js';
import { digestOf } from '../../../../test/support/proofs.js';
import type { Members } from '../../../../test/support/tokens.js';

const NOW = 1_700_000_000;
const TOKEN = 'header.payload.signature';
const GOOD = {
  jti: 'jti-1',
  htm: 'POST',
  htu: 'https://api.example.com/v1/sales',
  iat: NOW,
  ath: digestOf(TOKEN),
};
const nonce = { secrets: [Buffer.alloc(32, 7)], lifetimeSeconds: 120 };

/** When a proof is checked, and how; a request as {@link GOOD} describes it by default. */
interface Circumstances {
  readonly method?: string;
  readonly target?: string;
  readonly nowMs?: number;
  readonly policy?: Partial<ProofPolicy>;
}

function check(
  claims: Members = {},
  { method = 'POST', target = '/v1/sales?day=1', nowMs = NOW * 1000, policy }: Circumstances = {},
): unknown {
  const rules = createProofRules({
    publicUrls: ['https://api.example.com'],
    algorithms: ['ES256'],
    maxAgeSeconds: 60,
    clockToleranceSeconds: 30,
    replay: { store: undefined, maxEntries: 1_000 },
    nonce: undefined,
    ...policy,
  });
  const presented = {
    proofs: [],
    method,
    target,
    tokenDigest: digestOf(TOKEN),
    confirmation: { jkt: 'x' },
    request: undefined,
    nowMs,
  };
  return checkProofClaims({ claims: parse({ ...GOOD, ...claims }), presented, rules });
}

/** As a proof contains them: `undefined` is absent. */
function parse(claims: Members): Members {
  return JSON.parse(JSON.stringify(claims).replaceAll('"1e400"', '1e400')) as Members;
}

/** The reason of a refusal, and the name of the claim. */
function refusalOf(...parameters: Parameters<typeof check>): unknown {
  try {
    check(...parameters);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidProofError) return [error.reason, error.claim];
    if (error instanceof UseNonceError) return error.reason;
    throw error;
  }
}

describe('checkProofClaims › shape', () => {
  it('returns what has to be registered', () => {
    // The clock of the client may be ahead by 30 s.
    const createdAtMs = (NOW - 30) * 1000;
    expect(check()).toEqual({ jti: 'jti-1', createdAtMs, nonce: undefined });
  });

  it.each(['jti', 'htm', 'htu', 'ath'])('requires a string: %s', (claim) => {
    for (const value of [undefined, null, 1, true, [], [GOOD.htm], {}]) {
      expect(refusalOf({ [claim]: value })).toEqual(['proof_claim', claim]);
    }
  });

  it('requires a time: iat', () => {
    for (const iat of [undefined, null, String(NOW), true, [NOW], {}, '1e400']) {
      expect(refusalOf({ iat })).toEqual(['proof_claim', 'iat']);
    }
  });

  it.each([
    ['one octet', 'j', undefined],
    ['256 octets', 'j'.repeat(256), undefined],
    ['256 octets in 128 characters', 'é'.repeat(128), undefined],
    ['empty', '', ['proof_claim', 'jti']],
    ['257 octets', 'j'.repeat(257), ['proof_claim', 'jti']],
    ['258 octets in 129 characters', 'é'.repeat(129), ['proof_claim', 'jti']],
  ])('limits the jti: %s', (_case, jti, refusal) => {
    expect(refusalOf({ jti })).toEqual(refusal);
  });

  it('limits the htu to 2,048 octets', () => {
    const target = `/${'p'.repeat(2_048 - 'https://api.example.com/'.length)}`;
    const htu = `https://api.example.com${target}`;
    expect(refusalOf({ htu }, { target })).toBeUndefined();
    expect(refusalOf({ htu: `${htu}p` }, { target: `${target}p` })).toEqual(['proof_claim', 'htu']);
  });

  it('does not read other claims', () => {
    const others = { exp: 1, nbf: NOW * 2, iss: 1, aud: {}, sub: '', nonce: 1, htx: 'x' };
    expect(refusalOf(others)).toBeUndefined();
  });
});

describe('checkProofClaims › request', () => {
  it.each([
    ['post', 'POST'],
    ['POST ', 'POST'],
    ['GET', 'POST'],
    ['GET', 'HEAD'],
    ['DELETE', 'POST'],
    ['', 'POST'],
    ['PATCH', 'patch'],
  ])('must have the method of the proof: %j for %s', (htm, method) => {
    expect(refusalOf({ htm }, { method })).toEqual(['proof_method', undefined]);
  });

  it('must have the URL of the proof', () => {
    const htu = 'HTTPS://API.example.com:443/v1/%73ales?ignored#ignored';
    expect(refusalOf({ htu })).toBeUndefined();
    expect(refusalOf({}, { target: '/v1/sale' })).toEqual(['proof_url', undefined]);
    expect(refusalOf({ htu: `${GOOD.htu}/` })).toEqual(['proof_url', undefined]);
    expect(refusalOf({ htu: 'https://evil.example/v1/sales' })).toEqual(['proof_url', undefined]);
  });

  it.each([
    ['padded', `${GOOD.ath}=`],
    ['of another token', digestOf(`${TOKEN}x`)],
    ['of the token with its scheme', digestOf(`DPoP ${TOKEN}`)],
    ['in hex', Buffer.from(GOOD.ath, 'base64url').toString('hex')],
    ['empty', ''],
  ])('must carry the token of the proof: ath %s', (_case, ath) => {
    expect(refusalOf({ ath })).toEqual(['proof_token', undefined]);
  });
});

describe('checkProofClaims › time', () => {
  it.each([
    [-61, true],
    [-60.001, true],
    [-60, false],
    [0, false],
    [30, false],
    [30.001, true],
    [31, true],
    [-NOW - 1, true],
    [-2 * NOW, true],
    [1e300, true],
  ])('of a proof is within its window: iat %d s from now', (offset, isRefused) => {
    const refusal = isRefused ? ['proof_time', undefined] : undefined;
    expect(refusalOf({ iat: NOW + offset })).toEqual(refusal);
  });

  it('may be a fraction of a second, on both sides', () => {
    expect(refusalOf({ iat: NOW + 0.5 }, { nowMs: NOW * 1000 + 60_500 })).toBeUndefined();
    expect(refusalOf({ iat: NOW }, { nowMs: NOW * 1000 + 60_001 })).toEqual([
      'proof_time',
      undefined,
    ]);
  });

  it('has the window of the policy', () => {
    const policy = { maxAgeSeconds: 300, clockToleranceSeconds: 0 };
    expect(refusalOf({ iat: NOW - 300 }, { policy })).toBeUndefined();
    expect(refusalOf({ iat: NOW + 1 }, { policy })).toEqual(['proof_time', undefined]);
  });
});

describe('checkProofClaims › nonce', () => {
  const policy = { nonce };
  const nonces = createNonces(nonce);
  const current = nonces.current(NOW * 1000);

  it('is the time of the proof, whatever its iat is', () => {
    for (const iat of [NOW, 0, -1, NOW + 3_600]) {
      expect(check({ nonce: current, iat }, { policy })).toMatchObject({ nonce: undefined });
    }
    expect(refusalOf({ nonce: current, iat: '1' }, { policy })).toEqual(['proof_claim', 'iat']);
  });

  it.each([undefined, null, 1, '', 'unknown', [current], `${current}x`])(
    'is demanded, and sent with the refusal: %j',
    (presented) => {
      const refused = () => check({ nonce: presented }, { policy });
      expect(refused).toThrow(UseNonceError);
      expect(refused).toThrow(expect.objectContaining({ nonce: current }));
    },
  );

  it('is renewed by the response while it is stale', () => {
    const later = NOW * 1000 + 60_000;
    const next = nonces.current(later);
    expect(next).not.toBe(current);
    expect(check({ nonce: current }, { policy, nowMs: later })).toMatchObject({ nonce: next });
  });

  it('is not demanded for a proof that is refused anyway', () => {
    expect(refusalOf({ htm: 'GET' }, { policy })).toEqual(['proof_method', undefined]);
    expect(refusalOf({ ath: '' }, { policy })).toEqual(['proof_token', undefined]);
  });
});

describe('checkProofClaims › order', () => {
  it('refuses for the first reason', () => {
    const wrong = { jti: '', htm: 'GET', htu: 'https://evil.example', ath: '', iat: 0 };
    const names = ['jti', 'htm', 'htu', 'ath', 'iat'] as const;
    const reasons = names.map((_name, fixed) => {
      const good = Object.fromEntries(names.slice(0, fixed).map((name) => [name, GOOD[name]]));
      return refusalOf({ ...wrong, ...good });
    });
    expect(reasons).toEqual([
      ['proof_claim', 'jti'],
      ['proof_method', undefined],
      ['proof_url', undefined],
      ['proof_token', undefined],
      ['proof_time', undefined],
    ]);
  });
});
