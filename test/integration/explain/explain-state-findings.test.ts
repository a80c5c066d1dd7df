import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type ExplainOptions,
  type Finding,
} from '@scopegate/access-token';
import type { Fault, TestIssuer } from '@scopegate/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openIssuer } from '../../support/test-issuers.js';
import type { StateCause } from './state-causes.js';

/** A token that shows a mistake, and the verifier that refuses it. */
interface Example {
  readonly what: string;
  /** @defaultValue an opaque token */
  readonly create?: (issuer: TestIssuer, now: number) => Promise<string>;
  /** Options of introspection. */
  readonly introspection?: Readonly<Record<string, unknown>>;
  /** Other options of the verifier. */
  readonly options?: Partial<AccessTokenVerifierOptions>;
  readonly fault?: Fault | { readonly kind: 'inactive' };
  readonly metadata?: Fault;
  readonly explain?: ExplainOptions;
  /** How often the token is explained before. */
  readonly times?: number;
  /** @defaultValue `'refused'` */
  readonly verdict?: 'undecided';
}

const alice = { subject: 'alice', clientId: 'app' };
const outage = { verdict: 'undecided' } as const;
const staleSource = { version: 1, isCurrent: () => false, isRevoked: () => false };

/** At least one token for each cause. */
const EXAMPLES: Readonly<Record<StateCause, readonly Example[]>> = {
  unexpected_token_prefix: [
    { what: 'a token with another prefix', introspection: { tokenPrefix: 'ory_at_' } },
  ],
  jwt_sent_to_opaque_issuer: [
    {
      what: 'a JWT of an issuer of opaque tokens',
      introspection: { tokens: 'opaque' },
      create: (issuer) => issuer.mint(),
    },
  ],
  introspection_credentials_refused: [
    {
      ...outage,
      what: 'an opaque token, with a wrong secret',
      introspection: { clientSecret: () => 'wrong' },
    },
    {
      ...outage,
      what: 'a JWT on a route with fresh, with a wrong secret',
      introspection: { clientSecret: () => 'wrong' },
      create: (issuer) => issuer.mint(),
      explain: { fresh: true },
    },
  ],
  introspection_credentials_unreadable: [
    {
      ...outage,
      what: 'a secret that cannot be read',
      introspection: {
        clientSecret: () => {
          throw new Error('no such file');
        },
      },
    },
  ],
  introspection_endpoint_not_found: [
    {
      ...outage,
      what: 'metadata without the endpoint',
      metadata: { kind: 'members', members: { introspection_endpoint: undefined } },
    },
  ],
  introspection_response_unusable: [
    { ...outage, what: 'an HTML page', fault: { kind: 'html' } },
    {
      ...outage,
      what: '"active" as a string',
      fault: { kind: 'members', members: { active: 'true' } },
    },
  ],
  issuer_says_inactive_to_all: [
    { what: 'a server that denies everything', fault: { kind: 'inactive' }, times: 20 },
  ],
  answer_for_other_kind: [
    {
      what: 'a refresh token',
      create: (issuer) => issuer.opaque({ claims: { token_type: 'refresh_token' } }),
    },
  ],
  answer_without_audience: [
    {
      what: 'an answer without "aud"',
      create: (issuer) => issuer.opaque({ claims: { aud: undefined } }),
    },
  ],
  revocations_not_current: [
    { ...outage, what: 'a list that is not current', options: { revocation: staleSource } },
  ],
  client_cannot_step_up: [
    {
      what: 'a client on a route with acrValues',
      create: (issuer) => issuer.mint(),
      explain: { acrValues: ['phr'] },
    },
  ],
  authentication_claims_missing: [
    {
      what: 'a token without "acr" and "auth_time"',
      create: (issuer) => issuer.mint(alice),
      explain: { acrValues: ['phr'], maxAgeSeconds: 60 },
    },
    {
      what: 'an opaque token without "auth_time"',
      create: (issuer) => issuer.opaque(alice),
      explain: { maxAgeSeconds: 60 },
    },
  ],
  auth_time_in_milliseconds: [
    {
      what: 'an "auth_time" in milliseconds',
      create: (issuer, now) => issuer.mint({ ...alice, claims: { auth_time: now * 1000 } }),
      explain: { maxAgeSeconds: 60 },
    },
  ],
  old_authentication: [
    {
      what: 'a user who was authenticated an hour ago',
      create: (issuer, now) => issuer.mint({ ...alice, claims: { auth_time: now - 3600 } }),
      explain: { maxAgeSeconds: 60 },
    },
  ],
};

async function findFindings(example: Example): Promise<readonly Finding[]> {
  const { create, introspection, options, explain, times = 0, verdict = 'refused' } = example;
  const issuer = await openIssuer();
  const now = Math.floor(issuer.clock() / 1000);
  const token = await (create?.(issuer, now) ?? issuer.opaque());
  if (example.fault !== undefined) issuer.fault('introspection', example.fault);
  if (example.metadata !== undefined) issuer.fault('metadata', example.metadata);
  const { audience } = issuer.options();
  const given = {
    issuer: issuer.issuer,
    audience,
    introspection: { tokens: 'both', ...issuer.introspectionClient, ...introspection },
    ...options,
  };
  // The examples contain options of one issuer.
  const verifier = createAccessTokenVerifier(given as unknown as AccessTokenVerifierOptions);
  onTestFinished(() => {
    verifier.close();
  });
  for (let time = 0; time < times; time += 1) await verifier.explain(token);
  const explained = await verifier.explain(token, explain);
  expect(explained.verdict).toBe(verdict);
  expect(JSON.stringify(explained)).not.toContain(token);
  return explained.findings;
}

const cases = Object.entries(EXAMPLES).flatMap(([cause, examples]) =>
  examples.map((example) => ({ cause, example, what: example.what })),
);

describe('findings of explain for introspected tokens, revocation and step-up', () => {
  it.each(cases)('name $cause for $what', async ({ cause, example }) => {
    const findings = await findFindings(example);
    expect(findings.map((finding) => finding.cause)).toEqual([cause]);
    for (const { evidence, fixes } of findings) {
      expect(evidence).not.toBe('');
      expect(fixes.length).toBeGreaterThan(0);
    }
  });

  it('do not blame an issuer that has answered "active" true once', async () => {
    const issuer = await openIssuer();
    const introspection = { tokens: 'both', ...issuer.introspectionClient } as const;
    const verifier = createAccessTokenVerifier({ ...issuer.options(), introspection });
    const token = await issuer.opaque();
    await verifier.explain(token);
    issuer.revoke(token);
    for (let time = 0; time < 20; time += 1) await verifier.explain(token);
    expect(await verifier.explain(token)).toMatchObject({ reason: 'inactive', findings: [] });
  });
});
