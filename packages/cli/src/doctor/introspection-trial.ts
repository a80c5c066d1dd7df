/**
 * Asks an authorization server about a made-up token, as the application would.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { IntrospectionFailure, VerifierHealth } from '@scopegate/access-token';
import type { TokenExplainer } from '@scopegate/express/internal';
import { createFinding, type DoctorCode, type DoctorFinding } from '../advice/doctor-finding.js';

/** The finding for each failure; the others show nothing about the endpoint. */
const FAILURES: Readonly<Record<IntrospectionFailure, DoctorCode>> = {
  unreachable: 'introspection_unreachable',
  status: 'introspection_status',
  response: 'introspection_response_unusable',
  credentials_refused: 'introspection_credentials_refused',
  credentials_unreadable: 'introspection_credentials_unreadable',
  keys: 'introspection_keys_unavailable',
  discovery: 'introspection_endpoint_not_found',
  busy: 'introspection_not_tried',
  closed: 'introspection_not_tried',
};

/** An application, and what it reported before. */
export interface IntrospectingApplication {
  readonly explainer: TokenExplainer;
  /** An application may use an older version of the package, which introspects no tokens. */
  readonly health: Partial<Pick<VerifierHealth, 'introspection'>>;
}

/**
 * Lets an application introspect a made-up opaque token, once. That the token is inactive shows that the
 * endpoint answers and accepts the credentials of the application.
 *
 * @returns Nothing if the application does not introspect tokens of the issuer.
 */
export async function tryIntrospection(
  issuer: string,
  { explainer, health }: IntrospectingApplication,
): Promise<readonly DoctorFinding[]> {
  const entry = health.introspection?.find((each) => each.issuer === issuer);
  if (entry === undefined) return [];
  // Without dots, because it must not look like a JWT.
  const token = `${entry.tokenPrefix ?? ''}scopegate-doctor-${randomUUID()}`;
  const { introspection } = await explainer.explain(token);
  // An opaque token without a prefix may be one of another issuer.
  if (introspection?.issuer !== issuer) {
    const what = 'the application introspects no opaque tokens of this issuer';
    return [createFinding('introspection_not_tried', what)];
  }
  const { outcome, failure, error } = introspection;
  if (failure !== undefined) {
    return [createFinding(FAILURES[failure], error ?? failure)];
  }
  return outcome === 'active'
    ? [createFinding('introspection_accepts_any_token', `${ANSWER} active`)]
    : [createFinding('introspection_works', `${ANSWER} inactive`)];
}

const ANSWER = 'the introspection endpoint answered that a made-up token is';
