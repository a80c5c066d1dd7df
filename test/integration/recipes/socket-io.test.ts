import { createServer } from 'node:http';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { Server, type ServerOptions } from 'socket.io';
import {
  io as connect,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
} from 'socket.io-client';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../support/listen.js';
import { openApi } from '../../support/test-issuers.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';
import { guardNamespace, tokens } from './socket-server.js';

type ClientOptions = Partial<ManagerOptions & SocketOptions>;

const TRANSPORTS = [
  { title: 'polling', transports: ['polling'] },
  { title: 'WebSocket', transports: ['websocket'] },
  { title: 'an upgrade from polling', transports: ['polling', 'websocket'] },
];

let fixture: RecipeFixture;

beforeEach(async () => {
  fixture = await openRecipeFixture();
});

interface Sockets {
  readonly io: Server;
  readonly url: string;
}

/** Serves Socket.IO on a free port until the test is over. */
async function openSockets(options: Partial<ServerOptions> = {}): Promise<Sockets> {
  const server = createServer();
  const io = new Server(server, { serveClient: false, ...options });
  const { origin: url } = await listen(server);
  onTestFinished(() => io.close());
  return { io, url };
}

function open(url: string, options: ClientOptions): Socket {
  const socket = connect(url, { reconnection: false, forceNew: true, ...options });
  onTestFinished(() => void socket.close());
  return socket;
}

/** What the client receives with `connect_error`; `undefined` if it is connected. */
function connectErrorOf(socket: Socket): Promise<(Error & { data?: unknown }) | undefined> {
  return new Promise((resolve) => {
    socket.once('connect', () => {
      resolve(undefined);
    });
    socket.once('connect_error', resolve);
  });
}

/** The token as a client sends it, without the scheme. */
const bearerToken = (authorization: string): string => authorization.replace('Bearer ', '');

describe.each(TRANSPORTS)(
  'guardNamespace() of the Socket.IO recipe with $title',
  ({ transports }) => {
    let io: Server;
    let url: string;

    beforeEach(async () => {
      const verifier = createAccessTokenVerifier(fixture.issuer.options());
      onTestFinished(() => {
        verifier.close();
      });
      ({ io, url } = await openSockets());
      guardNamespace(io.sockets, verifier, 'read:analytics');
      io.on('connection', (socket) => {
        socket.on('client', (respond: (value: unknown) => void) => {
          respond([tokens.get(socket)?.clientId, socket.handshake.auth, socket.data]);
        });
      });
    });

    const openWith = (auth: Record<string, unknown>): Socket => open(url, { transports, auth });

    it('connects a client whose token has the scope, and hides the token from handlers', async () => {
      const socket = openWith({ token: bearerToken(fixture.permitted), tab: 1 });
      expect(await connectErrorOf(socket)).toBeUndefined();
      const seen: unknown = await socket.emitWithAck('client');
      expect(seen).toEqual(['reports', { tab: 1 }, {}]);
      fixture.expectNoTokens(...[...io.sockets.sockets.values()].map(({ handshake }) => handshake));
    });

    it.each([{}, { token: 1 }])('refuses a client without a token: %j', async (auth) => {
      expect(await connectErrorOf(openWith(auth))).toMatchObject({
        message: 'the request carries no access token',
        data: { status: 401, realm: 'sales' },
      });
    });

    it('refuses invalid tokens', async () => {
      for (const authorization of fixture.invalid) {
        const error = await connectErrorOf(openWith({ token: bearerToken(authorization) }));
        expect(error?.data).toMatchObject({ status: 401, error: 'invalid_token' });
        fixture.expectNoTokens(error);
      }
    });

    it('refuses a token that lacks the scope, and names this scope', async () => {
      const error = await connectErrorOf(openWith({ token: bearerToken(fixture.narrow) }));
      expect(error?.data).toMatchObject({
        status: 403,
        error: 'insufficient_scope',
        scope: 'read:analytics',
      });
      fixture.expectNoTokens(error);
    });

    it('asks the client to try again while the keys are unavailable', async () => {
      fixture.issuer.fault('jwks', { kind: 'status', status: 503, times: 9 });
      const error = await connectErrorOf(openWith({ token: bearerToken(fixture.permitted) }));
      expect(error).toMatchObject({ message: 'try again later', data: { status: 503 } });
      expect(error?.data).toHaveProperty('retryAfterSeconds');
    });

    it('disconnects a client when its token expires', async () => {
      const socket = openWith({ token: bearerToken(fixture.permitted) });
      await connectErrorOf(socket);
      const disconnected = new Promise((resolve) => void socket.once('disconnect', resolve));
      fixture.expire();
      expect(await disconnected).toBe('io server disconnect');
    });
  },
);

describe('guardNamespace() of the Socket.IO recipe', () => {
  it('disconnects a client whose state was recovered without a check of its token', async () => {
    const { io, url } = await openSockets({ connectionStateRecovery: {} });
    const verifier = createAccessTokenVerifier(fixture.issuer.options());
    onTestFinished(() => {
      verifier.close();
    });
    guardNamespace(io.sockets, verifier, 'read:analytics');
    io.on('connection', (socket) => socket.emit('row', 1)); // recovery needs an event
    const auth = { token: bearerToken(fixture.permitted) };
    const options = { transports: ['websocket'], reconnection: true, reconnectionDelay: 1 };
    const socket = open(url, { ...options, auth });
    await new Promise((resolve) => void socket.once('row', resolve));
    const recovered = new Promise((resolve) => {
      io.on('connection', (each) => {
        resolve(each.recovered);
      });
    });
    const disconnected = new Promise((resolve) => {
      socket.on('disconnect', (reason) => {
        if (reason === 'io server disconnect') resolve(reason);
      });
    });
    socket.io.engine.close();
    expect(await recovered).toBe(true);
    await disconnected;
    expect(io.sockets.sockets.size).toBe(0);
  });
});

describe('io.engine.use() with a guard', () => {
  async function answerTo(transport: string, authorization?: string): Promise<unknown> {
    const { io, url } = await openSockets();
    io.engine.use(openApi(fixture.issuer.options()).requireAccessToken());
    const extraHeaders: Record<string, string> = authorization ? { authorization } : {};
    const error = await connectErrorOf(open(url, { transports: [transport], extraHeaders }));
    // The status of a response to polling, or an event of a WebSocket.
    const { description } = (error ?? {}) as { description?: number | { message: string } };
    return typeof description === 'object' ? description.message : description;
  }

  it('connects clients with a valid token in the header', async () => {
    expect(await answerTo('polling', fixture.permitted)).toBeUndefined();
    expect(await answerTo('websocket', fixture.permitted)).toBeUndefined();
  });

  it('refuses any other client: with its own answer to polling, with a failed connection to a WebSocket', async () => {
    for (const authorization of [undefined, ...fixture.invalid]) {
      expect(await answerTo('polling', authorization)).toBeOneOf([401, 400]);
      expect(await answerTo('websocket', authorization)).toMatch(
        /^(?:socket hang up|Unexpected server response: 400)$/,
      );
    }
  });
});
