/**
 * What the tokens of a route must be bound to, and the schemes under which they are sent.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { type ProvableBindings, resolveSenderConstraint } from '@scopegate/access-token/internal';
import type { AuthScheme } from '@scopegate/protocol';
import { invalidOption } from '@scopegate/protocol/internal';

/** How a resource server accepts bound tokens. */
export interface BindingPolicy {
  /** The bindings whose proof it checks. */
  readonly provable: ProvableBindings;
  /** What every token must be bound to; `undefined` when tokens need not be bound. */
  readonly senderConstraint: SenderConstraint | undefined;
}

/** The policy of a resource server that accepts no bound tokens. */
export const NO_BINDINGS: BindingPolicy = Object.freeze({
  provable: Object.freeze({ dpop: false, mtls: false }),
  senderConstraint: undefined,
});

/**
 * Resolves the `senderConstraint` of a route.
 *
 * @returns That of the resource server if the route has none.
 * @throws TypeError It is unknown, needs an option that is not set, or is looser than that of the
 *   resource server.
 */
export function resolveRouteConstraint(
  value: unknown,
  { provable, senderConstraint }: BindingPolicy,
): SenderConstraint | undefined {
  const own = resolveSenderConstraint(value, provable);
  if (own === undefined) return senderConstraint;
  if (senderConstraint === undefined || senderConstraint === 'any') return own;
  if (own === senderConstraint) return own;
  throw invalidOption(
    'senderConstraint',
    `must be "${senderConstraint}", as for the resource server, because a route cannot accept more; omit it`,
  );
}

/** The schemes under which a route accepts tokens. */
export interface AcceptedSchemes {
  readonly bearer: boolean;
  readonly dpop: boolean;
}

/**
 * Finds the schemes under which tokens can meet a constraint. Tokens that are bound to a certificate have
 * the scheme `Bearer`, unless they are bound to a key, too. RFC 8705 §3, RFC 9449 §7.1.
 */
export function findAcceptedSchemes(
  constraint: SenderConstraint | undefined,
  { dpop, mtls }: ProvableBindings,
): AcceptedSchemes {
  const needsKey = constraint === 'dpop' || (constraint === 'any' && !mtls);
  return { bearer: !needsKey, dpop };
}

/**
 * Lists the schemes that challenges offer.
 *
 * A route whose tokens must be bound to a certificate offers `DPoP` only to a caller that has used it.
 *
 * @param used - The scheme that the request used.
 */
export function listOfferedSchemes(
  constraint: SenderConstraint | undefined,
  provable: ProvableBindings,
  used: AuthScheme | undefined,
): readonly AuthScheme[] {
  const { bearer, dpop } = findAcceptedSchemes(constraint, provable);
  if (!bearer) return ['DPoP'];
  return dpop && (constraint !== 'mtls' || used === 'DPoP') ? ['Bearer', 'DPoP'] : ['Bearer'];
}

/** Combines the constraints of guards: the last one that names a binding counts for challenges. */
export function combineConstraints(
  earlier: SenderConstraint | undefined,
  later: SenderConstraint | undefined,
): SenderConstraint | undefined {
  return later === undefined || (later === 'any' && earlier !== undefined) ? earlier : later;
}
