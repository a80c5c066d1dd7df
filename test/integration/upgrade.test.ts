import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  KeySetUnavailableError,
} from '@scopegate/access-token';
import { ChallengeError, MissingCredentialsError, parseAuthorization } from '@scopegate/protocol';
import type { TestIssuer } from '@scopegate/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bearer, openIssuer } from '../support/test-issuers.js';

const realm = 'sales';

/** Verifies the token of an upgrade as an application does that has no Express there. */
async function answerUpgrade(
  verifier: AccessTokenVerifier,
  { headers }: IncomingMessage,
  socket: Duplex,
): Promise<void> {
  try {
    const token = parseAuthorization(headers.authorization);
    if (token === undefined) throw new MissingCredentialsError({ realm });
    const { clientId } = await verifier.verify(token);
    const fields = `Connection: Upgrade\r\nUpgrade: websocket\r\nX-Client: ${clientId ?? ''}\r\n`;
    socket.end(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
  } catch (error) {
    if (error instanceof ChallengeError) error.inProtectionSpace({ realm });
    else if (!(error instanceof KeySetUnavailableError)) throw error;
    const fields = Object.entries(error.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${error.status} Refused\r\n${fields.join('')}\r\n`);
  }
}

async function listen(verifier: AccessTokenVerifier): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  server.on('upgrade', (req, socket) => void answerUpgrade(verifier, req, socket));
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return server;
}

/** Asks for an upgrade; the answer is a response, refused or not. */
async function upgrade(
  server: Server,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const asking = request({
    port,
    host: '127.0.0.1',
    headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
  });
  asking.end();
  const answers = (['upgrade', 'response'] as const).map((name) => once(asking, name));
  const [response] = (await Promise.race(answers)) as [IncomingMessage];
  response.resume();
  return response;
}

describe('a WebSocket upgrade', () => {
  let issuer: TestIssuer;
  let server: Server;

  beforeEach(async () => {
    issuer = await openIssuer();
    const verifier = createAccessTokenVerifier(issuer.options());
    onTestFinished(() => {
      verifier.close();
    });
    server = await listen(verifier);
  });

  it('is let through with a good token', async () => {
    const { statusCode, headers } = await upgrade(
      server,
      await bearer(issuer, { clientId: 'dashboard' }),
    );
    expect([statusCode, headers['x-client']]).toEqual([101, 'dashboard']);
  });

  it.each([
    ['without a token', {}, 401, 'Bearer realm="sales"'],
    [
      'with a malformed header',
      { authorization: 'Bearer a b' },
      400,
      'Bearer realm="sales", error="invalid_request", error_description="the Authorization header must be Bearer, a space and one token"',
    ],
    [
      'with a bad token',
      { authorization: 'Bearer abc' },
      401,
      'Bearer realm="sales", error="invalid_token", error_description="the access token is malformed"',
    ],
  ])('is refused %s', async (...[, sent, status, challenge]) => {
    const { statusCode, headers } = await upgrade(server, sent);
    expect([statusCode, headers['www-authenticate']]).toEqual([status, challenge]);
  });

  it('is put off in an outage', async () => {
    const sent = await bearer(issuer);
    await issuer.stop();
    const { statusCode, headers } = await upgrade(server, sent);
    expect([statusCode, headers['retry-after']]).toEqual([503, '1']);
    expect(headers).not.toHaveProperty('www-authenticate');
  });
});
