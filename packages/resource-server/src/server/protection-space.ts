/**
 * The protection space of a resource server.
 *
 * @module
 */
import type { SenderConstraint } from '@scopegate/access-token';
import { provableBindings, type VerifierInternals } from '@scopegate/access-token/internal';
import type { AuthScheme, ProtectionSpace } from '@scopegate/protocol';
import { createMetadataDocument, type MetadataDocument } from '../metadata/metadata-document.js';
import type { MetadataOptions } from '../metadata/metadata-options.js';
import type { ResolvedGuardOptions } from '../options.js';
import { listOfferedSchemes } from '../sender-constraint.js';

/** The parts of a verifier that challenges and the metadata document describe. */
type DescribedVerifier = Pick<
  VerifierInternals<unknown>,
  'issuers' | 'audiences' | 'possession' | 'currentNonce'
>;

/** Holds the protection space, which refers to the metadata document once that is served. */
export class ProtectionSpaceHolder {
  #current: ProtectionSpace;
  readonly #options: ResolvedGuardOptions;
  readonly #verifier: DescribedVerifier;

  /** @param verifier - Its first audience is the default realm; without one, it is `api`. */
  constructor(options: ResolvedGuardOptions, verifier: DescribedVerifier) {
    this.#options = options;
    this.#verifier = verifier;
    this.#current = { realm: options.realm ?? verifier.audiences[0] ?? 'api' };
  }

  /**
   * Returns the protection space as challenges describe it now.
   *
   * @param constraint - What the tokens of the route must be bound to; by default, what the resource
   *   server demands.
   * @param used - The scheme that the request used.
   */
  describe(
    constraint: SenderConstraint | undefined = this.#verifier.possession.senderConstraint,
    used?: AuthScheme,
  ): ProtectionSpace {
    const { possession, currentNonce } = this.#verifier;
    if (possession.dpop === undefined) return this.#current;
    return {
      ...this.#current,
      schemes: listOfferedSchemes(constraint, provableBindings(possession), used),
      dpopAlgorithms: possession.dpop.algorithms,
      dpopNonce: currentNonce(),
    };
  }

  /**
   * Creates the metadata document, and makes later challenges refer to it.
   *
   * @throws TypeError An option is unknown or out of range, or the resource identifier is missing.
   */
  publish(options: MetadataOptions): MetadataDocument {
    const { resource, scopes, credentials } = this.#options;
    const { issuers, possession } = this.#verifier;
    if (resource === undefined) {
      throw new TypeError(
        'metadata() requires the option "resource" because no audience is an https URL',
      );
    }
    const facts = {
      resource,
      issuers,
      scopes,
      credentials,
      dpopAlgorithms: possession.dpop?.algorithms,
      senderConstraint: possession.senderConstraint,
    };
    const document = createMetadataDocument(facts, options);
    const { realm } = this.#current;
    this.#current = { realm, resourceMetadata: document.url };
    return document;
  }
}
