/**
 * Mistakes in how the authorization server is asked about tokens.
 *
 * @module
 */
import type { InvalidTokenReason } from '@scopegate/protocol';
import type { CheckName } from '../checks/run-checks.js';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, isOpaque } from '../inspection/inspection.js';
import type { IntrospectionFailure } from '../introspection/introspection-unavailable-error.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link INTROSPECTION_MISTAKES}. */
export type IntrospectionCause =
  | 'jwt_sent_to_opaque_issuer'
  | 'introspection_credentials_refused'
  | 'introspection_credentials_unreadable'
  | 'introspection_endpoint_not_found'
  | 'introspection_response_unusable'
  | 'issuer_says_inactive_to_all'
  | 'answer_for_other_kind'
  | 'answer_without_audience';

const UNAVAILABLE: readonly CheckName[] = ['introspection', 'fresh_introspection'];
const ANSWERED: readonly CheckName[] = ['active', 'fresh_introspection'];

/** In the order in which they are reported. */
export const INTROSPECTION_MISTAKES: Readonly<
  Record<IntrospectionCause, KnownMistake<IntrospectionCause>>
> = {
  jwt_sent_to_opaque_issuer: {
    checks: ['issuer_format'],
    findEvidence: () =>
      'the token is a JWT, but only opaque tokens of its issuer are accepted, because "introspection.tokens" is "opaque"',
    fixes: createFixes(
      ['resource server', 'set "introspection.tokens" to "both" to verify JWTs of the issuer here'],
      ['client', 'send the access token, not another token from the token response'],
    ),
  },
  introspection_credentials_refused: {
    checks: UNAVAILABLE,
    findEvidence: (inspection) =>
      findFailure(inspection) === 'credentials_refused'
        ? 'the authorization server refuses the credentials of this resource server'
        : undefined,
    fixes: createFixes(
      [
        'resource server',
        'set "introspection.clientId", "clientSecret" and "clientAuthenticationMethod" as they are registered',
      ],
      ['authorization server', 'allow this client to use the introspection endpoint'],
    ),
  },
  introspection_credentials_unreadable: {
    checks: UNAVAILABLE,
    findEvidence: (inspection) =>
      findFailure(inspection) === 'credentials_unreadable'
        ? 'the function that reads the credentials of this resource server failed'
        : undefined,
    fixes: createFixes([
      'resource server',
      'make sure that "introspection.clientSecret" or "authenticate" works on this machine',
    ]),
  },
  introspection_endpoint_not_found: {
    checks: UNAVAILABLE,
    findEvidence: (inspection) =>
      findFailure(inspection) === 'discovery'
        ? 'the introspection endpoint could not be discovered from the metadata of the issuer'
        : undefined,
    fixes: createFixes(
      ['resource server', 'set "introspection.endpoint" to the URL of the endpoint'],
      ['authorization server', 'publish "introspection_endpoint" (RFC 8414 §2)'],
    ),
  },
  introspection_response_unusable: {
    checks: UNAVAILABLE,
    findEvidence: (inspection) =>
      findFailure(inspection) === 'response'
        ? 'the endpoint answered, but not with an introspection response'
        : undefined,
    fixes: createFixes(
      [
        'resource server',
        'make sure that "introspection.endpoint" is that endpoint; omit "signed" if the server does not support RFC 9701',
      ],
      ['authorization server', 'answer with JSON whose "active" is a boolean (RFC 7662 §2.2)'],
    ),
  },
  issuer_says_inactive_to_all: {
    checks: ANSWERED,
    findEvidence: (inspection) =>
      inspection.trusted?.introspector?.health().alwaysInactive === true
        ? 'the authorization server has answered "active" false to every introspection request of this process'
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'allow this resource server to introspect the tokens of other clients',
      ],
      [
        'resource server',
        'make sure that "introspection.clientId" is the one registered for this API',
      ],
    ),
  },
  answer_for_other_kind: {
    checks: ANSWERED,
    findEvidence: (inspection) =>
      findRefusal(inspection) === 'typ'
        ? 'the authorization server knows the token, but not as an access token; it may be a refresh token'
        : undefined,
    fixes: createFixes([
      'client',
      'send the access token, not another token from the token response',
    ]),
  },
  answer_without_audience: {
    checks: ['audience'],
    findEvidence: (inspection) =>
      isOpaque(inspection) &&
      inspection.expected.audienceClaim === 'aud' &&
      !hasClaim(inspection, 'aud')
        ? 'the answer of the authorization server has no "aud"'
        : undefined,
    fixes: createFixes(
      ['authorization server', 'add "aud" to introspection responses (RFC 7662 §2.2)'],
      [
        'resource server',
        'only if the authorization server answers "active" true for tokens of this API alone, set "introspection.issuerChecksAudience"',
      ],
    ),
  },
};

function findFailure({ introspection, fresh }: Inspection): IntrospectionFailure | undefined {
  const record = [introspection, fresh].find(({ kind }) => kind === 'unavailable');
  return record?.kind === 'unavailable' ? record.error.failure : undefined;
}

function findRefusal({ introspection, fresh }: Inspection): InvalidTokenReason | undefined {
  const record = [introspection, fresh].find(({ kind }) => kind === 'refused');
  return record?.kind === 'refused' ? record.error.reason : undefined;
}
