/**
 * Mistakes in the binding of a token, and in how a bound token is sent.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { createFixes } from '../inspection/fix.js';
import { type Inspection, readClaim } from '../inspection/inspection.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link POSSESSION_MISTAKES}. */
export type PossessionCause =
  | 'dpop_not_enabled'
  | 'mtls_not_enabled'
  | 'malformed_thumbprint'
  | 'token_bound_sent_as_bearer'
  | 'bearer_token_sent_as_dpop'
  | 'no_client_certificate';

const IGNORE =
  'if a gateway has checked the proof of possession, set "dangerouslyIgnoreSenderConstraint"';

/** In the order in which they are reported. */
export const POSSESSION_MISTAKES: Readonly<Record<PossessionCause, KnownMistake<PossessionCause>>> =
  {
    dpop_not_enabled: {
      checks: ['sender_constraint'],
      findEvidence: (inspection) =>
        readThumbprint(inspection, 'jkt') === undefined || inspection.policy.provable.dpop
          ? undefined
          : 'the token is bound to a key, but the option "dpop" of the resource server is not set',
      fixes: createFixes(
        ['resource server', 'set "dpop" to accept tokens with a proof of their key'],
        ['resource server', IGNORE],
        ['authorization server', 'issue plain bearer tokens for this API, without DPoP'],
      ),
    },
    mtls_not_enabled: {
      checks: ['sender_constraint'],
      findEvidence: (inspection) =>
        readThumbprint(inspection, 'x5t#S256') === undefined || inspection.policy.provable.mtls
          ? undefined
          : 'the token is bound to a certificate, but the option "mtls" of the resource server is not set',
      fixes: createFixes(
        ['resource server', 'set "mtls" to accept tokens over connections with their certificate'],
        ['resource server', IGNORE],
        ['authorization server', 'issue plain bearer tokens for this API, without mutual TLS'],
      ),
    },
    malformed_thumbprint: {
      checks: ['sender_constraint'],
      findEvidence: (inspection) => {
        const faults = ['jkt', 'x5t#S256'].flatMap((name) => {
          const fault = findEncodingFault(readThumbprint(inspection, name));
          return fault === undefined ? [] : [`"${name}" is ${fault}`];
        });
        return faults.length === 0
          ? undefined
          : `${faults.join(', and ')}, instead of a SHA-256 in base64url without padding`;
      },
      fixes: createFixes([
        'authorization server',
        'issue thumbprints as the 43 characters of a SHA-256 in base64url; "x5t#S256" is that of the DER (RFC 8705 §3.1)',
      ]),
    },
    token_bound_sent_as_bearer: {
      checks: ['token_scheme'],
      findEvidence: ({ presentation: { scheme, proofs } }) => {
        if (scheme !== 'Bearer') return undefined;
        const proof = proofs.length === 0 ? 'without a proof' : 'although with a proof';
        return `the token is bound to a key, but it was sent with the scheme "Bearer", ${proof}`;
      },
      fixes: createFixes([
        'client',
        'send "Authorization: DPoP <token>", and a proof for this request in the field "DPoP"',
      ]),
    },
    bearer_token_sent_as_dpop: {
      checks: ['token_scheme'],
      findEvidence: ({ presentation: { scheme } }) =>
        scheme === 'DPoP'
          ? 'the token is not bound to a key, but it was sent with the scheme "DPoP"'
          : undefined,
      fixes: createFixes(
        ['client', 'send a proof in the token request, and check that the "token_type" is "DPoP"'],
        ['authorization server', 'enable DPoP for this client'],
      ),
    },
    no_client_certificate: {
      checks: ['certificate'],
      findEvidence: ({ presentation: { certificate } }) =>
        certificate === undefined
          ? 'the token is bound to a certificate, but it was presented without one'
          : undefined,
      fixes: createFixes(
        ['client', 'connect with the certificate that was used in the token request'],
        [
          'resource server',
          'behind a proxy, make sure that it sets the header of "mtls.certificate", and that "from" lists its address',
        ],
      ),
    },
  };

function readThumbprint(inspection: Inspection, name: string): string | undefined {
  const cnf = readClaim(inspection, 'cnf');
  const thumbprint = isPlainObject(cnf) && Object.hasOwn(cnf, name) ? cnf[name] : undefined;
  return typeof thumbprint === 'string' ? thumbprint : undefined;
}

/** By the length and the characters of the encodings. */
const ENCODING_FAULTS: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/^[\da-f]{64}$/i, 'a SHA-256 in hexadecimal'],
  [/^[\da-f]{2}(?::[\da-f]{2}){31}$/i, 'a SHA-256 in hexadecimal with colons'],
  [/^[\da-f]{40}$/i, 'a SHA-1 in hexadecimal'],
  [/^[\da-f]{2}(?::[\da-f]{2}){19}$/i, 'a SHA-1 in hexadecimal with colons'],
  [/^[-\w+/]{27}=?$/, 'a SHA-1 in base64'],
  [/^[-\w+/]{43}=$/, 'padded with "="'],
  [/^[-\w+/]{43}$/, 'a SHA-256 in base64'],
  [/^[-\w]{86}(?:==)?$/, 'the base64url of a SHA-256 in hexadecimal'],
];
const CANONICAL = /^[-\w]{43}$/;

function findEncodingFault(thumbprint: string | undefined): string | undefined {
  if (thumbprint === undefined || CANONICAL.test(thumbprint)) return undefined;
  return ENCODING_FAULTS.find(([pattern]) => pattern.test(thumbprint))?.[1];
}
