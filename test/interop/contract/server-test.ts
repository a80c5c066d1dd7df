/**
 * A running server with an API and its clients, as the tests of the contract use them.
 *
 * @module
 */
import { createTokenClient, type TokenSource } from '@scopegate/client';
import { onTestFinished } from 'vitest';
import { signToken } from '../../support/tokens.js';
import { createKeyPair } from '../../support/key-pairs.js';
import { authenticate, createClients } from './clients.js';
import { AUDIENCE, openSalesApi, OTHER_AUDIENCE, READ, type SalesApi, WRITE } from './sales-api.js';
import type {
  Algorithm,
  AuthenticationMethod,
  RegisteredClient,
  RunningServer,
  ServerDescription,
} from './server.js';

const unknownKey = createKeyPair('P-256').privateKey;

/** A running server and what the tests do with it. */
export interface ServerTest {
  readonly server: RunningServer;
  /** The client that requests tokens unless a test names another. */
  readonly firstClient: RegisteredClient;
  /** The registered client of a method. */
  clientOf(method: AuthenticationMethod): RegisteredClient;
  /** A token source, by the first method that the server offers unless `client` is given. */
  sourceOf(target: SourceTarget, api?: SalesApi): TokenSource;
  /** A new token for {@link AUDIENCE} with {@link READ}, unless `target` says otherwise. */
  requestToken(target?: SourceTarget): Promise<string>;
  /** Opens an API until the running test is over. */
  openApi(audience?: string): Promise<SalesApi>;
  close(): Promise<void>;
}

/** The running server; it exists once the tests run, not when they are registered. */
export type Use = () => ServerTest;

/** What to request, and as which client. */
export interface SourceTarget {
  readonly audience?: string;
  readonly scope?: string;
  readonly client?: RegisteredClient;
}

/** Starts a server that signs with `alg`. */
export async function startServerTest(
  description: ServerDescription,
  alg: Algorithm = description.algorithms[0],
): Promise<ServerTest> {
  const clients = createClients(description);
  const [firstClient] = clients;
  if (firstClient === undefined) throw new Error(`${description.name} authenticates no clients`);
  const server = await description.start({
    alg,
    clients,
    audiences: [AUDIENCE, OTHER_AUDIENCE],
    scopes: [READ, WRITE],
  });
  const clientFor = (audience: string): RegisteredClient | undefined =>
    clients.find((client) => client.audience === audience);
  const sourceOf: ServerTest['sourceOf'] = (
    { audience = AUDIENCE, scope = READ, client = clientFor(audience) ?? firstClient },
    api,
  ) =>
    createTokenClient({
      issuer: server.issuer,
      tokenEndpoint: server.tokenEndpoint,
      clientId: client.clientId,
      clientAuthentication: authenticate(client, description),
    }).for({
      ...description.target(audience),
      scope,
      origins: api === undefined ? undefined : [api.origin],
    });
  return {
    server,
    firstClient,
    sourceOf,
    clientOf(method) {
      const found = clients.find((client) => client.method === method);
      if (found === undefined) throw new Error(`${description.name} does not offer ${method}`);
      return found;
    },
    async requestToken(target = {}) {
      return (await sourceOf(target).token()).value;
    },
    async openApi(audience = AUDIENCE) {
      const api = await openSalesApi(server, { audience });
      onTestFinished(() => api.close());
      return api;
    },
    close: () => server.close(),
  };
}

/** A token of the issuer that is signed with a key that the issuer never had. */
export function signWithUnknownKey(server: RunningServer, kid = 'unknown'): string {
  return signToken({ iss: server.issuer, scope: READ }, { header: { kid }, key: unknownKey });
}
