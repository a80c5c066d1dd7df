/**
 * Authlib with Flask: a library from which people build a server, here as its documentation does.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import type { RunningServer, ServerDescription, ServerSettings } from '../../contract/server.js';
import { createSigningJwk } from '../../servers/signing-keys.js';
import { reservePort } from '../support/reserved-port.js';
import { startRestartableDaemon } from '../support/restartable-daemon.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const PROGRAM = fileURLToPath(new URL('authlib_server.py', import.meta.url));

export const authlib: ServerDescription = {
  name: 'Authlib',
  version: '1.2.0',
  discovery: 'RFC 8414',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'checked',
  },
  // Without a user, its tokens have no "sub".
  principal: 'unknown',
  namesClient: true,
  hasUsers: false,
  doctor: { exitCode: 0, findings: [] },
  needs: '`aud` in its token generator; in the client, `audience: "token_endpoint"` for assertions',
  target: (audience) => ({ parameters: { audience } }),
  assertion: { audience: 'token_endpoint' },
  start: startAuthlib,
};

async function startAuthlib(settings: ServerSettings): Promise<RunningServer> {
  const folder = await createTemporaryFolder('authlib');
  const port = await reservePort();
  const issuer = `http://127.0.0.1:${port}`;
  const rotateKey = async (): Promise<void> => {
    await folder.write('keys.json', JSON.stringify(createSigningJwk(settings.alg)));
  };
  await rotateKey();
  await folder.write('settings.json', JSON.stringify({ ...settings, issuer, port }));
  const daemon = await startRestartableDaemon(
    {
      command: 'python3',
      args: ['-B', PROGRAM, folder.path],
      port,
      readyPath: '/jwks',
      // Authlib refuses requests over http otherwise.
      env: { AUTHLIB_INSECURE_TRANSPORT: '1' },
    },
    folder,
  );
  return { issuer, rotateKey, ...daemon };
}
