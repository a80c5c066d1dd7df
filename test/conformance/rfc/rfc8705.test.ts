/**
 * RFC 8705, tokens that are bound to the certificate of their client, over TLS.
 *
 * @module
 */
import { createHash, X509Certificate } from 'node:crypto';
import {
  createTestCertificate,
  type TestCertificate,
  type TokenOverrides,
} from '@scopegate/testing';
import { describe, expect } from 'vitest';
import { EXPRESS_VERSIONS } from '../../support/express-versions.js';
import {
  type MutualTlsApi,
  type MutualTlsOptions,
  openMutualTlsApi,
  type TlsReply,
} from '../../support/mutual-tls.js';
import { EXPRESS_FRONTS } from '../../support/fronts/express-front.js';
import { FASTIFY_FRONT } from '../../support/fronts/fastify-front.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { field } from '../support/answer.js';
import { openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const UNPROVEN =
  'Bearer realm="https://rs.example", error="invalid_token", error_description="the access token is bound to a key whose possession was not proven", scope="read"';
const OTHER_CERTIFICATE =
  'Bearer realm="https://rs.example", error="invalid_token", error_description="the access token is bound to another key or certificate", scope="read"';
const UNBOUND =
  'Bearer realm="https://rs.example", error="invalid_token", error_description="the access token must be bound to a key or a certificate of the caller", scope="read"';

const statusOf = ({ status, challenges }: TlsReply): readonly [number, readonly string[]] => [
  status,
  challenges,
];
const ACCEPTED = [200, []];
const refused = (challenge: string): unknown => [401, [challenge]];

function mint({ issuer }: MutualTlsApi, overrides: TokenOverrides): Promise<string> {
  return issuer.mint({ scope: 'read', ...overrides });
}

describe.each(EXPRESS_VERSIONS)('Express $version', ({ express }) => {
  const open = (options?: MutualTlsOptions): Promise<MutualTlsApi> =>
    openMutualTlsApi(express, options);

  verifies(
    'rfc8705#3.2/introspected-confirmation-counts',
    'accepts an opaque token that is bound to a certificate from the client with it only',
    async () => {
      const api = await open({ introspected: 'opaque' });
      const { authority, issuer } = api;
      const certificate = createTestCertificate({ authority });
      const other = createTestCertificate({ authority });
      const token = await issuer.opaque({ scope: 'read', boundTo: certificate });
      for (const round of ['not cached', 'cached']) {
        const answers = [
          statusOf(await api.send({ token })),
          statusOf(await api.send({ token, certificate: other })),
          statusOf(await api.send({ token, certificate })),
        ];
        expect(answers, round).toEqual([refused(UNPROVEN), refused(OTHER_CERTIFICATE), ACCEPTED]);
      }
    },
  );

  verifies(
    'rfc8705#3/certificate-is-bound-one',
    'accepts a bound token from the client with its certificate, and from no other client',
    async () => {
      const api = await open();
      const { authority } = api;
      const certificate = createTestCertificate({ authority });
      const other = createTestCertificate({ authority });
      const token = await mint(api, { boundTo: certificate });
      for (const round of ['not cached', 'cached']) {
        const answers = [
          statusOf(await api.send({ token })),
          statusOf(await api.send({ token, certificate: other })),
          statusOf(await api.send({ token, certificate })),
        ];
        expect(answers, round).toEqual([refused(UNPROVEN), refused(OTHER_CERTIFICATE), ACCEPTED]);
      }
    },
  );

  verifies(
    'rfc8705#3/certificate-is-bound-one',
    'refuses a bound token when the server requests no certificate, and when the option is omitted',
    async () => {
      const certificate = createTestCertificate();
      for (const options of [{ requestCert: false }, { server: {} }]) {
        const api = await open(options);
        const token = await mint(api, { boundTo: certificate });
        expect(statusOf(await api.send({ token, certificate }))).toEqual(refused(UNPROVEN));
        const unbound = await mint(api, {});
        expect(statusOf(await api.send({ token: unbound, certificate }))).toEqual(ACCEPTED);
      }
    },
  );

  verifies(
    'rfc8705#3/certificate-is-bound-one',
    'accepts a token that is not bound, whether the client has a certificate or not',
    async () => {
      const api = await open();
      const token = await mint(api, {});
      expect(statusOf(await api.send({ token }))).toEqual(ACCEPTED);
      const certificate = createTestCertificate();
      expect(statusOf(await api.send({ token, certificate }))).toEqual(ACCEPTED);
    },
  );

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    verifies(
      'rfc8705#3/certificate-is-bound-one',
      `finds the certificate of a resumed session: ${maxVersion}`,
      async () => {
        const api = await open();
        const certificate = createTestCertificate();
        const token = await mint(api, { boundTo: certificate });
        const first = await api.send({ token, certificate, maxVersion });
        const { session } = first;
        expect(statusOf(first)).toEqual(ACCEPTED);
        const resumed = await api.send({ token, certificate, maxVersion, session });
        expect([...statusOf(resumed), resumed.isResumed]).toEqual([...ACCEPTED, true]);
        const other = await mint(api, { boundTo: createTestCertificate() });
        expect(
          statusOf(await api.send({ token: other, certificate, maxVersion, session })),
        ).toEqual(refused(OTHER_CERTIFICATE));
        // Without a certificate, in the first session and in the resumed one.
        const anonymous = await api.send({ token, maxVersion });
        const again = await api.send({ token, maxVersion, session: anonymous.session });
        expect([statusOf(anonymous), statusOf(again)]).toEqual([
          refused(UNPROVEN),
          refused(UNPROVEN),
        ]);
      },
    );
  }

  verifies(
    'rfc8705#3.1/thumbprint-is-sha-256-of-der',
    'refuses any other thumbprint of the right certificate',
    async () => {
      const api = await open();
      const certificate = createTestCertificate();
      const { thumbprint, pem } = certificate;
      const { fingerprint256, fingerprint, publicKey } = new X509Certificate(pem);
      const sha256 = (octets: string | Uint8Array): string =>
        createHash('sha256').update(octets).digest('base64url');
      const thumbprints: Readonly<Record<string, unknown>> = {
        'hex with colons': fingerprint256,
        hex: fingerprint256.replaceAll(':', '').toLowerCase(),
        padded: `${thumbprint}=`,
        base64:
          certificate.der.length > 0 && Buffer.from(thumbprint, 'base64url').toString('base64'),
        'SHA-1': Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url'),
        'of the PEM': sha256(pem),
        'of the key': sha256(publicKey.export({ type: 'spki', format: 'der' })),
        'with unused bits that are not zero': `${thumbprint.slice(0, -1)}${nextLetter(thumbprint)}`,
        'in an array': [thumbprint],
      };
      for (const [name, value] of Object.entries(thumbprints)) {
        const token = await mint(api, { claims: { cnf: { 'x5t#S256': value } } });
        expect((await api.send({ token, certificate })).status, name).toBe(401);
      }
      const token = await mint(api, { claims: { cnf: { 'x5t#S256': thumbprint } } });
      expect((await api.send({ token, certificate })).status).toBe(200);
    },
  );

  verifies(
    'rfc8705#6.2/possession-not-trust-chain',
    'accepts a self-signed certificate, and refuses another one that its authority has signed',
    async () => {
      const api = await open({ rejectUnauthorized: false });
      const selfSigned = createTestCertificate();
      const trusted = createTestCertificate({ authority: api.authority });
      const token = await mint(api, { boundTo: selfSigned });
      expect(statusOf(await api.send({ token, certificate: selfSigned }))).toEqual(ACCEPTED);
      expect(statusOf(await api.send({ token, certificate: trusted }))).toEqual(
        refused(OTHER_CERTIFICATE),
      );
    },
  );

  verifies(
    'rfc8705#6.2/possession-not-trust-chain',
    'leaves the chain of trust to the TLS server',
    async () => {
      const api = await open({ rejectUnauthorized: true });
      const certificate = createTestCertificate({ authority: api.authority });
      const selfSigned = createTestCertificate();
      const token = await mint(api, { boundTo: certificate });
      expect(statusOf(await api.send({ token, certificate }))).toEqual(ACCEPTED);
      const bound = await mint(api, { boundTo: selfSigned });
      await expect(api.send({ token: bound, certificate: selfSigned })).rejects.toThrow();
      await expect(api.send({ token })).rejects.toThrow();
    },
  );

  verifies(
    'rfc8705#3.3/bound-tokens-in-metadata',
    'refuses tokens that are not bound to a certificate where the resource server requires it',
    async () => {
      const mtls = { certificate: 'socket' } as const;
      const api = await open({ server: { mtls, senderConstraint: 'mtls' } });
      const certificate: TestCertificate = createTestCertificate();
      const unbound = await mint(api, {});
      expect(statusOf(await api.send({ token: unbound, certificate }))).toEqual(refused(UNBOUND));
      const token = await mint(api, { boundTo: certificate });
      expect(statusOf(await api.send({ token, certificate }))).toEqual(ACCEPTED);
      expect(statusOf(await api.send({ token }))).toEqual(refused(UNPROVEN));
    },
  );
});

