/**
 * Glewlwyd with its OpenID Connect plugin, configured by its API as its documentation says.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunningServer, ServerDescription, ServerSettings } from '../../contract/server.js';
import { createSigningJwk } from '../../servers/signing-keys.js';
import { reservePort } from '../support/reserved-port.js';
import { GLEWLWYD_SCHEMA, PROGRAM_ENV } from '../support/programs.js';
import { startRestartableDaemon } from '../support/restartable-daemon.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';
import { type AdminApi, logInToGlewlwyd } from './glewlwyd-api.js';

export const glewlwyd: ServerDescription = {
  name: 'Glewlwyd',
  version: '2.7.5',
  discovery: 'OpenID Connect',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'checked',
  },
  principal: 'client',
  namesClient: true,
  hasUsers: false,
  doctor: { exitCode: 0, findings: ['jwks_not_cacheable'] },
  needs:
    '`allow-non-oidc` and resource indicators; in the client, `resource` and `audience: "token_endpoint"` for assertions',
  target: (resource) => ({ resource }),
  assertion: { audience: 'token_endpoint' },
  start: startGlewlwyd,
};

async function startGlewlwyd(settings: ServerSettings): Promise<RunningServer> {
  const folder = await createTemporaryFolder('glewlwyd');
  const port = await reservePort();
  const origin = `http://127.0.0.1:${port}`;
  const issuer = `${origin}/api/oidc`;
  const database = await folder.write('glewlwyd.db', '');
  await promisify(execFile)('sqlite3', [database, `.read ${GLEWLWYD_SCHEMA}`], {
    env: PROGRAM_ENV,
  });
  const file = await folder.write('glewlwyd.conf', formatConfiguration({ port, origin, database }));
  const options = { command: 'glewlwyd', args: ['--config-file', file], port };
  const daemon = await startRestartableDaemon(options, folder);
  try {
    const admin = await logInToGlewlwyd(`${origin}/api`);
    await addPlugin(admin, issuer, settings);
    for (const name of settings.scopes) await admin.send('POST', '/scope/', { name });
    for (const client of settings.clients) await addClient(admin, client, settings);
    const rotateKey = async (): Promise<void> => {
      const parameters = createParameters(issuer, settings);
      await admin.send('PUT', '/mod/plugin/oidc', { display_name: 'OpenID Connect', parameters });
      await admin.send('PUT', '/mod/plugin/oidc/reset', {});
    };
    return { issuer, rotateKey, ...daemon };
  } catch (error) {
    await daemon.close();
    throw error;
  }
}

interface Configuration {
  readonly port: number;
  readonly origin: string;
  readonly database: string;
}

/** The sample configuration, with paths and addresses of this test. */
function formatConfiguration({ port, origin, database }: Configuration): string {
  return `
port = ${port}
bind_address = "127.0.0.1"
external_url = "${origin}"
login_url = "login.html"
api_prefix = "api"
log_mode = "console"
log_level = "WARNING"
cookie_domain = "127.0.0.1"
cookie_secure = 0
session_expiration = 2419200
session_key = "GLEWLWYD2_SESSION_ID"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
user_middleware_module_path = "/usr/lib/glewlwyd/user_middleware"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
use_secure_connection = false
secure_connection_key_file = "/etc/ssl/certs/cert.key"
secure_connection_pem_file = "/etc/ssl/certs/cert.pem"
secure_connection_ca_file = "/etc/ssl/certs/ca.crt"
hash_algorithm = "SHA512"
database = { type = "sqlite3" path = "${database}" };
`;
}

async function addPlugin(admin: AdminApi, issuer: string, settings: ServerSettings): Promise<void> {
  await admin.send('POST', '/mod/plugin/', {
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    parameters: createParameters(issuer, settings),
  });
}

/** The parameters of the plugin, with a new key. */
function createParameters(iss: string, { alg, scopes, audiences }: ServerSettings): object {
  const key = createSigningJwk(alg);
  return {
    iss,
    'jwks-private': JSON.stringify({ keys: [key] }),
    'default-kid': key.kid,
    'jwks-show': true,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    'access-token-duration': 3600,
    'refresh-token-duration': 1209600,
    'code-duration': 600,
    'refresh-token-rolling': true,
    'allow-non-oidc': true,
    'auth-type-client-enabled': true,
    'auth-type-code-enabled': true,
    'auth-type-token-enabled': false,
    'auth-type-password-enabled': false,
    'auth-type-refresh-enabled': false,
    'auth-type-device-enabled': false,
    'resource-allowed': true,
    'resource-scope': Object.fromEntries(scopes.map((scope) => [scope, audiences])),
    'request-parameter-allow': true,
    'client-pubkey-parameter': 'pubkey',
    'client-jwks-parameter': 'jwks',
    'client-jwks_uri-parameter': 'jwks_uri',
    'request-maximum-exp': 3600,
    'secret-type': 'pairwise',
    'address-claim': { type: 'no' },
  };
}

async function addClient(
  admin: AdminApi,
  { clientId, clientSecret, method, publicJwk }: ServerSettings['clients'][number],
  { scopes }: ServerSettings,
): Promise<void> {
  await admin.send('POST', '/client/', {
    client_id: clientId,
    name: clientId,
    enabled: true,
    confidential: true,
    scope: scopes,
    authorization_type: ['client_credentials'],
    token_endpoint_auth_method: [method],
    ...(method === 'private_key_jwt'
      ? { jwks: { keys: [publicJwk] } }
      : { client_secret: clientSecret }),
  });
}
