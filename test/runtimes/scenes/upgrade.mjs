/**
 * Guarded upgrades of a server of `node:http`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createResourceServer } from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import { listen, sendOctets } from '../loopback.mjs';

const audience = 'https://api.example.com';
const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';

/** @param {import('../checks.mjs').Checks} checks */
export async function checkUpgrade(checks) {
  const issuer = await createTestIssuer({ alg: 'ES256' });
  const api = createResourceServer(issuer.options({ audience }));
  const server = await serve(api);
  const good = await issuer.bearer({ scope: 'read:analytics' });
  const weak = await issuer.bearer({ scope: 'write:analytics' });
  const expired = await issuer.bearer.expired();
  const cases = [
    ['good token', [good], /^HTTP\/1\.1 101 [^]*\r\n\r\ntest-client$/],
    ['no token', [], /^HTTP\/1\.1 401 [^]*WWW-Authenticate: Bearer /i],
    ['expired token', [expired], /^HTTP\/1\.1 401 [^]*invalid_token/],
    ['insufficient scope', [weak], /^HTTP\/1\.1 403 [^]*insufficient_scope/],
    ['repeated Authorization header', [good, good], /^HTTP\/1\.1 400 [^]*invalid_request/],
  ];
  try {
    for (const [name, credentials, expected] of cases) {
      await checks.check(`upgrade: ${name}`, async () => {
        assert.match(await upgrade(server, credentials), expected);
      });
    }
    await checks.check('upgrade: connection reset', async () => {
      for (let reset = 0; reset < 10; reset += 1) await upgradeAndReset(server);
      assert.match(await upgrade(server, [good]), /^HTTP\/1\.1 101 /);
    });
  } finally {
    await server.close();
    api.close();
    await issuer.close();
  }
}

function serve(api) {
  const server = createServer((_req, res) => res.end());
  const guard = api.guardUpgrade({ scope: 'read:analytics' }, (req, socket) => {
    socket.on('error', () => undefined);
    socket.end(`${SWITCHING}${api.accessToken(req).clientId}`);
  });
  server.on('upgrade', guard);
  return listen(server);
}

function upgrade(server, credentials) {
  return sendOctets(server, request(credentials));
}

/** Without a listener for errors, the reset would end the process. */
async function upgradeAndReset({ port }) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request([]).join('\r\n'), () => socket.resetAndDestroy());
  await once(socket, 'close');
}

function request(credentials) {
  return [
    'GET /feed HTTP/1.1',
    ...['Host: api.example.com', 'Connection: Upgrade', 'Upgrade: echo'],
    ...credentials.map(({ authorization }) => `Authorization: ${authorization}`),
    ...['', ''],
  ];
}
