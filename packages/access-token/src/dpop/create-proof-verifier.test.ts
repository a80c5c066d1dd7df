import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { InvalidProofError, InvalidTokenError, UseNonceError } from '@scopegate/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PUBLIC_KEY_ALGORITHMS } from '../jws/signature.js';
import { createProofVerifier } from './create-proof-verifier.js';
import { createProofMeans } from './proof-means.js';
import { createNonces } from './nonces.js';
import type { ProofPolicy } from './proof-policy.js';
import type { PresentedProof } from './proof-verifier.js';
import {
  createProver,
  digestOf,
  PROOF_ALGORITHMS,
  type ProofContents,
  type Prover,
  requiredMembers,
  thumbprintOf,
} from '../../../../test/support/proofs.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';
import { encode } from '../../../../test/support/tokens.js';

const NOW = 1_700_000_000;
const TOKEN = 'header.payload.signature';
const HTU = 'https://api.example.com/v1/sales';
const NONCE = { secrets: [Buffer.alloc(32, 7)], lifetimeSeconds: 120 };

const prover = createProver('ES256');
const other = createProver('ES256');
const rsa = createProver('RS256');
const ed25519 = createProver('Ed25519');

function prove(by: Prover, contents: Partial<ProofContents> = {}): string {
  return by.prove({ token: TOKEN, iat: NOW, htu: HTU, ...contents });
}

function createVerifier(policy: Partial<ProofPolicy> = {}): ReturnType<typeof createProofVerifier> {
  const means = createProofMeans({
    publicUrls: ['https://api.example.com'],
    algorithms: PUBLIC_KEY_ALGORITHMS,
    maxAgeSeconds: 60,
    clockToleranceSeconds: 30,
    replay: { store: undefined, maxEntries: 10_000 },
    nonce: undefined,
    ...policy,
  });
  return createProofVerifier(means);
}

/** A request with a proof; its token is bound to the key of a prover. */
function present(proof: string, by: Prover = prover): PresentedProof {
  return {
    proofs: [proof],
    method: 'GET',
    target: '/v1/sales?day=1',
    tokenDigest: digestOf(TOKEN),
    confirmation: Object.freeze({ jkt: by.thumbprint }),
    request: undefined,
    nowMs: NOW * 1000,
  };
}

/** The reason of a refusal; `undefined` for an accepted proof. */
async function refusalOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    const isRefusal =
      error instanceof InvalidProofError ||
      error instanceof InvalidTokenError ||
      error instanceof UseNonceError;
    if (isRefusal) return error.reason;
    throw error;
  }
}

describe('createProofVerifier › good proof', () => {
  it.each(PROOF_ALGORITHMS)('is accepted at once, with any key of its algorithm: %s', (alg) => {
    const by = createProver(alg);
    expect(createVerifier()(present(prove(by), by))).toBeUndefined();
  });

  it('is accepted with the thumbprint of RFC 7638, whatever else the "jwk" contains', () => {
    const jwk = {
      use: 'sig',
      y: prover.jwk.y,
      kid: 'k',
      ext: true,
      key_ops: ['sign'],
      ...prover.jwk,
    };
    expect(createVerifier()(present(prove(prover, { header: { jwk } })))).toBeUndefined();
  });

  it('is accepted once', async () => {
    const verify = createVerifier();
    const proof = prove(prover);
    expect(verify(present(proof))).toBeUndefined();
    expect(await refusalOf(() => verify(present(proof)))).toBe('proof_replayed');
  });

  it('is identified by its key and its jti', async () => {
    const verify = createVerifier();
    const jti = 'the same';
    expect(verify(present(prove(prover, { jti })))).toBeUndefined();
    expect(verify(present(prove(rsa, { jti }), rsa))).toBeUndefined();
    const elsewhere = { jti, htu: `${HTU}/x`, iat: NOW - 1 };
    const presented = { ...present(prove(prover, elsewhere)), target: '/v1/sales/x' };
    expect(await refusalOf(() => verify(presented))).toBe('proof_replayed');
  });

  it('is registered for as long as it is acceptable', async () => {
    const verify = createVerifier();
    const proof = prove(prover, { iat: NOW + 30 });
    expect(verify(present(proof))).toBeUndefined();
    const last = { ...present(proof), nowMs: (NOW + 90) * 1000 };
    expect(await refusalOf(() => verify(last))).toBe('proof_replayed');
    const tooLate = { ...last, nowMs: last.nowMs + 1 };
    expect(await refusalOf(() => verify(tooLate))).toBe('proof_time');
  });

  it('is registered in the store of the policy by a digest, until the end of the window', async () => {
    const registered: [string, number][] = [];
    const store = {
      register: (proof: string, windowMs: number) => {
        registered.push([proof, windowMs]);
        return Promise.resolve(true);
      },
    };
    const replay = { store, timeoutMs: 250, maxEntries: 1, whileUnavailable: 'refuse' } as const;
    const accepted = createVerifier({ replay })(present(prove(prover, { jti: 'j' })));
    expect(accepted).toBeInstanceOf(Promise);
    expect(await accepted).toBeUndefined();
    expect(registered).toEqual([[digestOf(`${prover.thumbprint}j`), 95_000]]);
  });
});

