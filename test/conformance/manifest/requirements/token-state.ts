/**
 * What an authorization server says of a token later on.
 *
 * @module
 */
import type { Specification } from './specification.js';

const INTROSPECTION =
  'Introspection is not built yet; until it is, a token that is no signed JWT is refused (RFC7515-7.1-a).';

const STEP_UP =
  'A route cannot ask for stronger authentication, so there is nothing to refuse and no such challenge to send: RFC 9470 binds a resource server that does ask.';

const STATUS_LIST =
  "Status lists are not read yet; a token's status claim is ignored like any that is not understood, so revocation is by short lifetimes and withdrawn keys.";

export const RFC7662: Specification = {
  title: 'RFC 7662 and RFC 9701: introspection',
  requirements: [
    {
      id: 'RFC7662-2.1-a',
      source: 'RFC 7662 §2.1',
      level: 'MUST',
      requirement: 'Introspection is an authenticated POST of a form.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-2.2-a',
      source: 'RFC 7662 §2.2',
      level: 'MUST',
      requirement: 'Only active: true counts; an answer of another shape is an outage.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-2.2-b',
      source: 'RFC 7662 §2.2, §4',
      level: 'own',
      requirement: 'Times, issuer, audience, scope and confirmation are checked here all the same.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-4-a',
      source: 'RFC 7662 §4',
      level: 'MUST NOT',
      requirement: "A remembered answer is not used past the token's exp.",
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-4-b',
      source: 'RFC 7662 §4',
      level: 'MUST',
      requirement: 'The certificate of the endpoint is checked.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-2.3-a',
      source: 'RFC 7662 §2.3',
      level: 'own',
      requirement: "A refusal of our own credentials is never the caller's fault.",
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-2-a',
      source: 'RFC 7662 §2',
      level: 'own',
      requirement: 'An outage of the endpoint is a 503, and one token asks once at a time.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC7662-1-a',
      source: 'RFC 7662 §1',
      level: 'own',
      requirement: 'An active token of another kind is no access token.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC9449-6.2-a',
      source: 'RFC 9449 §6.2',
      level: 'MUST',
      requirement: 'The token_type of a bound token is DPoP.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC9701-4-a',
      source: 'RFC 9701 §4',
      level: 'MUST',
      requirement: 'A signed answer is asked for by its media type, and nothing less is taken.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC9701-5-a',
      source: 'RFC 9701 §5',
      level: 'MUST',
      requirement: 'A signed answer has its own media type and typ.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC9701-5-b',
      source: 'RFC 9701 §5',
      level: 'MUST',
      requirement:
        'A signed answer is by the issuer, for this resource, and its data stand in their own member.',
      status: 'planned',
      reason: INTROSPECTION,
    },
    {
      id: 'RFC9701-8.1-a',
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
      id: 'RFC9470-3-a',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement:
        'Authentication that is not strong enough is answered 401 insufficient_user_authentication.',
      status: 'declined',
      reason: STEP_UP,
    },
    {
      id: 'RFC9470-3-b',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement: 'acr_values are listed in order of preference, and any one will do.',
      status: 'declined',
      reason: STEP_UP,
    },
    {
      id: 'RFC9470-3-c',
      source: 'RFC 9470 §3',
      level: 'MUST',
      requirement: 'max_age is a whole number of seconds from 0 up.',
      status: 'declined',
      reason: STEP_UP,
    },
    {
      id: 'RFC9470-3-d',
      source: 'RFC 9470 §3',
      level: 'MAY',
      requirement: 'Both can be asked for at once, beside scope.',
      status: 'declined',
      reason: STEP_UP,
    },
    {
      id: 'RFC9470-6.1-a',
      source: 'RFC 9470 §6.1',
      level: 'MUST',
      requirement:
        'acr and auth_time come from the token, and what is absent or malformed does not do.',
      status: 'declined',
      reason: STEP_UP,
    },
    {
      id: 'RFC9470-9-a',
      source: 'RFC 9470 §9',
      level: 'own',
      requirement: 'Nothing about required authentication is told before the token is validated.',
      status: 'tested',
    },
  ],
};

export const TSL: Specification = {
  title: 'draft-ietf-oauth-status-list: Token Status List',
  requirements: [
    {
      id: 'TSL-8.3-a',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'A token that fails otherwise costs no look at a status list.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-6.2-a',
      source: 'draft-ietf-oauth-status-list §6.2',
      level: 'MUST',
      requirement: 'A reference to a status list has an index and a URI, of the right types.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-8.2-a',
      source: 'draft-ietf-oauth-status-list §8.2',
      level: 'MUST',
      requirement: 'A status list is fetched from where it may be, with the right media type.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-5.1-a',
      source: 'draft-ietf-oauth-status-list §5.1',
      level: 'MUST',
      requirement: 'A status list is a signed JWT of its own type about its own URI.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-8.3-b',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'A status list is not used past its exp.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-4-a',
      source: 'draft-ietf-oauth-status-list §4',
      level: 'MUST',
      requirement: 'A status list is unpacked as the draft says, within a bound.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-8.3-c',
      source: 'draft-ietf-oauth-status-list §8.3',
      level: 'MUST',
      requirement: 'An index outside of the list refuses the token.',
      status: 'planned',
      reason: STATUS_LIST,
    },
    {
      id: 'TSL-7.1-a',
      source: 'draft-ietf-oauth-status-list §7.1',
      level: 'MUST',
      requirement: 'Only the status for valid lets a token pass.',
      status: 'planned',
      reason: STATUS_LIST,
    },
  ],
};
