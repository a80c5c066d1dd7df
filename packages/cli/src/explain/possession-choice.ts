/**
 * The options for bound tokens of the verifier that the command creates.
 *
 * @module
 */
import type { DpopOptions, PossessionOptions, SenderConstraint } from '@scopegate/access-token';
import type { PresentationInput } from './presentation-input.js';
import type { Trust } from './trust-options.js';

/** The options of the command that decide which bindings are accepted. */
export interface PossessionInput extends Pick<PresentationInput, 'proof' | 'scheme'> {
  /** The URL under which clients call the API; can be repeated. */
  readonly publicUrl?: readonly string[] | undefined;
  /** What a route requires tokens to be bound to. */
  readonly senderConstraint?: SenderConstraint | undefined;
}

/**
 * Creates the options. Every binding is accepted whose proof can be checked, because it is not known
 * what the API accepts. For proofs that is the case where the public URL of the API is known.
 */
export function createPossessionOptions(
  input: PossessionInput,
  trust: Trust,
): Pick<PossessionOptions, 'dpop' | 'mtls'> {
  return { dpop: createDpop(input, trust), mtls: { certificate: 'socket' } };
}

function createDpop(
  { publicUrl, proof, scheme, senderConstraint }: PossessionInput,
  trust: Trust,
): true | DpopOptions | undefined {
  if (publicUrl !== undefined) return { publicUrl };
  const isNeeded = proof !== undefined || scheme === 'DPoP' || senderConstraint === 'dpop';
  // The URL defaults to the origin of such an audience.
  return isNeeded || listAudiences(trust).some((audience) => /^https:/i.test(audience))
    ? true
    : undefined;
}

/** The verifier checks the types of the options. */
function listAudiences(trust: Trust): readonly string[] {
  const { issuers } = trust;
  const entries: readonly unknown[] = Array.isArray(issuers) ? issuers : [];
  return [trust, ...entries]
    .flatMap((entry) => {
      const { audience, audienceClaim = 'aud' } = entry as Readonly<Record<string, unknown>>;
      // An audience that is a client id is not a URL of the API.
      return audienceClaim === 'aud' ? audience : [];
    })
    .filter((audience) => typeof audience === 'string');
}