describe('createProofVerifier › bad proof', () => {
  const [header = '', payload = '', signature = ''] = prove(prover).split('.');
  const derSignature = crypto
    .sign('sha256', Buffer.from(`${header}.${payload}`), prover.privateKey)
    .toString('base64url');
  const modulus = rsa.jwk.n ?? '';

  it.each<[string, string, readonly string[]]>([
    ['none', 'proof_missing', []],
    ['two', 'proof_repeated', [prove(prover), prove(prover)]],
    ['two in one line', 'proof_repeated', [`${prove(prover)}, ${prove(prover)}`]],
    ['empty', 'proof_malformed', ['']],
    ['malformed header', 'proof_malformed', [`${header}=.${payload}.${signature}`]],
    ['crit', 'proof_malformed', [prove(prover, { header: { crit: ['alg'] } })]],
    ['an access token', 'proof_typ', [prove(prover, { header: { typ: 'at+jwt' } })]],
    [
      'none as alg',
      'proof_alg',
      [prover.sign({ typ: 'dpop+jwt', alg: 'none', jwk: prover.jwk }, {})],
    ],
    [
      'a secret',
      'proof_alg',
      [prove(prover, { header: { alg: 'HS256', jwk: { kty: 'oct', k: modulus } } })],
    ],
    [
      'a private key',
      'proof_key',
      [prove(prover, { header: { jwk: { ...prover.jwk, d: 'AQ' } } })],
    ],
    ['another key', 'binding', [prove(other)]],
    [
      'a signature by another key',
      'proof_signature',
      [prove(other, { header: { jwk: prover.jwk } })],
    ],
    ['no signature', 'proof_signature', [`${header}.${payload}.`]],
    [
      'the signature of zeros',
      'proof_signature',
      [`${header}.${payload}.${encode(Buffer.alloc(64).toString('latin1'))}`],
    ],
    ['a signature in DER', 'proof_signature', [`${header}.${payload}.${derSignature}`]],
    [
      'another payload',
      'proof_signature',
      [`${header}.${encode({ jti: 'x', htm: 'GET', htu: HTU })}.${signature}`],
    ],
    ['without jti', 'proof_claim', [prove(prover, { claims: { jti: undefined } })]],
    ['for another method', 'proof_method', [prove(prover, { htm: 'get' })]],
    ['for another URL', 'proof_url', [prove(prover, { htu: 'https://evil.example/v1/sales' })]],
    ['for another token', 'proof_token', [prove(prover, { token: 'other' })]],
    ['too old', 'proof_time', [prove(prover, { iat: NOW - 61 })]],
  ])('is refused, also with a known key: %s', async (_case, reason, proofs) => {
    const cold = createVerifier();
    expect(await refusalOf(() => cold({ ...present(''), proofs }))).toBe(reason);
    const warm = createVerifier();
    const known = present(prove(prover));
    expect(warm(known)).toBeUndefined();
    expect(await refusalOf(() => warm({ ...known, proofs }))).toBe(reason);
  });

  it('does not burn its jti', async () => {
    const jti = 'kept';
    const bad: Partial<ProofContents>[] = [
      { header: { typ: 'JWT' } },
      { htm: 'POST' },
      { htu: `${HTU}/` },
      { token: 'other' },
      { iat: NOW + 31 },
    ];
    const verify = createVerifier();
    for (const contents of bad) {
      const proof = prove(prover, { jti, ...contents });
      expect(await refusalOf(() => verify(present(proof)))).toMatch(/^proof_(?!replayed)/);
    }
    expect(verify(present(prove(prover, { jti })))).toBeUndefined();
  });

  it.each([
    ['ES256', prover],
    ['Ed25519', ed25519],
  ])('is any proof in which one octet was changed: %s', async (_alg, by) => {
    const verify = createVerifier();
    const good = prove(by);
    const known = present(prove(by), by);
    expect(verify(known)).toBeUndefined();
    const place = fc.nat({ max: good.length - 1 });
    const octet = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(place, octet, fc.boolean(), async (index, code, isWarm) => {
        fc.pre(good.charCodeAt(index) !== code);
        const mutated = good.slice(0, index) + String.fromCharCode(code) + good.slice(index + 1);
        const presented = isWarm ? { ...known, proofs: [mutated] } : present(mutated, by);
        expect(await refusalOf(() => verify(presented))).toMatch(/^(proof_|binding)/);
      }),
      { numRuns: 500, seed: 9449 },
    );
    expect(verify(present(good, by))).toBeUndefined();
  });
});

