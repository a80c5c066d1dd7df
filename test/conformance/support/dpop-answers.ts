/**
 * The responses to requests with the scheme `DPoP`, to the octet.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { PROOF_ALGORITHMS } from '../../support/proofs.js';
import { type Answer, field, fieldLines } from './answer.js';
import { RESOURCE } from './fixture.js';

/** Why a proof is refused. */
export const PROOF_SENTENCES = {
  proof_missing: 'the request must carry a DPoP proof',
  proof_repeated: 'the request must carry one DPoP header with one proof',
  proof_malformed: 'the DPoP proof is malformed',
  proof_typ: 'the typ of the DPoP proof must be dpop+jwt',
  proof_alg: 'the DPoP proof is signed with an algorithm that is not accepted',
  proof_key: 'the key in the DPoP proof is not usable',
  proof_signature: 'the signature of the DPoP proof is not valid',
  proof_claim: 'a claim of the DPoP proof is missing or malformed',
  proof_method: 'the DPoP proof is for another request method',
  proof_url: 'the DPoP proof is for another URL',
  proof_token: 'the DPoP proof is for another access token',
  proof_time: 'the DPoP proof was not created within the accepted time',
  proof_replayed: 'the DPoP proof was used before',
} as const;

/** Why a token is refused. */
const TOKEN_SENTENCES = {
  malformed: 'the access token is malformed',
  typ: 'the token is not an access token of a supported type',
  signature: 'the signature of the access token is not valid',
  audience: 'the access token is meant for another resource',
  expired: 'the access token has expired',
  sender_constraint: 'the access token is bound to a key whose possession was not proven',
  binding: 'the access token is bound to another key or certificate',
  unbound: 'the access token must be bound to a key or a certificate of the caller',
} as const;

/** Why a request is refused. */
const REQUEST_SENTENCES = {
  malformed_authorization: 'the Authorization header must be Bearer, a space and one token',
  malformed_dpop_authorization: 'the Authorization header must be DPoP, a space and one token',
  repeated_authorization: 'the request must carry one Authorization header',
  several_locations: 'the request must carry the access token in one place',
} as const;

export type ProofReason = keyof typeof PROOF_SENTENCES;
export type TokenReason = keyof typeof TOKEN_SENTENCES;
export type RequestReason = keyof typeof REQUEST_SENTENCES;

/** The parts of a response that a guard is responsible for. */
export interface SeenAnswer {
  readonly status: number;
  /** All challenges, joined by `, `. */
  readonly challenges: string;
  readonly nonce: string | undefined;
  readonly cacheControl: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
  readonly handlerRan: boolean;
}

/** How a route names itself in its challenges. */
export interface ChallengingRoute {
  /** @defaultValue {@link RESOURCE} */
  readonly realm?: string;
  /** What the route requires. @defaultValue `'read'`; `undefined` for no scope */
  readonly scope?: string | undefined;
  /** The accepted algorithms of proofs. @defaultValue all */
  readonly algs?: string;
  /** The schemes that the route accepts. @defaultValue both */
  readonly schemes?: readonly ('Bearer' | 'DPoP')[];
  /** The nonce that the response carries. @defaultValue none */
  readonly nonce?: string;
}

/** Every algorithm, as `algs` lists them by default. */
const ALL_ALGORITHMS = PROOF_ALGORITHMS.join(' ');

/** Picks those parts of a response. A field that must not be repeated has one line at most. */
export function seenOf(answer: Answer): SeenAnswer {
  return {
    status: answer.status,
    challenges: fieldLines(answer, 'www-authenticate').join(', '),
    nonce: field(answer, 'dpop-nonce'),
    cacheControl: field(answer, 'cache-control'),
    retryAfter: field(answer, 'retry-after'),
    body: bodyOf(answer),
    handlerRan: answer.handlerRan,
  };
}

/** JSON, or the text of a response that neither a guard nor a handler has made. */
function bodyOf({ headers, body }: Answer): unknown {
  const isJson = headers.some(
    ([name, value]) => name === 'content-type' && /^application\/(\w+\+)?json\b/.test(value),
  );
  return isJson && body !== '' ? (JSON.parse(body) as unknown) : body;
}

/** The response of the handler of a fixture. */
export function accepted(changes: Partial<SeenAnswer> = {}): SeenAnswer {
  return {
    status: 200,
    challenges: '',
    nonce: undefined,
    cacheControl: undefined,
    retryAfter: undefined,
    body: { handler: 'ran' },
    handlerRan: true,
    ...changes,
  };
}

