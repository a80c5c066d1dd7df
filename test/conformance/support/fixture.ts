/**
 * A resource server on a socket, with the issuer that it trusts.
 *
 * @module
 */
import {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TokenOverrides,
} from '@scopegate/testing';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type {
  Front,
  FrontAnswer,
  FrontApp,
  FrontRequest,
  FrontResourceServer,
} from '../../support/fronts/front.js';
import type { Answer } from './answer.js';
import { type HttpRequest, sendHttp } from './http-client.js';
import { type Outcome, type OutcomeExpectations, outcomeOf } from './outcome.js';
import { requestOctets, sendOctets } from './raw-http.js';

/** The identifier of the resource that every fixture protects. */
export const RESOURCE = 'https://rs.example';

/** `vitest --mode uncached`: every requirement has to hold without a token cache, too. */
const CACHE = process.env['MODE'] === 'uncached' ? { tokenCache: false } : {};

/** Whether resource servers cache tokens unless an option says otherwise. */
export const CACHES_TOKENS = !('tokenCache' in CACHE);

/** Where the guards of a fixture are mounted. */
export interface Mounting {
  readonly app: FrontApp;
  readonly api: FrontResourceServer;
  /** Records that it ran, and answers 200 with JSON. */
  readonly handler: (request: FrontRequest) => FrontAnswer;
}

/** Creates all options of a resource server. */
export type ServerFactory = (issuer: TestIssuer) => object;

/** Options of a fixture. */
export interface FixtureOptions {
  /** @defaultValue audience {@link RESOURCE}, ES256 */
  readonly issuer?: TestIssuerOptions;
  /**
   * Options of the resource server besides issuer, audience and clock, or a function that creates
   * all of them.
   */
  readonly server?: object | ServerFactory;
  /** Mounts the routes. @defaultValue GET and POST `/p`, both need scope `read` */
  readonly mount?: (mounting: Mounting) => void;
}

/** A resource server that listens on 127.0.0.1, and its issuer. */
export interface Fixture {
  readonly issuer: TestIssuer;
  readonly api: FrontResourceServer;
  /** The port of the resource server. */
  readonly port: number;
  /** Mints a token that `GET /p` accepts, with overrides. */
  readonly mint: (overrides?: TokenOverrides) => Promise<string>;
  /** Sends one request. @defaultValue `GET /p` */
  readonly send: (request?: HttpRequest) => Promise<Answer>;
  /**
   * Sends the lines of a request unchanged.
   *
   * @param lines - The request line and header fields, one character per octet. `Host` and
   *   `Connection: close` are added.
   */
  readonly sendLines: (lines: readonly string[], body?: string) => Promise<Answer>;
  /** Sends one request and classifies the response. */
  readonly outcome: (request?: HttpRequest, expected?: OutcomeExpectations) => Promise<Outcome>;
  /** Sends `GET /p` with a bearer token and classifies the response. */
  readonly present: (token: string, expected?: OutcomeExpectations) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/** Opens a fixture for the tests of a describe block. Its members can be used only within tests. */
export function useFixture(front: Front, options: FixtureOptions = {}): Fixture {
  let fixture: Fixture | undefined;
  beforeAll(async () => {
    fixture = await createFixture(front, options);
  });
  afterAll(() => fixture?.close());
  const opened = (): Fixture => {
    if (fixture === undefined) throw new Error('the fixture is open within tests only');
    return fixture;
  };
  return {
    get issuer() {
      return opened().issuer;
    },
    get api() {
      return opened().api;
    },
    get port() {
      return opened().port;
    },
    mint: (...parameters) => opened().mint(...parameters),
    send: (...parameters) => opened().send(...parameters),
    sendLines: (...parameters) => opened().sendLines(...parameters),
    outcome: (...parameters) => opened().outcome(...parameters),
    present: (...parameters) => opened().present(...parameters),
    close: () => opened().close(),
  };
}

/** Opens a fixture for the running test, which closes it. */
export async function openFixture(front: Front, options: FixtureOptions = {}): Promise<Fixture> {
  const fixture = await createFixture(front, options);
  onTestFinished(() => fixture.close());
  return fixture;
}

async function createFixture(front: Front, fixture: FixtureOptions): Promise<Fixture> {
  const { audience = RESOURCE } = fixture.issuer ?? {};
  const issuer = await createTestIssuer({ alg: 'ES256', ...fixture.issuer, audience });
  const { server: given = {}, mount = mountDefault } = fixture;
  const options: object =
    typeof given === 'function'
      ? (given as ServerFactory)(issuer)
      : { ...issuer.options({ audience }), ...given };
  const api = front.createResourceServer({ ...CACHE, ...options });
  const ran = new Set<number>();
  const server = await front.serve((app) => {
    mount({ app, api, handler: createHandler(ran) });
  });
  const port = Number(server.url.port);
  const connection = { port, onConnect: (localPort: number) => ran.delete(localPort) };
  const send = async (request: HttpRequest = {}): Promise<Answer> => {
    const { localPort, ...answer } = await sendHttp(request, connection);
    return { ...answer, handlerRan: ran.has(localPort) };
  };
  const outcome: Fixture['outcome'] = async (request, expected) =>
    outcomeOf(await send(request), { head: request?.method === 'HEAD', ...expected });
  return {
    issuer,
    api,
    port,
    send,
    outcome,
    mint: (overrides) => issuer.mint({ scope: 'read', audience, ...overrides }),
    sendLines: async (lines, body) => {
      const { localPort, ...answer } = await sendOctets(requestOctets(lines, body), connection);
      return { ...answer, handlerRan: ran.has(localPort) };
    },
    present: (token, expected) =>
      outcome({ headers: { authorization: `Bearer ${token}` } }, expected),
    close: async () => {
      api.close();
      await server.close();
      await issuer.close();
    },
  };
}

/** Identifies connections by the client's port, so that requests need no marker. */
function createHandler(ran: Set<number>): Mounting['handler'] {
  return ({ remotePort }) => {
    ran.add(remotePort);
    return {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ handler: 'ran' }),
    };
  };
}

function mountDefault({ app, api, handler }: Mounting): void {
  app.get('/p', api.requireScope('read'), handler);
  app.post('/p', api.requireScope('read'), handler);
}