describe('createProofVerifier › nonce', () => {
  const nonce = createNonces(NONCE).current(NOW * 1000);

  it('is demanded only for a proof that is good otherwise, and burns no jti', async () => {
    const verify = createVerifier({ nonce: NONCE });
    const jti = 'kept';
    expect(await refusalOf(() => verify(present(prove(prover, { jti }))))).toBe('nonce');
    expect(await refusalOf(() => verify(present(prove(prover, { htm: 'PUT' }))))).toBe(
      'proof_method',
    );
    expect(await refusalOf(() => verify(present(prove(createProver()))))).toBe('binding');
    expect(verify(present(prove(prover, { jti, nonce })))).toBeUndefined();
  });

  it('is returned while that of the proof is stale', async () => {
    const verify = createVerifier({ nonce: NONCE });
    const nowMs = (NOW + 60) * 1000;
    const next = createNonces(NONCE).current(nowMs);
    expect(verify({ ...present(prove(prover, { nonce })), nowMs })).toBe(next);
    const old = { ...present(prove(prover, { nonce })), nowMs: nowMs + 120_000 };
    expect(await refusalOf(() => verify(old))).toBe('nonce');
  });

  it('is ignored where none is demanded', () => {
    expect(createVerifier()(present(prove(prover, { nonce: 'x' })))).toBeUndefined();
  });
});

