import { createHash } from 'node:crypto';
import {
  createAccessTokenVerifier,
  type ExplainOptions,
  type Finding,
  type PossessionOptions,
} from '@scopegate/access-token';
import { createProofKey, type ProofKey, type TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';
import type { BindingCause } from './binding-causes.js';

const url = 'https://api.example.com/v1/sales';
const sha256 = createHash('sha256').update('certificate').digest();
const sha1 = createHash('sha1').update('certificate').digest();
const colons = (octets: Buffer): string => (octets.toString('hex').match(/../g) ?? []).join(':');

interface Bound {
  readonly issuer: TestIssuer;
  readonly key: ProofKey;
  readonly token: string;
  /** The time of the issuer, in seconds. */
  readonly now: number;
}

type Claims = Readonly<Record<string, unknown>>;

/** A request that shows a mistake, and the verifier that refuses it. */
interface Example {
  readonly what: string;
  readonly evidence: string | RegExp;
  /** @defaultValue both bindings are accepted */
  readonly options?: PossessionOptions;
  /** Claims of the token. @defaultValue it is bound to the key */
  readonly claims?: Claims;
  /** @defaultValue the scheme and a good proof */
  readonly request?: (bound: Bound) => ExplainOptions;
}

function proveWith(claims: (bound: Bound) => Claims): (bound: Bound) => ExplainOptions {
  return (bound) => ({
    proof: bound.key.proof({ method: 'GET', url, token: bound.token, claims: claims(bound) }),
    method: 'GET',
    url: '/v1/sales',
  });
}

const bearer = (): ExplainOptions => ({});
const thumbprintOf = (value: string): Claims => ({ cnf: { 'x5t#S256': value } });
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** At least one request for each cause. */
const EXAMPLES: Readonly<Record<BindingCause, readonly Example[]>> = {
  dpop_not_enabled: [
    {
      what: 'a token bound to a key where "dpop" is off',
      options: {},
      request: bearer,
      evidence:
        'the token is bound to a key, but the option "dpop" of the resource server is not set',
    },
  ],
  mtls_not_enabled: [
    {
      what: 'a token bound to a certificate where "mtls" is off',
      options: { dpop: true },
      claims: thumbprintOf(sha256.toString('base64url')),
      request: bearer,
      evidence:
        'the token is bound to a certificate, but the option "mtls" of the resource server is not set',
    },
  ],
  malformed_thumbprint: [
    ['in hexadecimal', sha256.toString('hex'), 'a SHA-256 in hexadecimal'],
    ['in hexadecimal with colons', colons(sha256), 'a SHA-256 in hexadecimal with colons'],
    ['with padding', `${sha256.toString('base64url')}=`, 'padded with "="'],
    ['of a SHA-1 in hexadecimal', sha1.toString('hex'), 'a SHA-1 in hexadecimal'],
    ['of a SHA-1 with colons', colons(sha1), 'a SHA-1 in hexadecimal with colons'],
    ['of a SHA-1 in base64url', sha1.toString('base64url'), 'a SHA-1 in base64'],
    [
      'of hexadecimal text',
      Buffer.from(sha256.toString('hex')).toString('base64url'),
      'the base64url of a SHA-256 in hexadecimal',
    ],
  ].map(([what = '', value = '', fault = '']) => ({
    what: `a thumbprint ${what}`,
    claims: thumbprintOf(value),
    request: bearer,
    evidence: `"x5t#S256" is ${fault}, instead of a SHA-256 in base64url without padding`,
  })),
  token_bound_sent_as_bearer: [
    {
      what: 'a bound token as a bearer token',
      request: bearer,
      evidence:
        'the token is bound to a key, but it was sent with the scheme "Bearer", without a proof',
    },
    {
      what: 'a bound token as a bearer token, with a proof',
      request: (bound) => ({ ...proveWith(() => ({}))(bound), scheme: 'Bearer' }),
      evidence:
        'the token is bound to a key, but it was sent with the scheme "Bearer", although with a proof',
    },
  ],
  bearer_token_sent_as_dpop: [
    {
      what: 'a bearer token with the scheme DPoP',
      claims: {},
      evidence: 'the token is not bound to a key, but it was sent with the scheme "DPoP"',
    },
  ],
  no_client_certificate: [
    {
      what: 'a token bound to a certificate, without one',
      claims: thumbprintOf(sha256.toString('base64url')),
      request: bearer,
      evidence: 'the token is bound to a certificate, but it was presented without one',
    },
  ],
  private_key_in_proof: [
    {
      what: 'a proof with a private key',
      request: ({ key, token }) => {
        const header = { jwk: { ...key.publicJwk, d: 'secret' } };
        return {
          proof: key.proof({ method: 'GET', url, token, header }),
          method: 'GET',
          url: '/v1/sales',
        };
      },
      evidence: 'the proof discloses the private key: "jwk" has "d"',
    },
  ],
  missing_token_hash: [
    {
      what: 'a proof for a token request',
      request: proveWith(() => ({ ath: undefined })),
      evidence: 'the proof has no "ath", like the proofs for token requests',
    },
  ],
  proof_for_other_url: [
    {
      what: 'a proof for the URL that clients call',
      request: proveWith(() => ({ htu: 'https://shop.example/v1/sales' })),
      evidence:
        'the proof is for "https://shop.example/v1/sales", but the request was for "https://api.example.com/v1/sales"; "dpop.publicUrl" would have to be "https://shop.example"',
    },
    {
      what: 'a proof for a URL whose prefix a proxy removes',
      request: proveWith(() => ({ htu: 'https://api.example.com/shop/v1/sales' })),
      evidence: /; "dpop\.publicUrl" would have to be "https:\/\/api\.example\.com\/shop"$/,
    },
    {
      what: 'a proof for another path',
      request: proveWith(() => ({ htu: 'https://api.example.com/v1/other' })),
      evidence:
        'the proof is for "https://api.example.com/v1/other", but the request was for "https://api.example.com/v1/sales"',
    },
  ],
  proof_hash_of_other_token: [
    {
      what: 'a proof for another token',
      request: proveWith(() => ({ ath: digest('other') })),
      evidence: '"ath" is the hash of another token',
    },
    {
      what: 'a proof with the hash of the token and its scheme',
      request: proveWith(({ token }) => ({ ath: digest(`DPoP ${token}`) })),
      evidence: '"ath" is the hash of the token together with its scheme',
    },
    {
      what: 'a proof with the hash in hexadecimal',
      request: proveWith(({ token }) => ({
        ath: createHash('sha256').update(token).digest('hex'),
      })),
      evidence: '"ath" is the hash of the token, but not in base64url without padding',
    },
  ],
  client_clock_skew: [
    {
      what: 'a proof of a client whose clock is fast',
      request: proveWith(({ now }) => ({ iat: now + 100 })),
      evidence: /^the clock of the client is at least (99|100) s ahead: the proof was created at /,
    },
    {
      what: 'a proof that is older than its token',
      request: proveWith(({ now }) => ({ iat: now - 600 })),
      evidence:
        'the clock of the client is at least 10 min behind: the proof was created before its token was issued',
    },
  ],
  stale_proof: [
    {
      what: 'a proof that was created long ago',
      claims: { iat: 1, cnf: undefined },
      request: proveWith(({ now }) => ({ iat: now - 600 })),
      evidence: /^the proof was created 10 min ago, at .*; at most 60 s are accepted$/,
    },
  ],
};

async function findFindings({ options, claims, request }: Example): Promise<readonly Finding[]> {
  const issuer = await openIssuer();
  const key = createProofKey();
  const now = Math.floor(issuer.clock() / 1000);
  const binding = { cnf: { jkt: key.thumbprint } };
  const isBound = claims === undefined || Object.hasOwn(claims, 'iat');
  const token = await issuer.mint({ claims: { ...claims, ...(isBound ? binding : {}) } });
  const verifier = createAccessTokenVerifier({
    ...issuer.options(),
    dpop: true,
    mtls: { certificate: 'socket' },
    ...(options && { dpop: undefined, mtls: undefined, ...options }),
  });
  onTestFinished(() => {
    verifier.close();
  });
  const send = request ?? proveWith(() => ({}));
  const explained = await verifier.explain(token, send({ issuer, key, token, now }));
  expect(explained.verdict).toBe('refused');
  return explained.findings;
}

const cases = Object.entries(EXAMPLES).flatMap(([cause, examples]) =>
  examples.map((example) => ({ cause, example, what: example.what })),
);

describe('findings of explain for bound tokens', () => {
  it.each(cases)('name $cause for $what', async ({ cause, example }) => {
    const findings = await findFindings(example);
    expect(findings.map((finding) => finding.cause)).toEqual([cause]);
    for (const { evidence, fixes } of findings) {
      if (typeof example.evidence === 'string') expect(evidence).toBe(example.evidence);
      else expect(evidence).toMatch(example.evidence);
      expect(fixes.length).toBeGreaterThan(0);
    }
  });

  it('name the clock of this server when the token is from the future too', async () => {
    const issuer = await openIssuer();
    const key = createProofKey();
    const now = Math.floor(issuer.clock() / 1000);
    const token = await issuer.mint({ boundTo: key, claims: { iat: now + 50 } });
    const verifier = createAccessTokenVerifier({ ...issuer.options(), dpop: true });
    onTestFinished(() => {
      verifier.close();
    });
    const proof = key.proof({ method: 'GET', url, token, claims: { iat: now + 50 } });
    const { findings } = await verifier.explain(token, { proof, method: 'GET', url });
    expect(findings).toMatchObject([{ cause: 'client_clock_skew' }]);
    expect(findings[0]?.evidence).toMatch(
      /^the clock of this resource server is at least (49|50) s behind/,
    );
  });
});
