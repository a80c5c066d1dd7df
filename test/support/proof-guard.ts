/**
 * A guard for DPoP that is written by hand, and shares no code with Scopegate.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import {
  createHash,
  createHmac,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A check of the guard, named after the reason that it reports. */
export type GuardCheck =
  | 'missing_credentials'
  | 'unsupported_scheme'
  | 'alg'
  | 'signature'
  | 'expired'
  | 'audience'
  | 'unbound'
  | 'binding'
  | 'scope'
  | 'nonce'
  | `proof_${'alg' | 'claim' | 'key' | 'malformed' | 'method' | 'missing' | 'repeated'}`
  | `proof_${'replayed' | 'signature' | 'time' | 'token' | 'typ' | 'url'}`;

/** Settings of the guard. */
export interface ProofGuardSettings {
  /** The issuer of tokens. */
  readonly issuer: {
    readonly clock: () => number;
    readonly publicKeys: () => Promise<readonly object[]>;
  };
  readonly audience: string;
  /** The URL of the API, as callers know it. */
  readonly publicUrl: string;
  /** @defaultValue none */
  readonly scope?: string | undefined;
  /**
   * The nonce that proofs must contain.
   *
   * @defaultValue none
   */
  readonly nonce?: string | undefined;
  /**
   * The checks that are left out.
   *
   * @defaultValue none
   */
  readonly skips?: readonly GuardCheck[] | undefined;
}

type Members = Readonly<Record<string, unknown>>;

interface Jws {
  readonly header: Members;
  readonly claims: Members;
  readonly input: string;
  readonly signature: Buffer;
}

interface Refusal {
  readonly status: number;
  readonly error: string | undefined;
  readonly reason: GuardCheck;
}

class Refused extends Error {
  readonly reason: GuardCheck;

  constructor(reason: GuardCheck) {
    super(reason);
    this.reason = reason;
  }
}

const decisions = channel('scopegate:decision');
const used = new Set<string>();

/**
 * Creates the guard of a route.
 *
 * @returns A function that answers refused requests; it resolves to whether the request was accepted.
 */
export function createProofGuard(
  settings: ProofGuardSettings,
): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  return async (req, res) => {
    const refusal = await checkRequest(settings, req).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Refused) return describe(error.reason);
        throw error;
      },
    );
    decisions.publish({ outcome: refusal ? 'refused' : 'allowed', reason: refusal?.reason });
    if (refusal === undefined) return true;
    const parameter = refusal.error === undefined ? '' : `, error="${refusal.error}"`;
    const nonce = settings.nonce === undefined ? {} : { 'DPoP-Nonce': settings.nonce };
    const challenge = `DPoP realm="test", algs="ES256"${parameter}`;
    res.writeHead(refusal.status, { ...nonce, 'WWW-Authenticate': challenge }).end();
    return false;
  };
}

function describe(reason: GuardCheck): Refusal {
  if (reason === 'missing_credentials' || reason === 'unsupported_scheme') {
    return { status: 401, error: undefined, reason };
  }
  if (reason === 'scope') return { status: 403, error: 'insufficient_scope', reason };
  if (reason === 'nonce') return { status: 401, error: 'use_dpop_nonce', reason };
  const error = reason.startsWith('proof_') ? 'invalid_dpop_proof' : 'invalid_token';
  return { status: 401, error, reason };
}

async function checkRequest(settings: ProofGuardSettings, req: IncomingMessage): Promise<void> {
  const demand = createDemand(settings);
  const [scheme = '', token = ''] = (req.headers.authorization ?? '').split(' ');
  if (token === '') throw new Refused('missing_credentials');
  demand('unsupported_scheme', () => scheme === 'DPoP');
  const { claims } = await checkToken(settings, token);
  const cnf = (claims['cnf'] ?? {}) as Members;
  demand('unbound', () => typeof cnf['jkt'] === 'string');
  if (scheme === 'DPoP') checkProof(settings, { req, token, jkt: cnf['jkt'] });
  const { scope } = settings;
  demand('scope', () => scope === undefined || String(claims['scope']).split(' ').includes(scope));
}

type Demand = (check: GuardCheck, isMet: () => boolean) => void;

function createDemand({ skips = [] }: ProofGuardSettings): Demand {
  return (check, isMet) => {
    if (!skips.includes(check) && !isMet()) throw new Refused(check);
  };
}

async function checkToken(settings: ProofGuardSettings, token: string): Promise<Jws> {
  const demand = createDemand(settings);
  const jws = parseJws(token);
  if (jws === undefined) throw new Refused('signature');
  const [jwk] = (await settings.issuer.publicKeys()) as JsonWebKey[];
  demand('alg', () => jws.header['alg'] === jwk?.['alg']);
  demand('signature', () => isSignedBy(jws, importKey(jwk)));
  demand('expired', () => Number(jws.claims['exp']) > settings.issuer.clock() / 1000);
  demand('audience', () => jws.claims['aud'] === settings.audience);
  return jws;
}

