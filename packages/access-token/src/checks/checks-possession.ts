/**
 * The checks of how a token is presented, without those of the proof.
 *
 * @module
 */
import type { Check } from './check.js';
import type { Confirmation } from '../claims/confirmation.js';
import { createFixes } from '../inspection/fix.js';
import type { ClaimsInspection } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';
import type { SenderConstraint } from '../options/possession-options.js';
import { assertCertificate, assertConstraint, assertScheme } from '../possession/possession.js';

/** The names of the checks of {@link POSSESSION_CHECKS}. */
export type PossessionCheckName = 'token_scheme' | 'required_binding' | 'certificate';

const BINDINGS: Readonly<Record<SenderConstraint, string>> = {
  dpop: 'a token that is bound to a key',
  mtls: 'a token that is bound to a certificate',
  any: 'a token that is bound to a key or a certificate',
};

/** In the order of verification; they follow those of the claims. */
export const POSSESSION_CHECKS: Readonly<Record<PossessionCheckName, Check>> = Object.freeze({
  token_scheme: {
    rfc: 'RFC 9449 §7.1',
    appliesTo: ({ binding }) => binding.isKnown,
    expected: ({ binding: { confirmation } }) =>
      confirmation?.jkt === undefined
        ? '"Bearer", because the token is not bound to a key'
        : '"DPoP", because the token is bound to a key',
    found: ({ presentation }) => formatValue(presentation.scheme),
    run: ({ binding: { confirmation }, presentation }) => {
      assertScheme(confirmation, presentation.scheme);
    },
    fixes: createFixes(
      ['client', 'send tokens with the "token_type" of the token response as the scheme'],
      ['authorization server', 'bind the tokens of clients that send a proof in the token request'],
    ),
  },
  required_binding: {
    rfc: 'RFC 9700 §2.2.1',
    appliesTo: (inspection) => inspection.binding.isKnown && listConstraints(inspection).length > 0,
    expected: (inspection) =>
      listConstraints(inspection)
        .map((constraint) => BINDINGS[constraint])
        .join(', and '),
    found: ({ binding: { confirmation } }) => describeBinding(confirmation),
    run: (inspection) => {
      for (const constraint of listConstraints(inspection)) {
        assertConstraint(inspection.binding.confirmation, constraint);
      }
    },
    fixes: createFixes(
      ['client', 'request a token with a DPoP proof (RFC 9449 §5), or over mutual TLS'],
      ['authorization server', 'issue bound tokens to this client'],
      ['resource server', 'change "senderConstraint" if bearer tokens are acceptable here'],
    ),
  },
  certificate: {
    rfc: 'RFC 8705 §3',
    appliesTo: ({ binding: { confirmation } }) => confirmation?.x5tS256 !== undefined,
    expected: ({ binding: { confirmation } }) =>
      `a certificate with the SHA-256 ${formatValue(confirmation?.x5tS256)}`,
    found: ({ presentation: { certificate } }) =>
      certificate === undefined
        ? 'no certificate'
        : `a certificate with the SHA-256 ${formatValue(certificate)}`,
    run: ({ binding: { confirmation }, presentation }) => {
      assertCertificate(presentation, confirmation?.x5tS256 ?? '');
    },
    fixes: createFixes(
      ['client', 'connect with the certificate that was used in the token request'],
      [
        'resource server',
        'make sure that "mtls.certificate" names the header of the proxy, or the socket without a proxy',
      ],
    ),
  },
});

/** Lists what the verifier and the route require. */
function listConstraints({
  possession,
  requirement,
}: ClaimsInspection): readonly SenderConstraint[] {
  const constraints = [possession.senderConstraint, requirement.senderConstraint];
  return [...new Set(constraints.filter((constraint) => constraint !== undefined))];
}

function describeBinding(confirmation: Confirmation | undefined): string {
  const { jkt, x5tS256 } = confirmation ?? {};
  const bindings = [
    ...(jkt === undefined ? [] : ['to a key']),
    ...(x5tS256 === undefined ? [] : ['to a certificate']),
  ];
  return bindings.length === 0 ? 'a bearer token' : `a token bound ${bindings.join(' and ')}`;
}
