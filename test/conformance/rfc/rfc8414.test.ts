/** RFC 8414, authorization server metadata, and OpenID Connect Discovery. */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { createAccessTokenVerifier, KeySetUnavailableError } from '@scopegate/access-token';
import { createTestCertificate, type MetadataFault } from '@scopegate/testing';
import { expect, onTestFinished } from 'vitest';
import type { Front } from '../../support/fronts/front.js';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { type Fixture, openFixture, RESOURCE } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import { claimsFor, type Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';
import { openServer } from '../../support/listen.js';

const signer = createSigner('ES256');

/** Counts of requests to the issuer: RFC 8414's URL, OpenID Connect's, the JWKS. */
function asked({ issuer }: Fixture): readonly [oauth: number, openid: number, jwks: number] {
  const { metadata, openid, jwks } = issuer.requests;
  return [metadata, openid, jwks];
}

async function openFaulty(front: Front, fault: MetadataFault): Promise<Fixture> {
  const rs = await openFixture(front);
  rs.issuer.fault('metadata', fault);
  return rs;
}

const present = async (rs: Fixture): Promise<string> => rs.present(await rs.mint());

/** Options that plain JavaScript can pass; TypeScript rejects them. */
function create(options: Members): unknown {
  return createAccessTokenVerifier({ issuer: '', audience: RESOURCE, ...options });
}

verifies(
  'rfc8414#2/issuer-is-https-url',
  'issuer: must be an https URL without query and fragment',
  () => {
    const others = [
      'http://as.example',
      'https://as.example?',
      'https://as.example?x',
      'https://as.example#',
      'https://as.example#x',
      'https://as.example/t?x=1#y',
      'as.example',
      '//as.example',
      '',
      'urn:as',
      'file:///as',
      'ws://as.example',
      'https://user:pw@as.example',
      'https://u@as.example',
      undefined,
      null,
      5,
      ['https://as.example'],
      {},
    ];
    for (const issuer of others) {
      expect(() => create({ issuer }), JSON.stringify(issuer)).toThrow(/"issuer"/);
    }
    const issuers = ['https://as.example', 'https://as.example/', 'https://as.example:8443/t1'];
    for (const issuer of [...issuers, 'http://127.0.0.1:9000', 'http://localhost/t']) {
      expect(() => create({ issuer }), issuer).not.toThrow();
    }
    expect(() => create({ issuer: 'http://as.example', dangerouslyAllowHttp: true })).not.toThrow();
  },
);

forEachExpressFront((front) => {
  verifies(
    'rfc8414#3.1/well-known-between-host-and-path',
    'well-known URL: has the well-known part between host and path, without the trailing slash',
    async () => {
      for (const path of ['', '/', '/t1', '/t1/', '/a/b/']) {
        const rs = await openFixture(front, { issuer: { path } });
        expect(await present(rs), path).toBe('200');
        expect(asked(rs), path).toEqual([1, 0, 1]);
      }
    },
  );

  verifies(
    'rfc8414#5/openid-location-as-fallback',
    'OpenID Connect discovery: is tried if the first URL has no usable document',
    async () => {
      const failures: MetadataFault[] = [
        { kind: 'status', status: 404 },
        { kind: 'status', status: 204 },
        { kind: 'html' },
        { kind: 'invalidJson' },
        { kind: 'redirect', location: 'https://as.example/sign-in' },
        { kind: 'status', status: 503 },
        { kind: 'huge' },
        { kind: 'wrongIssuer' },
        { kind: 'document', document: {} },
        { kind: 'document', document: [] },
        { kind: 'members', members: { jwks_uri: undefined } },
      ];
      for (const path of ['', '/t1', '/t1/']) {
        for (const fault of failures) {
          const rs = await openFixture(front, { issuer: { path } });
          rs.issuer.fault('oauthMetadata', fault);
          expect(await present(rs), `${path} ${fault.kind}`).toBe('200');
          expect(asked(rs)).toEqual([1, 1, 1]);
        }
      }
    },
  );

  verifies(
    'rfc8414#5/openid-location-as-fallback',
    'OpenID Connect discovery: is not tried if there is no response',
    async () => {
      const rs = await openFixture(front);
      rs.issuer.fault('oauthMetadata', { kind: 'down' });
      expect(await present(rs)).toBe('503');
      expect(asked(rs)).toEqual([1, 0, 0]);
    },
  );

  verifies(
    'rfc8414#5/openid-location-as-fallback',
    'well-known URLs: at most three are tried, the last with the path at its end',
    async () => {
      for (const path of ['/t1', '/a/b/']) {
        const urls: string[] = [];
        const as = await openServer(
          createHttpServer((req, res) => {
            urls.push(req.url ?? '');
            const isLast = urls.length === 3;
            const metadata = { issuer: `${as.origin}${path}`, jwks_uri: `${as.origin}/jwks` };
            const document = req.url === '/jwks' ? { keys: [signer.publicJwk] } : metadata;
            res.setHeader('content-type', 'application/json');
            res.writeHead(isLast || req.url === '/jwks' ? 200 : 404).end(JSON.stringify(document));
          }),
        );
        const issuer = `${as.origin}${path}`;
        const rs = await openFixture(front, {
          server: ({ clock }) => ({ issuer, audience: RESOURCE, clock }),
        });
        expect(await rs.present(signer.sign({}, claimsFor(rs, { iss: issuer })))).toBe('200');
        const inserted = path.replace(/\/$/, '');
        expect(urls).toEqual([
          `/.well-known/oauth-authorization-server${inserted}`,
          `${inserted}/.well-known/openid-configuration`,
          `/.well-known/openid-configuration${inserted}`,
          '/jwks',
        ]);
      }
    },
  );

  verifies(
    'rfc8414#3.3/other-issuer-metadata-discarded',
    'metadata of another issuer: is discarded',
    async () => {
      const names = (rs: Fixture): readonly unknown[] => {
        const { issuer } = rs.issuer;
        return [
          `${issuer}/`,
          'https://other.example',
          issuer.toUpperCase(),
          [issuer],
          null,
          '',
          5,
          issuer.replace('127.0.0.1', 'localhost'),
          `${issuer}#`,
          ` ${issuer}`,
          undefined,
        ];
      };
      const { length } = names(await openFixture(front));
      for (let place = 0; place < length; place += 1) {
        const rs = await openFixture(front);
        const issuer = names(rs)[place];
        rs.issuer.fault('metadata', { kind: 'members', members: { issuer } });
        expect(await present(rs), JSON.stringify(issuer)).toBe('503');
        // Its keys are not fetched, and operators can see why.
        expect(rs.issuer.requests.jwks).toBe(0);
        expect(rs.api.health().issuers[0]?.lastError).toMatchObject({ reason: 'issuer' });
      }
    },
  );

  verifies(
    'rfc8414#3.3/other-issuer-metadata-discarded',
    'bad metadata: does not replace current keys',
    async () => {
      const rs = await openFixture(front);
      expect(await present(rs)).toBe('200');
      rs.issuer.fault('metadata', { kind: 'wrongIssuer' });
      rs.issuer.clock.advance(3_600_000);
      expect(await present(rs)).toBe('200');
      expect(rs.issuer.requests.jwks).toBe(1);
    },
  );

  verifies(
    'rfc8414#3.2/metadata-is-json-with-200',
    'metadata: must be a JSON object with status 200',
    async () => {
      const faults: MetadataFault[] = [
        ...[201, 203, 204, 206, 400, 404, 500].map((status) => ({
          ...({ kind: 'status', status, body: {} } as const),
        })),
        { kind: 'redirect', location: '/elsewhere' },
        { kind: 'html' },
        { kind: 'invalidJson' },
        ...[[], 'metadata', null, 5].map((document) => ({ kind: 'document', document }) as const),
        ...['text/html', 'text/html; charset=utf-8'].map(
          (mediaType) => ({ kind: 'mediaType', mediaType }) as const,
        ),
      ];
      for (const fault of faults) {
        const rs = await openFaulty(front, fault);
        expect(await present(rs), JSON.stringify(fault)).toBe('503');
        expect(rs.issuer.requests.jwks).toBe(0);
      }
      // JSON that names the issuer, by whatever media type a static host serves it.
      const json = ['application/json; charset=utf-8', 'Application/JSON;x=y', 'text/plain'];
      for (const mediaType of [...json, 'application/octet-stream', undefined]) {
        const rs = await openFaulty(front, { kind: 'mediaType', mediaType });
        expect(await present(rs), mediaType).toBe('200');
      }
      const members = { x: { y: 1 }, jwks: { keys: [] }, signed_metadata: 'a.b.c' };
      expect(await present(await openFaulty(front, { kind: 'members', members }))).toBe('200');
    },
  );

  verifies('rfc8414#2/jwks-uri-is-https', 'jwks_uri: must use https', async () => {
    const uris = [
      'http://as.example/jwks',
      'http:as.example',
      'ftp://as.example',
      'jwks',
      undefined,
    ];
    for (const uri of uris) {
      const rs = await openFaulty(front, { kind: 'members', members: { jwks_uri: uri } });
      expect(await present(rs), uri).toBe('503');
      expect(rs.api.health().issuers[0]?.lastError).toMatchObject({ reason: 'jwks_uri' });
      expect(rs.issuer.requests.jwks).toBe(0);
    }
    for (const jwksUri of ['http://as.example/jwks', 'as.example/jwks', '']) {
      expect(() => create({ issuer: 'https://as.example', jwksUri }), jwksUri).toThrow(/"jwksUri"/);
    }
  });

  verifies(
    'rfc8414#6.1/server-certificate-checked',
    'self-signed certificate: is refused',
    async () => {
      const as = await openSelfSigned();
      for (const source of [{}, { jwksUri: `${as.issuer}/jwks` }]) {
        const rs = await openFixture(front, {
          server: ({ clock }) => ({ issuer: as.issuer, audience: RESOURCE, clock, ...source }),
        });
        const token = signer.sign({}, claimsFor(rs, { iss: as.issuer }));
        expect(await rs.present(token)).toBe('503');
        const { lastError } = rs.api.health().issuers[0] ?? {};
        expect(lastError).toMatchObject({
          cause: { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
        });
      }
      expect(as.requests()).toBe(0);
    },
  );
});

verifies('rfc8414#6.1/server-certificate-checked', 'certificate checks: have no option', () => {
  const issuer = 'https://as.example';
  for (const name of ['rejectUnauthorized', 'ca', 'agent', 'insecure', 'tls', 'strictSSL']) {
    expect(() => create({ issuer, [name]: false }), name).toThrow(/has no option/);
    expect(() => create({ issuer, keySet: { [name]: false } }), name).toThrow(/has no option/);
  }
});

verifies(
  'rfc8414#6.1/server-certificate-checked',
  'self-signed certificate: is an outage',
  async () => {
    const { issuer } = await openSelfSigned();
    const verifier = createAccessTokenVerifier({ issuer, audience: RESOURCE });
    onTestFinished(() => {
      verifier.close();
    });
    await expect(verifier.ready()).rejects.toBeInstanceOf(KeySetUnavailableError);
  },
);

/** An authorization server that answers every request, under a certificate that no authority signed. */
async function openSelfSigned(): Promise<{ issuer: string; requests: () => number }> {
  let requests = 0;
  const server = createServer(createTestCertificate().tls, (req, res) => {
    requests += 1;
    res.setHeader('content-type', 'application/json');
    const metadata = { issuer, jwks_uri: `${issuer}/jwks` };
    res.end(JSON.stringify(req.url === '/jwks' ? { keys: [signer.publicJwk] } : metadata));
  });
  const { origin: issuer } = await openServer(server);
  return { issuer, requests: () => requests };
}
