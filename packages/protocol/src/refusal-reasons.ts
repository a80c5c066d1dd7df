/**
 * Why requests are refused, with the sentence for the developer of the caller.
 *
 * @module
 */

export const REQUEST_DESCRIPTIONS = {
  malformed_authorization: 'the Authorization header must be Bearer, a space and one token',
  malformed_dpop_authorization: 'the Authorization header must be DPoP, a space and one token',
  repeated_authorization: 'the request must carry one Authorization header',
  several_locations: 'the request must carry the access token in one place',
  malformed_parameter: 'the access_token parameter must occur once, as one token',
} as const;

export const TOKEN_DESCRIPTIONS = {
  malformed: 'the access token is malformed',
  typ: 'the token is not an access token of a supported type',
  alg: 'the access token is signed with an algorithm that is not accepted',
  issuer: 'the access token was issued by another authorization server',
  key: 'the access token is signed with an unknown key',
  signature: 'the signature of the access token is not valid',
  audience: 'the access token is meant for another resource',
  expired: 'the access token has expired',
  not_yet_valid: 'the access token is not valid yet',
  lifetime: 'the lifetime of the access token is longer than this resource allows',
  claim: 'a claim of the access token is missing or malformed',
  sender_constraint: 'the access token is bound to a key whose possession was not proven',
  binding: 'the access token is bound to another key or certificate',
  unbound: 'the access token must be bound to a key or a certificate of the caller',
  encryption: 'the access token is not encrypted as this resource requires',
  decryption: 'the access token cannot be decrypted',
  inactive: 'the access token is not active',
  revoked: 'the access token was revoked',
  excess_scope: 'the access token carries more scope than this resource allows',
} as const;

export const SCOPE_DESCRIPTIONS = {
  scope: 'the access token lacks scope for this resource',
  principal: 'this resource does not accept tokens of this kind of caller',
  check: 'the access token does not meet a condition of this resource',
} as const;

export const AUTHENTICATION_DESCRIPTIONS = {
  acr: 'this resource requires another authentication of the user',
  auth_time: 'this resource requires a more recent authentication of the user',
} as const;

export const PROOF_DESCRIPTIONS = {
  proof_missing: 'the request must carry a DPoP proof',
  proof_repeated: 'the request must carry one DPoP header with one proof',
  proof_malformed: 'the DPoP proof is malformed',
  proof_typ: 'the typ of the DPoP proof must be dpop+jwt',
  proof_alg: 'the DPoP proof is signed with an algorithm that is not accepted',
  proof_key: 'the key in the DPoP proof is not usable',
  proof_signature: 'the signature of the DPoP proof is not valid',
  proof_claim: 'a claim of the DPoP proof is missing or malformed',
  proof_method: 'the DPoP proof is for another request method',
  proof_url: 'the DPoP proof is for another URL',
  proof_token: 'the DPoP proof is for another access token',
  proof_time: 'the DPoP proof was not created within the accepted time',
  proof_replayed: 'the DPoP proof was used before',
} as const;

/** Why no access token was found: the `reason` of a {@link MissingCredentialsError}. */
export type MissingCredentialsReason = 'missing_credentials' | 'unsupported_scheme';
/** Why a request is malformed: the `reason` of an {@link InvalidRequestError}. A closed union. */
export type InvalidRequestReason = keyof typeof REQUEST_DESCRIPTIONS;
/** Why an access token was refused: the `reason` of an {@link InvalidTokenError}. A closed union. */
export type InvalidTokenReason = keyof typeof TOKEN_DESCRIPTIONS;
/**
 * Why a valid access token is not sufficient: the `reason` of an {@link InsufficientScopeError}. A
 * closed union.
 */
export type InsufficientScopeReason = keyof typeof SCOPE_DESCRIPTIONS;
/**
 * Why the authentication of the user is not sufficient: the `reason` of an
 * {@link InsufficientUserAuthenticationError}, named after the claim that does not meet the requirement.
 * A closed union.
 */
export type InsufficientUserAuthenticationReason = keyof typeof AUTHENTICATION_DESCRIPTIONS;
/** Why a DPoP proof was refused: the `reason` of an {@link InvalidProofError}. A closed union. */
export type InvalidProofReason = keyof typeof PROOF_DESCRIPTIONS;
/**
 * Why a request has no certificate that may be trusted. A closed union.
 *
 * - `no_tls`: the connection is not TLS; a proxy in front of the server may terminate it
 * - `not_sent`: the client sent no certificate, or was not requested to, or the proxy set no header
 * - `untrusted_peer`: the sender of the request is not one of the peers that may set the header
 * - `repeated_header`: the header has several lines or values
 * - `malformed_header`: the header does not have the configured format
 */
export type MissingCertificateReason =
  'no_tls' | 'not_sent' | 'untrusted_peer' | 'repeated_header' | 'malformed_header';
/** Why a request was refused: the `reason` of a {@link ChallengeError}. A closed union. */
export type RefusalReason =
  | MissingCredentialsReason
  | InvalidRequestReason
  | InvalidTokenReason
  | InsufficientScopeReason
  | InsufficientUserAuthenticationReason
  | InvalidProofReason
  | 'nonce';
