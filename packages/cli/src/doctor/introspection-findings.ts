/**
 * Findings about the token introspection that an authorization server offers.
 *
 * @module
 */
import {
  formatUrl,
  hasUserinfo,
  isReferenceAllowed,
  isStringArray,
  isTransportAllowed,
  parseUrl,
} from '@scopegate/protocol/internal';
import { createFinding, type DoctorFinding } from '../advice/doctor-finding.js';
import type { MetadataDocument } from './discovery-findings.js';

const ENDPOINT = 'introspection_endpoint';
const METHODS = 'introspection_endpoint_auth_methods_supported';
const SIGNED = 'introspection_signing_alg_values_supported';

/** What the endpoint is checked for. */
export interface IntrospectionContext {
  /** The issuer identifier. */
  readonly issuer: string;
  /** Whether http is accepted for hosts other than this machine. */
  readonly allowHttp: boolean;
}

/** Checks which introspection the metadata offers; nothing without an endpoint. RFC 8414 §2; RFC 9701 §7. */
export function checkIntrospection(
  members: MetadataDocument['members'],
  context: IntrospectionContext,
): readonly DoctorFinding[] {
  if (members[ENDPOINT] === undefined) return [];
  const lists = [METHODS, SIGNED].filter((name) => members[name] !== undefined);
  return [
    ...checkEndpoint(members, context),
    ...lists.flatMap((name) =>
      readNames(members[name]) === undefined
        ? [
            createFinding(
              'introspection_malformed',
              `"${name}" is not a non-empty array of strings`,
            ),
          ]
        : [],
    ),
    ...checkMethods(readNames(members[METHODS])),
    ...checkSigned(readNames(members[SIGNED])),
  ];
}

function checkEndpoint(
  members: MetadataDocument['members'],
  { issuer, allowHttp }: IntrospectionContext,
): readonly DoctorFinding[] {
  const url = parseUrl(members[ENDPOINT]);
  if (url === undefined) {
    const shown = JSON.stringify(members[ENDPOINT]).slice(0, 100);
    return [createFinding('introspection_malformed', `"${ENDPOINT}" is not a URL: ${shown}`)];
  }
  const what = `"${ENDPOINT}" is ${formatUrl(url)}`;
  if (hasUserinfo(url)) {
    return [createFinding('introspection_malformed', `${what} with user information`)];
  }
  if (url.href.includes('#')) {
    return [createFinding('introspection_malformed', `${what} with a fragment`)];
  }
  if (!isTransportAllowed(url, { allowHttp })) {
    return [createFinding('introspection_endpoint_not_https', what)];
  }
  if (!isReferenceAllowed(url, new URL(issuer), { allowHttp })) {
    return [createFinding('introspection_endpoint_internal', what)];
  }
  const methods = readNames(members[METHODS]);
  const offer = methods === undefined ? '' : `; "${METHODS}" lists ${formatNames(methods)}`;
  return [createFinding('offers_introspection', `${what}${offer}`)];
}

function checkMethods(methods: readonly string[] = []): readonly DoctorFinding[] {
  if (!methods.includes('none')) return [];
  return [createFinding('introspection_without_authentication', `"${METHODS}" lists none`)];
}

function checkSigned(algorithms: readonly string[] | undefined): readonly DoctorFinding[] {
  if (algorithms === undefined) return [];
  const what = `"${SIGNED}" lists ${formatNames(algorithms)}`;
  return [createFinding('offers_signed_introspection', what)];
}

function readNames(value: unknown): readonly string[] | undefined {
  return isStringArray(value) && value.length > 0 ? value : undefined;
}

function formatNames(names: readonly string[]): string {
  return names.join(', ').slice(0, 200);
}
