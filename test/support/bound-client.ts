/**
 * A token client whose tokens are bound to a key, with its authorization server and its API.
 *
 * @module
 */
import {
  clientSecretBasic,
  createTokenClient,
  type TokenClient,
  type TokenClientOptions,
  type TokenSource,
  type TokenSourceOptions,
} from '@scopegate/client';
import { openProofServer, type ProofServer, type SeenCall } from './proof-server.js';
import { createStubClock, type StubClock } from './stub-token-server.js';

/** When the clock of the client starts. */
export const START_MS = 1_700_000_000_000;

/** Options of the client, and of its token source. */
export interface BoundClientOptions extends Partial<TokenClientOptions> {
  readonly target?: TokenSourceOptions;
}

/** The client and its servers. */
export interface BoundClient {
  readonly server: ProofServer;
  readonly clock: StubClock;
  readonly client: TokenClient;
  readonly source: TokenSource;
  /** A URL of the API. */
  readonly rows: string;
}

/**
 * Creates a client with `dpop: true`. The authorization server and the API share an origin, unless
 * `target` names another.
 */
export async function openBoundClient({
  target,
  ...options
}: BoundClientOptions = {}): Promise<BoundClient> {
  const server = await openProofServer();
  const clock = createStubClock(START_MS);
  const client = createTokenClient({
    issuer: 'https://auth.example.com',
    clientId: 'nightly-report',
    clientAuthentication: clientSecretBasic(() => 'secret'),
    tokenEndpoint: server.tokenEndpoint,
    clock,
    dpop: true,
    ...options,
  });
  const source = client.for({ resource: server.origin, scope: 'read', ...target });
  return { server, clock, client, source, rows: `${server.origin}/rows` };
}

/** The response of an API that requires a nonce. */
export function demandNonce(nonce: string | undefined): Response {
  const headers = new Headers({ 'www-authenticate': 'DPoP error="use_dpop_nonce", algs="ES256"' });
  if (nonce !== undefined) headers.set('dpop-nonce', nonce);
  return new Response(null, { status: 401, headers });
}

/** An API that responds with 200 once the proof has the nonce. */
export function requireNonce(nonce: string): (call: SeenCall) => Response {
  return ({ proof }) => (proof?.claims.nonce === nonce ? new Response('rows') : demandNonce(nonce));
}

/** The `nonce` of each proof. */
export function noncesOf(calls: readonly SeenCall[]): readonly (string | undefined)[] {
  return calls.map(({ proof }) => proof?.claims.nonce);
}