describe('createProofVerifier › known key', () => {
  const createPublicKey = vi.spyOn(crypto, 'createPublicKey');
  const verifySignature = vi.spyOn(crypto, 'verify');

  beforeEach(() => {
    syncBuiltinESMExports();
    vi.clearAllMocks();
  });

  it('is imported once for a token', () => {
    const verify = createVerifier();
    const known = present('');
    for (let request = 0; request < 5; request += 1) {
      expect(verify({ ...known, proofs: [prove(prover)] })).toBeUndefined();
    }
    expect(createPublicKey).toHaveBeenCalledTimes(1);
    expect(verifySignature).toHaveBeenCalledTimes(5);
  });

  it('belongs to one token, not to its key', () => {
    const verify = createVerifier();
    expect(verify(present(prove(prover)))).toBeUndefined();
    expect(verify(present(prove(prover)))).toBeUndefined();
    expect(createPublicKey).toHaveBeenCalledTimes(2);
  });

  it('is not kept from a proof that was refused', async () => {
    const verify = createVerifier({ nonce: NONCE });
    const known = present('');
    const refused = [{ htm: 'PUT' }, { nonce: 'unknown' }, { token: 'other' }];
    for (const contents of refused) {
      const proofs = [prove(prover, contents)];
      expect(await refusalOf(() => verify({ ...known, proofs }))).toBeDefined();
    }
    expect(createPublicKey).toHaveBeenCalledTimes(refused.length);
  });

  it('is not kept before the store has registered its first proof', async () => {
    const answers = [true, false];
    const store = { register: () => Promise.resolve(answers.pop() ?? true) };
    const replay = { store, timeoutMs: 250, maxEntries: 1, whileUnavailable: 'refuse' } as const;
    const verify = createVerifier({ replay });
    const known = present('');
    const again = () => refusalOf(() => verify({ ...known, proofs: [prove(prover)] }));
    expect([await again(), await again(), await again()]).toEqual([
      'proof_replayed',
      undefined,
      undefined,
    ]);
    expect(createPublicKey).toHaveBeenCalledTimes(2);
  });

  it('is not used for a header that differs in one octet, nor displaced by one that is refused', async () => {
    const verify = createVerifier();
    const known = present(prove(prover));
    expect(verify(known)).toBeUndefined();
    const jwk = { ...prover.jwk, y: other.jwk.y };
    const proofs = [prove(other, { header: { jwk } })];
    expect(await refusalOf(() => verify({ ...known, proofs }))).toBe('binding');
    expect(verifySignature).toHaveBeenCalledTimes(1);
    expect(verify({ ...known, proofs: [prove(prover)] })).toBeUndefined();
    expect(createPublicKey).toHaveBeenCalledTimes(1);
  });

  it('follows another spelling of the header', () => {
    const verify = createVerifier();
    const known = present(prove(prover));
    expect(verify(known)).toBeUndefined();
    const header = { jwk: { ...prover.jwk, kid: 'k1' } };
    for (let request = 0; request < 2; request += 1) {
      expect(verify({ ...known, proofs: [prove(prover, { header })] })).toBeUndefined();
    }
    expect(createPublicKey).toHaveBeenCalledTimes(2);
  });

  it('is not kept with a header longer than 2,048 characters', () => {
    const verify = createVerifier();
    const header = { jwk: { ...prover.jwk, x5c: ['A'.repeat(1_600)] } };
    const known = present('');
    for (let request = 0; request < 2; request += 1) {
      expect(verify({ ...known, proofs: [prove(prover, { header })] })).toBeUndefined();
    }
    expect(createPublicKey).toHaveBeenCalledTimes(2);
  });

  it('is not imported for a proof by another key, whose signature is not verified', async () => {
    for (const alg of PROOF_ALGORITHMS) {
      const proof = prove(createProver(alg));
      vi.clearAllMocks();
      expect(await refusalOf(() => createVerifier()(present(proof)))).toBe('binding');
      expect(createPublicKey).not.toHaveBeenCalled();
      expect(verifySignature).not.toHaveBeenCalled();
    }
  });

  it('is not imported when it would stall the process, even if the token is bound to it', async () => {
    const modulus = Buffer.alloc(2_048, 0xa5).toString('base64url');
    const keys = [
      { ...rsa.jwk, e: rsa.jwk.n ?? '' },
      { ...rsa.jwk, n: modulus },
      requiredMembers(createKeyPair('rsa', { publicExponent: 3 }).publicJwk),
    ];
    vi.clearAllMocks();
    for (const jwk of keys) {
      const proof = `${encode({ typ: 'dpop+jwt', alg: 'RS256', jwk })}.${encode({})}.AA`;
      const presented = { ...present(proof), confirmation: { jkt: thumbprintOf(jwk) } };
      expect(await refusalOf(() => createVerifier()(presented))).toBe('proof_key');
    }
    expect(createPublicKey).not.toHaveBeenCalled();
    expect(verifySignature).not.toHaveBeenCalled();
  });
});