interface Presented {
  readonly req: IncomingMessage;
  readonly token: string;
  readonly jkt: unknown;
}

const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];

function checkProof(settings: ProofGuardSettings, { req, token, jkt }: Presented): void {
  const demand = createDemand(settings);
  const field = req.headersDistinct['dpop'] ?? [];
  const [text] = field;
  if (text === undefined) throw new Refused('proof_missing');
  if (field.length > 1 || text.includes(',')) throw new Refused('proof_repeated');
  const jws = parseJws(text);
  if (jws === undefined) throw new Refused('proof_malformed');
  const { header, claims } = jws;
  demand('proof_malformed', () => isStrict(text, jws));
  demand('proof_typ', () => header['typ'] === 'dpop+jwt');
  demand('proof_alg', () => ALGORITHMS.includes(String(header['alg'])));
  const jwk = header['jwk'] as JsonWebKey | undefined;
  if (jwk === undefined) throw new Refused('proof_key');
  demand('proof_key', () => jwk.d === undefined);
  // A token without a key has passed only if the check "unbound" is skipped.
  demand('binding', () => jkt === undefined || thumbprintOf(jwk) === jkt);
  demand('proof_key', () => isStrong(jwk, String(header['alg'])));
  demand('proof_signature', () => isSigned(jws, jwk));
  const { jti, iat, htm, htu, ath } = claims;
  const url = settings.publicUrl + (req.url ?? '').replace(/\?.*$/, '');
  demand('proof_claim', () => isId(jti) && Number.isFinite(iat));
  demand('proof_method', () => htm === req.method);
  demand('proof_url', () => htu === url);
  demand('proof_token', () => ath === createHash('sha256').update(token).digest('base64url'));
  if (settings.nonce === undefined) {
    const now = settings.issuer.clock() / 1000;
    demand('proof_time', () => Math.abs(Number(iat ?? now) - now) <= 60);
  } else {
    demand('nonce', () => claims['nonce'] === settings.nonce);
  }
  const id = `${String(jkt)}${String(jti)}`;
  demand('proof_replayed', () => !used.has(id));
  used.add(id);
}

function isId(jti: unknown): boolean {
  return typeof jti === 'string' && jti !== '' && jti.length <= 256;
}

function parseJws(text: string): Jws | undefined {
  const [header = '', payload = '', signature, ...more] = text.split('.');
  if (signature === undefined || more.length > 0) return undefined;
  try {
    return {
      header: JSON.parse(Buffer.from(header, 'base64url').toString()) as Members,
      claims: JSON.parse(Buffer.from(payload, 'base64url').toString()) as Members,
      input: `${header}.${payload}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return undefined;
  }
}

function isStrict(text: string, { header, claims, signature }: Jws): boolean {
  const [, payload = '', tail] = text.split('.');
  if (text.length > 4096 || header['crit'] !== undefined) return false;
  if (Buffer.from(payload, 'base64url').toString() !== JSON.stringify(claims)) return false;
  return signature.toString('base64url') === tail;
}

function thumbprintOf({ kty, crv, x, y, e, n, k }: JsonWebKey): string {
  const members = {
    EC: { crv, kty, x, y },
    OKP: { crv, kty, x },
    RSA: { e, kty, n },
    oct: { k, kty },
  };
  const required = members[kty as keyof typeof members];
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function isStrong({ kty, n = '', e = '', crv, x }: JsonWebKey, alg: string): boolean {
  if (kty === 'oct') return true;
  if (kty === 'RSA') return Buffer.from(n, 'base64url').length >= 256 && e.length <= 6;
  if (kty === 'EC') return (CURVES[alg] ?? crv) === crv;
  return x !== `AQ${'A'.repeat(41)}`;
}

/** As naive code does that reads the algorithm from the proof. */
function isSigned(jws: Jws, jwk: JsonWebKey): boolean {
  if (jws.header['alg'] === 'none') return jws.signature.length === 0;
  if (jws.header['alg'] !== 'HS256') return isSignedBy(jws, importKey(jwk));
  const pem = (): string => importKey(jwk).export({ type: 'spki', format: 'pem' }).toString();
  const secret = jwk.k === undefined ? pem() : Buffer.from(jwk.k, 'base64url');
  const expected = createHmac('sha256', secret).update(jws.input).digest();
  return expected.length === jws.signature.length && timingSafeEqual(expected, jws.signature);
}

function importKey({ kty, crv, x, y, e, n }: JsonWebKey = {}): KeyObject {
  return createPublicKey({ key: { kty, crv, x, y, e, n } as JsonWebKey, format: 'jwk' });
}

function isSignedBy({ header, input, signature }: Jws, publicKey: KeyObject): boolean {
  const alg = String(header['alg']);
  const digest = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
  const pss = alg.startsWith('PS') ? { padding: 6, saltLength: Number(alg.slice(2)) / 8 } : {};
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' as const, ...pss };
  return verify(digest, Buffer.from(input), key, signature);
}
