/**
 * Mistakes of the kind of token, and of who issued it.
 *
 * @module
 */
import { type Diagnosis, hasClaim, type Patient, remedies, textOf } from './mistake.js';
import type { FindingCause } from '../explanation.js';
import { showValue } from '../inspection/printable.js';

const OTHER_KINDS: readonly FindingCause[] = ['id_token', 'refresh_token', 'logout_token'];
const ENTRA_V1 = /^https:\/\/sts\.windows\.net\/([^/]+)\/$/;
const ENTRA_V2 = /^https:\/\/login\.microsoftonline\.com\/([^/]+)\/v2\.0$/;

/** In the order in which they are told. */
export const KIND_DIAGNOSES: readonly Diagnosis[] = Object.freeze([
  {
    cause: 'id_token',
    of: ['type'],
    unless: ['logout_token'],
    find: (patient) => {
      const marks = ['nonce', 'at_hash', 'c_hash'].filter((name) => hasClaim(patient, name));
      if (textOf(patient, 'token_use') === 'id') marks.push('token_use');
      if (textOf(patient, 'typ') === 'ID') marks.push('typ');
      return marks.length === 0
        ? undefined
        : `the token tells a client who signed in: it has ${marks.map((name) => `"${name}"`).join(', ')}`;
    },
    remedies: remedies(['client', 'send "access_token" of the token response, not "id_token"']),
  },
  {
    cause: 'refresh_token',
    of: ['type'],
    find: (patient) => {
      const isRefresh = ['Refresh', 'Offline'].includes(textOf(patient, 'typ') ?? '');
      return isRefresh || patient.header['typ'] === 'rt+jwt'
        ? 'the token is there to get new tokens with'
        : undefined;
    },
    remedies: remedies(['client', 'send "access_token" of the token response']),
  },
  {
    cause: 'logout_token',
    of: ['type'],
    find: (patient) =>
      hasClaim(patient, 'events') ? 'the token tells of an event: it has "events"' : undefined,
    remedies: remedies(['client', 'send "access_token" of the token response']),
  },
  {
    cause: 'wrong_typ',
    of: ['type'],
    unless: OTHER_KINDS,
    find: ({ header: { typ } }) =>
      typ === undefined || isPlainJwt(typ) ? undefined : `the header has "typ" ${showValue(typ)}`,
    remedies: remedies(['client', 'send an access token: "typ" is "at+jwt" or "JWT"']),
  },
  {
    cause: 'not_rfc9068',
    of: ['type'],
    unless: OTHER_KINDS,
    find: ({ header: { typ }, expected }) =>
      expected.typ === 'at+jwt' && (typ === undefined || isPlainJwt(typ))
        ? `the API takes "typ" "at+jwt" only, and the token has ${showValue(typ)}`
        : undefined,
    remedies: remedies(
      ['authorization server', 'issue access tokens by RFC 9068, where it can'],
      ['resource server', 'or set "typ" to "auto"'],
    ),
  },
  {
    cause: 'issuer_trailing_slash',
    of: ['issuer'],
    find: (patient) =>
      relation(patient, (iss, trusted) => `${iss}/` === trusted || iss === `${trusted}/`),
    remedies: remedies([
      'resource server',
      'write "issuer" with the slash, or without, as in "iss"',
    ]),
  },
  {
    cause: 'entra_version',
    of: ['issuer'],
    find: (patient) =>
      relation(patient, (iss, trusted) => {
        const [tenant, other] = [tenantOf(iss, ENTRA_V1), tenantOf(trusted, ENTRA_V2)];
        const [tenant2, other1] = [tenantOf(iss, ENTRA_V2), tenantOf(trusted, ENTRA_V1)];
        return isSame(tenant, other) || isSame(tenant2, other1);
      }),
    remedies: remedies(
      ['authorization server', 'set requestedAccessTokenVersion in the manifest of the API'],
      ['resource server', 'or trust the issuer of the other version'],
    ),
  },
  {
    cause: 'issuer_scheme',
    of: ['issuer'],
    find: (patient) =>
      relation(patient, (iss, trusted) => {
        const bare = (url: string): string => url.replace(/^https?:/, '');
        return iss !== trusted && bare(iss) === bare(trusted);
      }),
    remedies: remedies([
      'authorization server',
      'tell it its public https URL: behind a proxy it takes itself for http',
    ]),
  },
  {
    cause: 'wrong_environment',
    of: ['issuer'],
    unless: ['issuer_trailing_slash', 'entra_version'],
    find: (patient) => relation(patient, isSamePlaceElsewhere),
    remedies: remedies(
      ['client', 'request the token from the environment that the API belongs to'],
      ['resource server', 'or configure the issuer of this environment'],
    ),
  },
]);

function isPlainJwt(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?jwt$/i.test(typ);
}

/** Compares the token's issuer with the trusted ones. */
function relation(
  patient: Patient,
  isRelated: (iss: string, trusted: string) => boolean,
): string | undefined {
  const iss = textOf(patient, 'iss');
  if (iss === undefined) return undefined;
  const trusted = [...patient.policy.issuers.keys()].find((issuer) => isRelated(iss, issuer));
  return trusted && `"iss" is ${showValue(iss)}, and trusted is ${showValue(trusted)}`;
}

function tenantOf(issuer: string, pattern: RegExp): string | undefined {
  return pattern.exec(issuer)?.[1];
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other;
}

/**
 * Another host with the same path. Two issuers without a path have that in common with everybody, so
 * their hosts have to be of one domain.
 */
function isSamePlaceElsewhere(iss: string, trusted: string): boolean {
  if (!URL.canParse(iss) || !URL.canParse(trusted)) return false;
  const [one, other] = [new URL(iss), new URL(trusted)];
  if (one.host === other.host || one.protocol !== other.protocol) return false;
  if (one.pathname !== other.pathname) return false;
  return one.pathname !== '/' || domainOf(one) === domainOf(other);
}

function domainOf({ hostname }: URL): string {
  const labels = hostname.split('.');
  return labels.length > 2 && !/^\d+$/.test(labels.at(-1) ?? '')
    ? labels.slice(-2).join('.')
    : hostname;
}