forEachFront(
  (front) => {
    verifies(
      'rfc8705#3.3/bound-tokens-in-metadata',
      'publishes whether tokens must be bound to a certificate, and accepts them as bearer tokens',
      async () => {
        const mtls = { certificate: 'socket' };
        for (const senderConstraint of ['mtls', 'any', undefined]) {
          const rs = await openFixture(front, {
            server: { mtls, senderConstraint },
            mount: ({ app, api, handler }) => {
              app.publish(api.metadata());
              app.get('/p', api.requireScope('read'), handler);
            },
          });
          const { body } = await rs.send({ path: '/.well-known/oauth-protected-resource' });
          const { tls_client_certificate_bound_access_tokens: isRequired, ...others } = JSON.parse(
            body,
          ) as Record<string, unknown>;
          expect(isRequired).toBe(senderConstraint === 'mtls' ? true : undefined);
          expect(others).not.toHaveProperty('dpop_signing_alg_values_supported');
          // RFC 8705 §3: the scheme of a certificate-bound token is Bearer.
          const challenge = field(await rs.send(), 'www-authenticate');
          expect(challenge).toMatch(/^Bearer (?!.*DPoP)/);
        }
      },
    );
  },
  [...EXPRESS_FRONTS, FASTIFY_FRONT],
);

/** Another letter whose first four bits are the same: the last two of the octet string are not used. */
function nextLetter(thumbprint: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet.charAt(alphabet.indexOf(thumbprint.slice(-1)) + 1);
}
