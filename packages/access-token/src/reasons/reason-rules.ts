/**
 * Which checks lead to each reason, and what to do about reasons that no check explains.
 *
 * @module
 */
import type {
  InsufficientScopeReason,
  InsufficientUserAuthenticationReason,
  InvalidProofReason,
  InvalidRequestReason,
  InvalidTokenReason,
  MissingCredentialsReason,
} from '@scopegate/protocol';
import type { CheckName } from '../checks/run-checks.js';
import { createFixes, type Fix } from '../inspection/fix.js';

/** What is said about a reason: by its checks, or here. */
export type ReasonRule =
  | {
      /** The checks that most often fail with this reason; their sections and fixes are those of the reason. */
      readonly checks: readonly CheckName[];
    }
  | {
      /** Replaces the message of the error. */
      readonly description?: string;
      readonly sections: readonly string[];
      readonly fixes: readonly Fix[];
    };

type ReasonRules<Reason extends string> = Readonly<Record<Reason, ReasonRule>>;

const SEND_IN_HEADER = 'send the access token once, in the field "Authorization"';

export const CREDENTIALS_RULES: ReasonRules<MissingCredentialsReason> = {
  missing_credentials: {
    sections: ['RFC 6750 §2.1', 'RFC 6750 §3.1'],
    fixes: createFixes(
      ['client', 'send the access token in the field "Authorization", after "Bearer" and a space'],
      ['resource server', 'make sure that no proxy removes the field "Authorization"'],
    ),
  },
  unsupported_scheme: {
    description: 'the request carries no access token of a scheme that this resource accepts',
    sections: ['RFC 9110 §11.6.1', 'RFC 9449 §7.1'],
    fixes: createFixes(
      ['client', 'send an access token under a scheme that the challenge names'],
      ['resource server', 'set the option "dpop" to accept tokens that are bound to a key'],
    ),
  },
};

export const REQUEST_RULES: ReasonRules<InvalidRequestReason> = {
  malformed_authorization: {
    sections: ['RFC 6750 §2.1'],
    fixes: createFixes(['client', 'send "Bearer", one space and the token, without quotes']),
  },
  malformed_dpop_authorization: {
    sections: ['RFC 9449 §7.1'],
    fixes: createFixes(['client', 'send "DPoP", one space and the token, without quotes']),
  },
  repeated_authorization: {
    sections: ['RFC 9110 §5.3', 'RFC 6750 §2'],
    fixes: createFixes(
      ['client', SEND_IN_HEADER],
      ['resource server', 'make sure that no proxy adds a second field "Authorization"'],
    ),
  },
  several_locations: {
    sections: ['RFC 6750 §2'],
    fixes: createFixes(['client', SEND_IN_HEADER]),
  },
  malformed_parameter: {
    sections: ['RFC 6750 §2.2', 'RFC 6750 §2.3'],
    fixes: createFixes(['client', SEND_IN_HEADER]),
  },
};

export const TOKEN_RULES: ReasonRules<InvalidTokenReason> = {
  malformed: { checks: ['format'] },
  typ: { checks: ['type'] },
  alg: { checks: ['algorithm'] },
  issuer: { checks: ['issuer'] },
  key: { checks: ['key'] },
  signature: { checks: ['signature'] },
  audience: { checks: ['audience'] },
  expired: { checks: ['expiry'] },
  not_yet_valid: { checks: ['not_before'] },
  lifetime: { checks: ['lifetime'] },
  // Many checks have this reason: the event names the claim and what is wrong with it.
  claim: {
    sections: ['RFC 7519 §4', 'RFC 9068 §2.2'],
    fixes: createFixes(
      ['authorization server', 'issue the claim, with the type that its specification requires'],
      ['resource server', 'if the "claims" schema refuses it, change the schema'],
    ),
  },
  sender_constraint: { checks: ['token_scheme', 'certificate', 'sender_constraint'] },
  binding: { checks: ['proof_binding', 'certificate'] },
  unbound: { checks: ['required_binding', 'token_scheme'] },
  encryption: { checks: ['issuer_encryption', 'encryption'] },
  decryption: { checks: ['decryption'] },
  inactive: { checks: ['active'] },
  revoked: { checks: ['revocation'] },
  excess_scope: {
    sections: ['RFC 9700 §2.3'],
    fixes: createFixes(
      ['client', 'request only the scope that the route requires'],
      ['authorization server', 'grant this client only the scope that it needs'],
      ['resource server', 'if the route may accept the scope, add it to "atMost"'],
    ),
  },
};

export const SCOPE_RULES: ReasonRules<InsufficientScopeReason> = {
  scope: { checks: ['required_scope'] },
  principal: {
    sections: ['RFC 9068 §5', 'RFC 9700 §4.15.1'],
    fixes: createFixes(
      ['client', 'request the token of a user or of the client itself, as the route requires'],
      ['resource server', 'if both may call the route, omit "principal"'],
    ),
  },
  check: {
    sections: ['RFC 6750 §3.1'],
    fixes: createFixes(['resource server', 'find what the function "check" of the route refuses']),
  },
};

export const AUTHENTICATION_RULES: ReasonRules<InsufficientUserAuthenticationReason> = {
  acr: { checks: ['authentication_context'] },
  auth_time: { checks: ['authentication_time'] },
};

export const PROOF_RULES: ReasonRules<InvalidProofReason> = {
  proof_missing: { checks: ['proof_field'] },
  proof_repeated: { checks: ['proof_field'] },
  proof_malformed: { checks: ['proof_format'] },
  proof_typ: { checks: ['proof_typ'] },
  proof_alg: { checks: ['proof_alg'] },
  proof_key: { checks: ['proof_jwk', 'proof_key'] },
  proof_signature: { checks: ['proof_signature'] },
  proof_claim: { checks: ['proof_claims'] },
  proof_method: { checks: ['proof_method'] },
  proof_url: { checks: ['proof_url'] },
  proof_token: { checks: ['proof_token'] },
  proof_time: { checks: ['proof_time'] },
  proof_replayed: { checks: ['proof_replay'] },
};

export const NONCE_RULE: ReasonRule = { checks: ['proof_nonce'] };

export const UNAVAILABLE_RULE: ReasonRule = {
  description: 'the keys of the issuer, or something else that the decision needs, are unavailable',
  sections: ['RFC 9110 §15.6.4'],
  fixes: createFixes(
    ['resource server', 'find in health() what is unavailable, and why the last request failed'],
    ['authorization server', 'make its JWKS and its introspection endpoint reachable for the API'],
  ),
};
