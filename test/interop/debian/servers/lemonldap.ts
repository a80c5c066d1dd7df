/**
 * LemonLDAP::NG: its portal as an OpenID Connect provider, under Starman.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningServer, ServerDescription, ServerSettings } from '../../contract/server.js';
import { createSigningJwk } from '../../servers/signing-keys.js';
import { reservePort } from '../support/reserved-port.js';
import { startRestartableDaemon } from '../support/restartable-daemon.js';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js';

const LIFETIME_SECONDS = 3600;

export const lemonldap: ServerDescription = {
  name: 'LemonLDAP::NG',
  version: '2.16.1',
  discovery: 'OpenID Connect',
  algorithms: ['RS256'],
  authentication: {
    client_secret_basic: 'checked',
    client_secret_post: 'checked',
    private_key_jwt: 'not offered',
  },
  principal: 'client',
  namesClient: true,
  hasUsers: false,
  doctor: { exitCode: 0, findings: ['jwks_not_cacheable', 'metadata_status', 'offers_none'] },
  needs: 'the issuer with its slash; JWT access tokens and additional audiences for each client',
  // A request does not name an audience: each client has its own.
  audiencePerClient: true,
  target: () => ({}),
  start: startLemonldap,
};

async function startLemonldap(settings: ServerSettings): Promise<RunningServer> {
  const folder = await createTemporaryFolder('lemonldap');
  const port = await reservePort();
  const portal = `http://127.0.0.1:${port}/`;
  const issuer = portal;
  for (const name of ['conf', 'sessions', 'psessions', 'cache']) {
    await mkdir(join(folder.path, name));
  }
  const ini = await folder.write('lemonldap-ng.ini', formatIni(folder));
  const app = await folder.write('portal.psgi', PSGI);
  let number = 0;
  const writeConfiguration = async (): Promise<void> => {
    number += 1;
    const configuration = createConfiguration(settings, { number, portal, folder });
    await folder.write(`conf/lmConf-${number}.json`, JSON.stringify(configuration));
  };
  await writeConfiguration();
  const listen = ['--listen', `127.0.0.1:${port}`, '--workers', '5'];
  const daemon = await startRestartableDaemon(
    {
      command: 'starman',
      args: [...listen, '--preload-app', '--env', 'deployment', app],
      port,
      // Its portal answers 500 when the configuration is wrong or a package is missing.
      readyPath: '/.well-known/openid-configuration',
      env: { LLNG_DEFAULTCONFFILE: ini },
    },
    folder,
  );
  return {
    issuer,
    ...daemon,
    async rotateKey() {
      await writeConfiguration();
      await daemon.stop();
      await daemon.start();
    },
  };
}

/** As in the examples of the package. */
const PSGI = `
use Lemonldap::NG::Portal::Main;

Lemonldap::NG::Portal::Main->run({});
`;

function formatIni({ path }: TemporaryFolder): string {
  return `
[all]
logLevel = warn
checkTime = 1

[configuration]
type = File
dirName = ${path}/conf
localStorage = Cache::FileCache
localStorageOptions = {'namespace' => 'lemonldap-ng-config', 'default_expires_in' => 1, 'cache_root' => '${path}/cache'}

[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
`;
}

interface Place {
  readonly number: number;
  readonly portal: string;
  readonly folder: TemporaryFolder;
}

/** A configuration with a new key. */
function createConfiguration(
  { clients, scopes, alg }: ServerSettings,
  { number, portal, folder: { path } }: Place,
): object {
  const { kid, privateKey, publicKey } = createPemKey(alg);
  const entries = clients.map((client, index) => [`rp${index}`, client] as const);
  const storage = (name: string): object => ({
    Directory: join(path, name),
    LockDirectory: join(path, name),
  });
  return {
    cfgNum: number,
    cfgVersion: '2.16.1',
    cfgDate: Math.floor(Date.now() / 1000),
    domain: '127.0.0.1',
    locationRules: { '127.0.0.1': { default: 'deny' } },
    exportedHeaders: { '127.0.0.1': {} },
    portal,
    authentication: 'Demo',
    userDB: 'Same',
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: storage('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: storage('psessions'),
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: { namespace: 'sessions', cache_root: join(path, 'cache') },
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: portal,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: kid,
    oidcServiceAllowOnlyDeclaredScopes: 1,
    oidcRPMetaDataOptions: Object.fromEntries(
      entries.map(([name, { clientId, clientSecret, audience }]) => [
        name,
        {
          oidcRPMetaDataOptionsClientID: clientId,
          oidcRPMetaDataOptionsClientSecret: clientSecret,
          oidcRPMetaDataOptionsAllowClientCredentialsGrant: 1,
          oidcRPMetaDataOptionsAccessTokenJWT: 1,
          oidcRPMetaDataOptionsAccessTokenSignAlg: alg,
          oidcRPMetaDataOptionsAccessTokenExpiration: LIFETIME_SECONDS,
          oidcRPMetaDataOptionsAdditionalAudiences: audience,
        },
      ]),
    ),
    oidcRPMetaDataExportedVars: Object.fromEntries(entries.map(([name]) => [name, {}])),
    oidcRPMetaDataScopeRules: Object.fromEntries(
      entries.map(([name]) => [
        name,
        Object.fromEntries(scopes.map((scope) => [scope, '$requested'])),
      ]),
    ),
  };
}

function createPemKey(
  alg: ServerSettings['alg'],
): Record<'kid' | 'privateKey' | 'publicKey', string> {
  const jwk = createSigningJwk(alg);
  const privateKey = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  return {
    kid: jwk.kid,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
