import { createResourceServer, type ResourceServer } from '@scopegate/express';
import { auth0, cognito, entra, keycloak, okta } from '@scopegate/express/providers';
import type { TestIssuer } from '@scopegate/testing';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import { openIssuer } from '../../support/test-issuers.js';

const tenantId = '11111111-2222-3333-4444-555555555555';
const userPoolId = 'eu-central-1_Ab12Cd34E';

/** Each preset has its own audience. */
const issuers = [
  auth0({ domain: 'tenant.eu.auth0.com', audience: 'https://auth0.api.example.com' }),
  entra({ tenantId, audience: 'api://entra-api' }),
  okta({ domain: 'example.okta.com', audience: 'api://okta-api' }),
  cognito({ userPoolId, clientId: 'cognito-client' }),
  keycloak({ serverUrl: 'https://login.example.com', realm: 'sales', audience: 'keycloak-api' }),
];

/** Which audience belongs to which issuer. */
const AUDIENCES: Readonly<Record<string, string>> = {
  'https://tenant.eu.auth0.com/': 'https://auth0.api.example.com',
  [`https://sts.windows.net/${tenantId}/`]: 'api://entra-api',
  [`https://login.microsoftonline.com/${tenantId}/v2.0`]: 'api://entra-api',
  'https://example.okta.com/oauth2/default': 'api://okta-api',
  [`https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`]: 'cognito-client',
  'https://login.example.com/realms/sales': 'keycloak-api',
};

const PAIRS = Object.keys(AUDIENCES).flatMap((iss) =>
  [...new Set(Object.values(AUDIENCES))].map((audience) => ({ iss, audience })),
);

/** Serves the metadata of every issuer, and the same keys for all of them. */
function providersWithKeysOf(issuer: TestIssuer): typeof fetch {
  return async (target) => {
    const url = target instanceof Request ? target.url : target.toString();
    if (!url.includes('/.well-known/o')) {
      return Response.json({ keys: await issuer.publicKeys() });
    }
    const named = Object.keys(AUDIENCES).find(
      (iss) => url === `${iss.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    return named === undefined
      ? new Response('', { status: 404 })
      : Response.json({ issuer: named, jwks_uri: 'https://keys.example.com/jwks' });
  };
}

describe.each(EXPRESS_VERSIONS)('combined presets on Express $version', ({ express }) => {
  function open(issuer: TestIssuer): ResourceServer {
    const fetch = providersWithKeysOf(issuer);
    const api = createResourceServer({ issuers, clock: issuer.clock, fetch });
    onTestFinished(() => {
      api.close();
    });
    return api;
  }

  it('accept each token with the audience of the same preset, and refuse every other', async () => {
    const issuer = await openIssuer();
    const api = open(issuer);
    const app = express();
    app.get('/', api.requireAccessToken(), (_req, res) => void res.sendStatus(204));
    for (const { iss, audience } of PAIRS) {
      // The audience of Cognito is the client id.
      const isCognito = iss.includes('cognito');
      const claims = isCognito
        ? { iss, aud: undefined, client_id: audience, token_use: 'access' }
        : { iss, aud: audience };
      const { status } = await request(app).get('/').set(issuer.bearer({ claims }));
      expect(status, `${iss} for ${audience}`).toBe(AUDIENCES[iss] === audience ? 204 : 401);
    }
  });

  it('read scopes from the claims of each preset', async () => {
    const issuer = await openIssuer();
    const api = open(issuer);
    const app = express();
    app.get('/', api.requireScope('read'), (_req, res) => void res.sendStatus(204));
    const ask = async (iss: string, claims: object): Promise<number> => {
      const headers = issuer.bearer({
        claims: { iss, aud: AUDIENCES[iss], scope: undefined, ...claims },
      });
      return (await request(app).get('/').set(headers)).status;
    };
    const [auth0Issuer = '', , entraIssuer = '', oktaIssuer = ''] = Object.keys(AUDIENCES);
    expect(await ask(auth0Issuer, { scope: 'read' })).toBe(204);
    expect(await ask(entraIssuer, { scp: 'read' })).toBe(204);
    expect(await ask(oktaIssuer, { scp: ['read'] })).toBe(204);
    // Entra ID writes no claim `scope`.
    expect(await ask(entraIssuer, { scope: 'read' })).toBe(403);
  });

  it('name all issuers in the metadata, and the first audience as realm and resource', async () => {
    const api = open(await openIssuer());
    const app = express();
    app.use(api.metadata());
    app.get('/', api.requireAccessToken(), (_req, res) => void res.sendStatus(204));
    const path = '/.well-known/oauth-protected-resource';
    const { body } = await request(app).get(path);
    expect(body).toMatchObject({
      resource: 'https://auth0.api.example.com',
      authorization_servers: expect.arrayContaining(Object.keys(AUDIENCES)) as unknown,
    });
    const { headers } = await request(app).get('/');
    expect(headers['www-authenticate']).toBe(
      `Bearer realm="https://auth0.api.example.com", resource_metadata="https://auth0.api.example.com${path}"`,
    );
  });
});
