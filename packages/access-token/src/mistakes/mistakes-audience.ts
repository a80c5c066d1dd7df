/**
 * Mistakes in the audience.
 *
 * @module
 */
import { CLIENT_ID_CLAIMS } from '../claims/identity.js';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, isOpaque, readClaim, readStringClaim } from '../inspection/inspection.js';
import { formatValue, formatValues } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';
import type { IssuerCause } from './mistakes-issuer.js';
import { type KindCause, OTHER_KINDS } from './mistakes-kind.js';
import type { SignatureCause } from './mistakes-signature.js';

/** The names of the mistakes of {@link AUDIENCE_MISTAKES}. */
export type AudienceCause =
  | 'audience_trailing_slash'
  | 'entra_audience_form'
  | 'audience_is_client_id'
  | 'auth0_userinfo_only'
  | 'cognito_without_audience'
  | 'keycloak_without_mapper'
  | 'client_not_listed'
  | 'missing_audience';

type AudienceMistake = KnownMistake<AudienceCause | IssuerCause | KindCause | SignatureCause>;

const OTHER_TOKENS = [...OTHER_KINDS, 'nonce_in_token', 'graph_token'] as const;

/** In the order in which they are reported. */
export const AUDIENCE_MISTAKES: Readonly<Record<AudienceCause, AudienceMistake>> = {
  audience_trailing_slash: {
    checks: ['audience'],
    findEvidence: (inspection) =>
      describeAudienceMatch(
        inspection,
        (aud, expected) => `${aud}/` === expected || aud === `${expected}/`,
      ),
    fixes: createFixes(
      [
        'resource server',
        'set "audience" to exactly the value of "aud", with or without the trailing slash',
      ],
      ['client', 'request exactly the audience that the API expects'],
    ),
  },
  entra_audience_form: {
    checks: ['audience'],
    unless: ['entra_version'],
    findEvidence: (inspection) =>
      describeAudienceMatch(
        inspection,
        (aud, expected) => `api://${aud}` === expected || aud === `api://${expected}`,
      ),
    fixes: createFixes([
      'resource server',
      'set "audience" to the client id of the API for tokens of version 2, or to api://<client id> for version 1',
    ]),
  },
  audience_is_client_id: {
    checks: ['audience'],
    unless: OTHER_TOKENS,
    findEvidence: (inspection) => {
      const ids = CLIENT_ID_CLAIMS.map((name) => readStringClaim(inspection, name));
      const [aud, ...others] = listAudiences(inspection);
      const isClientId = aud !== undefined && others.length === 0 && ids.includes(aud);
      return isAudExpected(inspection) && isClientId
        ? `"aud" names the client instead of the API: ${formatValue(aud)}`
        : undefined;
    },
    fixes: createFixes(
      ['client', 'request the token for this API, with "resource", "audience" or its scopes'],
      ['authorization server', 'register the API as a resource with its own identifier'],
    ),
  },
  auth0_userinfo_only: {
    checks: ['audience'],
    findEvidence: (inspection) => {
      const iss = readStringClaim(inspection, 'iss') ?? '';
      return listAudiences(inspection).join(' ') === `${iss}userinfo`
        ? '"aud" names only the userinfo endpoint of Auth0'
        : undefined;
    },
    fixes: createFixes(['client', 'send the parameter "audience" with the identifier of the API']),
  },
  cognito_without_audience: {
    checks: ['audience'],
    unless: OTHER_TOKENS,
    findEvidence: (inspection) =>
      lacksAud(inspection) && readStringClaim(inspection, 'token_use') === 'access'
        ? 'the token has no "aud", because access tokens of Amazon Cognito name only the client'
        : undefined,
    fixes: createFixes([
      'resource server',
      'set "audienceClaim" to "client_id" and "audience" to the client ids, as the preset cognito() does',
    ]),
  },
  keycloak_without_mapper: {
    checks: ['audience'],
    unless: OTHER_TOKENS,
    findEvidence: (inspection) => {
      const isKeycloak = /\/realms\/[^/]+$/.test(readStringClaim(inspection, 'iss') ?? '');
      const isOnlyDefault = listAudiences(inspection).every((aud) => aud === 'account');
      return isAudExpected(inspection) && isKeycloak && isOnlyDefault
        ? `Keycloak did not add an API to "aud": ${formatValue(readClaim(inspection, 'aud'))}`
        : undefined;
    },
    fixes: createFixes([
      'authorization server',
      'add an Audience mapper for this API to the client or to one of its client scopes',
    ]),
  },
  client_not_listed: {
    checks: ['audience'],
    findEvidence: (inspection) => {
      const { audience } = inspection.expected;
      const client = readStringClaim(inspection, 'client_id');
      return isAudExpected(inspection) || client === undefined || audience.includes(client)
        ? undefined
        : `"client_id" is ${formatValue(client)}; the allowed clients are ${formatValues(audience)}`;
    },
    fixes: createFixes([
      'resource server',
      'if the client may call this API, add its id to "audience"',
    ]),
  },
  missing_audience: {
    checks: ['audience'],
    unless: ['cognito_without_audience', 'keycloak_without_mapper', ...OTHER_TOKENS],
    findEvidence: (inspection) =>
      lacksAud(inspection) && !isOpaque(inspection) ? 'the token has no "aud"' : undefined,
    fixes: createFixes(
      ['client', 'name this API in the token request, with "resource" or "audience"'],
      ['authorization server', 'issue "aud" in access tokens (RFC 9068 §2.2)'],
    ),
  },
};

/** Whether `aud`, and no other claim, names the audience. */
function isAudExpected({ expected }: Inspection): boolean {
  return expected.audienceClaim === 'aud';
}

function lacksAud(inspection: Inspection): boolean {
  return isAudExpected(inspection) && !hasClaim(inspection, 'aud');
}

/** Lists the strings of `aud`; empty when it is absent. */
function listAudiences(inspection: Inspection): readonly string[] {
  const aud = readClaim(inspection, 'aud');
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return values.filter((value): value is string => typeof value === 'string');
}

/** Describes the token's audiences and the expected ones, if an audience resembles an expected one. */
function describeAudienceMatch(
  inspection: Inspection,
  isSimilar: (aud: string, expected: string) => boolean,
): string | undefined {
  const audiences = listAudiences(inspection);
  const { audience } = inspection.expected;
  const isFound = audiences.some((aud) => audience.some((expected) => isSimilar(aud, expected)));
  return isFound
    ? `"aud" is ${formatValues(audiences)}, but the API expects ${formatValues(audience)}`
    : undefined;
}
