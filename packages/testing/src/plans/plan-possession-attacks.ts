/**
 * Plans the requests with bound tokens that a route with a sender constraint must refuse.
 *
 * @module
 */
import type { BoundRequest } from '../proofs/proof-draft.js';
import { proofForgeries } from '../proofs/proof-forgeries.js';
import type { ProofKey } from '../proofs/proof-key.js';
import type { BoundCertificate } from '../tokens/token-binding.js';
import type { TokenOverrides } from '../tokens/token-overrides.js';
import { type Attack, type AttackKit, type ExpectedRefusal, invalidToken } from './attack.js';
import { type AttackCaller, type Possession, randomCertificate } from './attack-caller.js';

/** The tokens for attacks on a route. */
export interface PossessionTokens {
  /** Mints a token. */
  readonly mint: (overrides: TokenOverrides) => string;
  /** A token that the route accepts from the caller. */
  readonly good: TokenOverrides;
  /**
   * A token that the route refuses only after it has accepted the proof, so that no handler runs;
   * `undefined` where it would accept every such token.
   */
  readonly lacking: TokenOverrides | undefined;
}

/** A route that accepts only the scheme `DPoP` ignores the token, so its challenge has no error code. */
const AS_BEARER: ExpectedRefusal = {
  status: 401,
  errors: ['invalid_token', undefined],
  reasons: ['sender_constraint', 'unsupported_scheme'],
};
const UNBOUND: ExpectedRefusal = {
  status: 401,
  errors: ['invalid_token', undefined],
  reasons: ['unbound', 'unsupported_scheme'],
};
const NONCE: ExpectedRefusal = { status: 401, errors: ['use_dpop_nonce'], reasons: ['nonce'] };

/** Plans the attacks on the sender constraint of a route; none for a caller with bearer tokens. */
export function planPossessionAttacks(
  caller: AttackCaller,
  { possession }: AttackKit,
  tokens: PossessionTokens,
): readonly Attack[] {
  const { proofFor, needsCertificate, boundTo } = caller;
  if (boundTo === undefined) return [];
  const unbound = tokens.mint({ ...tokens.good, boundTo: undefined });
  const { key } = possession;
  return [
    { name: 'unbound token', headers: asBearer(unbound), refusal: UNBOUND },
    ...(needsCertificate ? planCertificateAttacks(caller, tokens, possession.certificate) : []),
    ...(proofFor === undefined ? [] : planProofAttacks(proofFor, tokens, possession)),
    ...(proofFor === undefined ? [] : planReplays(proofFor, tokens, key)),
    ...(proofFor === undefined ? [] : planNonceAttacks(proofFor, tokens, key)),
  ];
}

type ProofFor = (token: string) => BoundRequest;

function asBearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function planCertificateAttacks(
  { present, boundTo = [] }: AttackCaller,
  { mint, good }: PossessionTokens,
  certificate: BoundCertificate | undefined,
): readonly Attack[] {
  const keys = boundTo.filter(({ publicJwk }) => publicJwk !== undefined);
  const other = mint({ ...good, boundTo: [...keys, randomCertificate()] });
  return [
    {
      name: certificate === undefined ? 'without a certificate' : 'token of another certificate',
      headers: present(other),
      refusal: invalidToken(certificate === undefined ? ['sender_constraint'] : ['binding']),
    },
  ];
}

function planProofAttacks(
  proofFor: ProofFor,
  { mint, good }: PossessionTokens,
  { key, proofForgeries: names }: Possession,
): readonly Attack[] {
  const fresh = (): BoundRequest => proofFor(mint(good));
  const { token } = fresh();
  const { dpop } = key.headers(proofFor(token));
  const unbound = proofFor(mint({ ...good, boundTo: undefined }));
  const chosen = proofForgeries.filter(({ name }) => names.includes(name) && name !== 'replayed');
  // With nonces, the time of the nonce counts instead of that of the proof.
  const isTimeChecked = unbound.nonce === undefined;
  return [
    { name: 'bound token as Bearer', headers: asBearer(token), refusal: AS_BEARER },
    {
      name: 'bound token as Bearer, with a proof',
      headers: { ...asBearer(token), dpop },
      refusal: AS_BEARER,
    },
    {
      name: 'unbound token as DPoP',
      headers: key.headers(unbound),
      refusal: invalidToken(['unbound']),
    },
    {
      name: 'two DPoP fields',
      headers: {
        ...key.headers(proofFor(token)),
        dpop: [key.proof(proofFor(token)), key.proof(proofFor(token))],
      },
      refusal: invalidProof(['proof_repeated']),
    },
    ...chosen
      .filter(({ name }) => isTimeChecked || (name !== 'old' && name !== 'future'))
      .map(({ name, error, reasons }) => ({
        name: `proof: ${name}`,
        headers: key.headers[name](fresh()),
        refusal: { status: 401, errors: [error], reasons } as const,
      })),
  ];
}

/** Sends a proof twice: with a token that lacks something, because a handler would run otherwise. */
function planReplays(
  proofFor: ProofFor,
  { mint, lacking }: PossessionTokens,
  key: ProofKey,
): readonly Attack[] {
  if (lacking === undefined) return [];
  const token = mint(lacking);
  const before = key.headers(proofFor(token));
  return [
    { name: 'proof: replayed', before, headers: before, refusal: invalidProof(['proof_replayed']) },
    {
      name: 'bound token as Bearer, after a request with its proof',
      before: key.headers(proofFor(token)),
      headers: asBearer(token),
      refusal: AS_BEARER,
    },
  ];
}

function planNonceAttacks(
  proofFor: ProofFor,
  { mint, good }: PossessionTokens,
  key: ProofKey,
): readonly Attack[] {
  const { nonce, ...request } = proofFor(mint(good));
  if (nonce === undefined) return [];
  return [
    { name: 'proof without a nonce', headers: key.headers(request), refusal: NONCE },
    {
      name: 'proof with an unknown nonce',
      headers: key.headers({ ...request, nonce: 'unknown' }),
      refusal: NONCE,
    },
  ];
}

function invalidProof(reasons: readonly string[]): ExpectedRefusal {
  return { status: 401, errors: ['invalid_dpop_proof'], reasons };
}
