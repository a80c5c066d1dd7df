/**
 * Mistakes of the audience.
 *
 * @module
 */
import { CLIENT_ID_CLAIMS } from '../claims/identity.js';
import {
  audienceOf,
  claimOf,
  type Diagnosis,
  hasClaim,
  type Patient,
  remedies,
  textOf,
} from './mistake.js';
import type { FindingCause } from '../explanation.js';
import { showValue, showValues } from '../inspection/printable.js';

const OTHER_TOKENS: readonly FindingCause[] = [
  'id_token',
  'refresh_token',
  'logout_token',
  'graph_token',
];
const VENDORS: readonly FindingCause[] = ['cognito_without_audience', 'keycloak_without_mapper'];

/** In the order in which they are told. */
export const AUDIENCE_DIAGNOSES: readonly Diagnosis[] = Object.freeze([
  {
    cause: 'audience_trailing_slash',
    of: ['audience'],
    find: (patient) => comparison(patient, (aud, ours) => `${aud}/` === ours || aud === `${ours}/`),
    remedies: remedies(
      ['resource server', 'write "audience" with the slash, or without, as in "aud"'],
      ['client', 'or request the audience as the API spells it'],
    ),
  },
  {
    cause: 'entra_audience_form',
    of: ['audience'],
    unless: ['entra_version'],
    find: (patient) =>
      comparison(patient, (aud, ours) => `api://${aud}` === ours || aud === `api://${ours}`),
    remedies: remedies([
      'resource server',
      'set "audience" to the client id of the API for tokens of version 2, to api://<id> for 1',
    ]),
  },
  {
    cause: 'audience_is_client_id',
    of: ['audience'],
    unless: OTHER_TOKENS,
    find: (patient) => {
      const ids = CLIENT_ID_CLAIMS.map((name) => textOf(patient, name));
      const [aud, ...others] = audienceOf(patient);
      return isByAudience(patient) && aud !== undefined && others.length === 0 && ids.includes(aud)
        ? `"aud" is the id of the client itself, ${showValue(aud)}`
        : undefined;
    },
    remedies: remedies(
      ['client', 'request the token for this API, by "resource", "audience" or its scopes'],
      ['authorization server', 'register the API as a resource with an identifier of its own'],
    ),
  },
  {
    cause: 'auth0_userinfo_only',
    of: ['audience'],
    find: (patient) => {
      const iss = textOf(patient, 'iss') ?? '';
      const isOnlyUserinfo = audienceOf(patient).join(' ') === `${iss}userinfo`;
      return isOnlyUserinfo ? '"aud" is nothing but the userinfo endpoint of Auth0' : undefined;
    },
    remedies: remedies(['client', 'send the parameter "audience" with the identifier of the API']),
  },
  {
    cause: 'cognito_without_audience',
    of: ['audience'],
    unless: OTHER_TOKENS,
    find: (patient) =>
      lacksAudience(patient) && textOf(patient, 'token_use') === 'access'
        ? 'access tokens of Amazon Cognito have no "aud"; they name the client by "client_id"'
        : undefined,
    remedies: remedies([
      'resource server',
      'check the client in place of the audience: the preset cognito() does so',
    ]),
  },
  {
    cause: 'keycloak_without_mapper',
    of: ['audience'],
    unless: OTHER_TOKENS,
    find: (patient) => {
      const isKeycloak = /\/realms\/[^/]+$/.test(textOf(patient, 'iss') ?? '');
      const isOnlyDefault = audienceOf(patient).every((aud) => aud === 'account');
      return isByAudience(patient) && isKeycloak && isOnlyDefault
        ? `Keycloak put no API into "aud": ${showValue(claimOf(patient, 'aud'))}`
        : undefined;
    },
    remedies: remedies([
      'authorization server',
      'add an Audience mapper for this API to the client, or to one of its client scopes',
    ]),
  },
  {
    cause: 'client_not_listed',
    of: ['audience'],
    find: (patient) => {
      const { audience } = patient.expected;
      const client = textOf(patient, 'client_id');
      return isByAudience(patient) || client === undefined || audience.includes(client)
        ? undefined
        : `"client_id" is ${showValue(client)}, and let in are ${showValues(audience)}`;
    },
    remedies: remedies([
      'resource server',
      'add the id of the client to "audience", if it may call',
    ]),
  },
  {
    cause: 'missing_audience',
    of: ['audience'],
    unless: [...VENDORS, ...OTHER_TOKENS],
    find: (patient) => (lacksAudience(patient) ? 'the token names no audience' : undefined),
    remedies: remedies(
      ['client', 'name this API when requesting the token, by "resource" or "audience"'],
      ['authorization server', 'write "aud" into access tokens (RFC 9068 §2.2)'],
    ),
  },
]);

/** Says whether it is `aud` that names the audience. */
function isByAudience({ expected }: Patient): boolean {
  return expected.audienceClaim === 'aud';
}

/** Says whether `aud` is missed: another claim may stand for it. */
function lacksAudience(patient: Patient): boolean {
  return isByAudience(patient) && !hasClaim(patient, 'aud');
}

/** Compares the token's audiences with ours. */
function comparison(
  patient: Patient,
  isRelated: (aud: string, ours: string) => boolean,
): string | undefined {
  const given = audienceOf(patient);
  const { audience } = patient.expected;
  const isFound = given.some((aud) => audience.some((ours) => isRelated(aud, ours)));
  return isFound
    ? `"aud" is ${showValues(given)}, and expected is ${showValues(audience)}`
    : undefined;
}