/** 401 `invalid_dpop_proof`, with a single challenge. RFC 9449 §7.1. */
export function refusedProof(reason: ProofReason, route: ChallengingRoute = {}): SeenAnswer {
  return refused('invalid_dpop_proof', PROOF_SENTENCES[reason], { ...route, schemes: ['DPoP'] });
}

/** 401 `use_dpop_nonce`, with a single challenge and a nonce. RFC 9449 §9. */
export function demandedNonce(nonce: string, route: ChallengingRoute = {}): SeenAnswer {
  const sentence = 'the DPoP proof must contain the nonce of this response';
  return refused('use_dpop_nonce', sentence, { ...route, nonce, schemes: ['DPoP'] });
}

/** 401 `invalid_token` under the scheme `DPoP`, with a single challenge. RFC 9449 §7.1, figure 16. */
export function refusedDpopToken(reason: TokenReason, route: ChallengingRoute = {}): SeenAnswer {
  return refused('invalid_token', TOKEN_SENTENCES[reason], { ...route, schemes: ['DPoP'] });
}

/** 401 `invalid_token` under the scheme `Bearer`. RFC 9449 §7.2, figure 18. */
export function refusedBearerToken(reason: TokenReason, route: ChallengingRoute = {}): SeenAnswer {
  const { schemes = ['Bearer', 'DPoP'], ...rest } = route;
  return refused('invalid_token', TOKEN_SENTENCES[reason], { ...rest, schemes });
}

/** 401 without an error. RFC 9449 §7.2, figure 17. */
export function missingCredentials(route: ChallengingRoute = {}): SeenAnswer {
  const { schemes = ['Bearer', 'DPoP'], scope } = { scope: 'read', ...route };
  const params = scope === undefined ? {} : { scope };
  const challenges = schemes.map((scheme) => formatChallenge(scheme, params, route));
  return refusal(401, challenges, { nonce: route.nonce, body: params });
}

/** 400 `invalid_request`, in the challenge of each of the schemes. RFC 9449 §7.2, figure 19. */
export function malformedRequest(
  reason: RequestReason,
  route: ChallengingRoute & { readonly failed?: 'Bearer' } = {},
): SeenAnswer {
  const { schemes = ['Bearer', 'DPoP'], failed } = route;
  const detail = REQUEST_SENTENCES[reason];
  const params = { error: 'invalid_request', error_description: detail };
  const challenges = schemes.map((scheme) =>
    formatChallenge(scheme, failed === undefined || failed === scheme ? params : {}, route),
  );
  return refusal(400, challenges, { body: { detail, error: 'invalid_request' } });
}

/** 503 because the replay store does not answer, or the memory for proofs is full. */
export function unavailable(): Partial<SeenAnswer> {
  const detail =
    'whether the DPoP proof was used before is unknown now; try again later with a new proof';
  const body = { type: 'about:blank', title: STATUS_CODES[503], status: 503, detail };
  return { status: 503, challenges: '', nonce: undefined, handlerRan: false, body };
}

/** Expects one challenge on each line, where the front keeps lines apart. RFC 9110 §11.6.1. */
export function expectOneChallengePerLine(answer: Answer, schemes: readonly string[]): void {
  const lines = fieldLines(answer, 'www-authenticate');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(schemes);
}

/** The first scheme is the one that was used. */
function refused(error: string, detail: string, route: ChallengingRoute): SeenAnswer {
  const { schemes = [], scope, nonce } = { scope: 'read', ...route };
  const named = scope === undefined ? {} : { scope };
  const challenges = schemes.map((scheme, place) =>
    formatChallenge(
      scheme,
      place === 0 ? { error, error_description: detail, ...named } : {},
      route,
    ),
  );
  return refusal(401, challenges, { nonce, body: { detail, error, ...named } });
}

function formatChallenge(
  scheme: 'Bearer' | 'DPoP',
  params: Readonly<Record<string, string>>,
  { realm = RESOURCE, algs = ALL_ALGORITHMS }: ChallengingRoute,
): string {
  const all = { realm, ...params, ...(scheme === 'DPoP' && { algs }) };
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
  return `${scheme} ${written.join(', ')}`;
}

function refusal(
  status: number,
  challenges: readonly string[],
  { nonce, body }: { readonly nonce?: string | undefined; readonly body: object },
): SeenAnswer {
  return {
    status,
    challenges: challenges.join(', '),
    nonce,
    cacheControl: 'no-store',
    retryAfter: undefined,
    body: { type: 'about:blank', title: STATUS_CODES[status], status, ...body },
    handlerRan: false,
  };
}
