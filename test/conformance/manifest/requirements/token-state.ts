/**
 * State of a token after it was issued: introspection, step-up, status lists.
 *
 * @module
 */
import type { Specification } from './specification.js';

const STATUS_LIST =
  'Not supported: the draft is not an RFC yet, and no authorization server of the interop tests refers to a status list in access tokens. Introspection and revocation lists refuse tokens before they expire.';

export const RFC7662: Specification = {
  title: 'RFC 7662 and RFC 9701: introspection',
  requirements: [
    {
      id: 'rfc7662#2.1/introspection-is-authenticated-post',
      source: 'RFC 7662 §2.1',
      level: 'MUST',
      requirement: 'Introspection is an authenticated POST of a form.',
      status: 'tested',
    },
    {
      id: 'rfc7662#2.2/only-active-true-counts',
      source: 'RFC 7662 §2.2',
      level: 'MUST',
      requirement: 'Only active: true counts; an answer of another shape is an outage.',
      status: 'tested',
    },
    {
      id: 'rfc7662#2.2/introspected-claims-still-checked',
      source: 'RFC 7662 §2.2, §4',
      level: 'own',
      requirement: 'Times, issuer, audience, scope and confirmation are checked here as well.',
      status: 'tested',
    },
    {
      id: 'rfc7662#4/cached-answer-ends-with-exp',
      source: 'RFC 7662 §4',
      level: 'MUST NOT',
      requirement: "A cached answer is not used after the token's exp.",
      status: 'tested',
    },
    {
      id: 'rfc7662#4/endpoint-certificate-checked',
      source: 'RFC 7662 §4',
      level: 'MUST',
      requirement: 'The certificate of the endpoint is checked.',
      status: 'tested',
    },
    {
      id: 'rfc7662#2.3/own-credentials-not-callers-fault',
      source: 'RFC 7662 §2.3',
      level: 'own',
      requirement: "A refusal of our own credentials is never reported as the caller's fault.",
      status: 'tested',
    },
    {
      id: 'rfc7662#2/endpoint-outage-is-503',
      source: 'RFC 7662 §2',
      level: 'own',
      requirement:
        'An outage of the endpoint is a 503, and there is at most one request per token at a time.',
      status: 'tested',
    },
    {
      id: 'rfc7662#1/active-token-of-other-kind',
      source: 'RFC 7662 §1',
      level: 'own',
      requirement: 'An active token of another kind is not an access token.',
      status: 'tested',
    },
    {
      id: 'rfc9449#6.2/token-type-of-bound-token',
      source: 'RFC 9449 §6.2',
      level: 'MUST',
      requirement: 'The token_type of a bound token is DPoP.',
      status: 'tested',
    },
    {
      id: 'rfc9701#4/signed-answer-by-media-type',
      source: 'RFC 9701 §4',
      level: 'MUST',
      requirement: 'A signed answer is requested by its media type, and nothing less is accepted.',
      status: 'tested',
    },
    {
      id: 'rfc9701#5/signed-answer-has-own-typ',
      source: 'RFC 9701 §5',
      level: 'MUST',
      requirement: 'A signed answer has its own media type and typ.',
      status: 'tested',
    },
    {
      id: 'rfc9701#5/signed-answer-for-this-resource',
      source: 'RFC 9701 §5',
      level: 'MUST',
      requirement:
        'A signed answer names the issuer and this resource, and has its data in a separate member.',
      status: 'tested',
    },
    {
      id: 'rfc9701#8.1/signed-answer-is-not-access-token',
      source: 'RFC 9701 §8.1',
      level: 'MUST',
      requirement: 'A signed introspection answer is refused as an access token.',
      status: 'tested',
    },
  ],
};

export const RFC9470: Specification = {
  title: 'RFC 9470: step-up authentication',
  requirements: [
    {
      id: 'rfc9470#3/weak-authentication-is-401',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement:
        'Authentication that is not strong enough is answered with 401 insufficient_user_authentication.',
      status: 'tested',
    },
    {
      id: 'rfc9470#3/acr-values-in-order',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement: 'acr_values are listed in order of preference, and any one will do.',
      status: 'tested',
    },
    {
      id: 'rfc9470#3/max-age-in-whole-seconds',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement: 'max_age is a non-negative integer of seconds.',
      status: 'tested',
    },
    {
      id: 'rfc9470#3/acr-and-age-together',
      source: 'RFC 9470 §3',
      level: 'MAY',
      requirement: 'Both can be required at once, together with scope.',
      status: 'tested',
    },
    {
      id: 'rfc9470#6.1/acr-and-auth-time-from-token',
      source: 'RFC 9470 §6.1',
      level: 'MUST',
      requirement:
        'acr and auth_time come from the token; absent or malformed values are not sufficient.',
      status: 'tested',
    },
    {
      id: 'rfc9470#4/client-token-is-not-stepped-up',
      source: 'RFC 9470 §4',
      level: 'own',
      requirement:
        'A token that a client got for itself has no user, so it is refused with 403 and no such challenge.',
      status: 'tested',
    },
    {
      id: 'rfc9470#5/several-guards-name-all-requirements',
      source: 'RFC 9470 §5',
      level: 'own',
      requirement:
        'A token that has exactly what the challenge names passes every guard of the route.',
      status: 'tested',
    },
    {
      id: 'rfc9470#9/no-step-up-before-validation',
      source: 'RFC 9470 §9',
      level: 'own',
      requirement:
        'Nothing about required authentication is disclosed before the token is validated.',
      status: 'tested',
    },
  ],
};

export const TSL: Specification = {
  title: 'draft-ietf-oauth-status-list: Token Status List',
  requirements: [
    {
      id: 'token-status-list#8.3/no-fetch-for-failing-token',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'For a token that fails otherwise no status list is fetched.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#6.2/reference-has-index-and-uri',
      source: 'draft-ietf-oauth-status-list §6.2',
      level: 'MUST',
      requirement: 'A reference to a status list has an index and a URI, of the right types.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#8.2/list-fetched-from-allowed-place',
      source: 'draft-ietf-oauth-status-list §8.2',
      level: 'MUST',
      requirement: 'A status list is fetched only from allowed places, with the right media type.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#5.1/list-is-signed-jwt',
      source: 'draft-ietf-oauth-status-list §5.1',
      level: 'MUST',
      requirement:
        'A status list is a signed JWT with a specific type, about the URI that it was fetched from.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#8.3/list-ends-with-its-exp',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'A status list is not used after its exp.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#4/list-unpacked-within-bound',
      source: 'draft-ietf-oauth-status-list §4',
      level: 'MUST',
      requirement: 'A status list is unpacked as the draft says, within a bound.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#8.3/index-outside-list-refused',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'An index outside the list makes the token invalid.',
      status: 'declined',
      reason: STATUS_LIST,
    },
    {
      id: 'token-status-list#7.1/only-status-valid-passes',
      source: 'draft-ietf-oauth-status-list §7.1',
      level: 'MUST',
      requirement: 'Only the status for valid lets a token pass.',
      status: 'declined',
      reason: STATUS_LIST,
    },
  ],
};
