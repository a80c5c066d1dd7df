/**
 * An authorization server and an API on one loopback origin, for tests of clients that send proofs.
 * Proofs are verified with `node:crypto`, not with code of the packages.
 *
 * @module
 */
import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { openServer } from './listen.js';

/** A proof, decoded. */
export interface SeenProof {
  readonly header: {
    readonly typ: string;
    readonly alg: string;
    readonly jwk: JsonWebKey;
  };
  readonly claims: {
    readonly jti: string;
    readonly htm: string;
    readonly htu: string;
    readonly iat: number;
    readonly ath?: string;
    readonly nonce?: string;
  };
}

/** A request as the server saw it. */
export interface SeenCall {
  readonly method: string;
  /** The path with the query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
  readonly proof: SeenProof | undefined;
}

/** Answers a call. */
export type Reply = (call: SeenCall) => Response;

/** The server; its replies can be replaced at any time. */
export interface ProofServer {
  readonly origin: string;
  readonly tokenEndpoint: string;
  /** Requests to `/token` so far. */
  readonly tokenCalls: SeenCall[];
  /** Other requests so far. */
  readonly apiCalls: SeenCall[];
  /** What is wrong with the proofs so far. A second use of a `jti` is wrong, too. */
  readonly mistakes: string[];
  /** @defaultValue `token-1`, `token-2` and so on, bound, for 100 s */
  onToken: Reply;
  /** @defaultValue 200 */
  onApi: Reply;
}

/** Starts the server on a free port, until the running test is over. */
export async function openProofServer(): Promise<ProofServer> {
  const tokenCalls: SeenCall[] = [];
  const apiCalls: SeenCall[] = [];
  const mistakes: string[] = [];
  const usedIds = new Set<string>();
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      mistakes.push(String(error));
      response.destroy();
    });
  });
  const { origin } = await openServer(http);

  async function answer(...[request, response]: Parameters<RequestListener>): Promise<void> {
    const call = await readCall(request);
    const isToken = call.target === '/token';
    (isToken ? tokenCalls : apiCalls).push(call);
    mistakes.push(...findMistakes(call, { origin, usedIds }));
    const reply = isToken ? server.onToken(call) : server.onApi(call);
    const fields = Object.fromEntries(reply.headers);
    response.writeHead(reply.status, fields).end(await reply.text());
  }

  const server: ProofServer = {
    origin,
    tokenEndpoint: `${origin}/token`,
    tokenCalls,
    apiCalls,
    mistakes,
    onToken: () => grantBoundToken({ access_token: `token-${tokenCalls.length}` }),
    onApi: () => new Response('rows'),
  };
  return server;
}

/** A token response for 100 s, with overrides. */
export function grantBoundToken(
  members: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  const document = { access_token: 'token', token_type: 'DPoP', expires_in: 100, ...members };
  return Response.json(document, { headers });
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const { method = '', url: target = '', rawHeaders } = request;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  }
  const field = headers.get('dpop');
  const proof = field === null ? undefined : decodeProof(field);
  return { method, target, headers, body: await text(request), proof };
}

/** Two proofs in one field do not decode. */
function decodeProof(field: string): SeenProof {
  const [header = '', claims = '', , ...rest] = field.split('.');
  if (rest.length > 0) throw new TypeError('there is more than one proof');
  return { header: decode(header), claims: decode(claims) } as SeenProof;
}

function decode(segment: string): unknown {
  return JSON.parse(Buffer.from(segment, 'base64url').toString());
}

interface ProofContext {
  readonly origin: string;
  readonly usedIds: Set<string>;
}

/** Lists what RFC 9449 §4.3 refuses. A request without a proof must not have a DPoP token. */
function findMistakes(call: SeenCall, { origin, usedIds }: ProofContext): readonly string[] {
  const { proof, headers, method, target } = call;
  const [scheme, token = ''] = (headers.get('authorization') ?? '').split(' ');
  if (proof === undefined) return scheme === 'DPoP' ? ['no proof'] : [];
  const { header, claims } = proof;
  const isFirstUse = !usedIds.has(claims.jti);
  usedIds.add(claims.jti);
  const expectedHash = createHash('sha256').update(token).digest('base64url');
  const checks = {
    signature: isSigned(headers.get('dpop') ?? '', header),
    typ: header.typ === 'dpop+jwt',
    jwk: !('d' in header.jwk),
    jti: isFirstUse,
    htm: claims.htm === method,
    htu: claims.htu === origin + (target.split('?')[0] ?? ''),
    ath: claims.ath === (scheme === 'DPoP' ? expectedHash : undefined),
  };
  return Object.entries(checks).flatMap(([name, isGood]) => (isGood ? [] : [name]));
}

function isSigned(proof: string, { alg, jwk }: SeenProof['header']): boolean {
  const end = proof.lastIndexOf('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isEdwards = alg === 'EdDSA' || alg === 'Ed25519';
  return verify(
    isEdwards ? null : `sha${alg.slice(2)}`,
    Buffer.from(proof.slice(0, end)),
    {
      key,
      dsaEncoding: 'ieee-p1363',
      // RSA_PKCS1_PSS_PADDING, RSA_PKCS1_PADDING.
      ...(key.asymmetricKeyType === 'rsa' ? { padding: alg.startsWith('PS') ? 6 : 1 } : {}),
    },
    Buffer.from(proof.slice(end + 1), 'base64url'),
  );
}
