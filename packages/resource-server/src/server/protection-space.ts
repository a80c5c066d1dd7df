/**
 * The protection space of a resource server.
 *
 * @module
 */
import type { ProtectionSpace } from '@scopegate/protocol';
import { createMetadataDocument, type MetadataDocument } from '../metadata/metadata-document.js';
import type { MetadataOptions } from '../metadata/metadata-options.js';
import type { ResolvedGuardOptions } from '../options.js';

/** Holds the protection space, which refers to the metadata document once that is served. */
export class ProtectionSpaceHolder {
  #current: ProtectionSpace;
  readonly #options: ResolvedGuardOptions;

  /** @param audiences - The first one is the default realm; without one, it is `api`. */
  constructor(options: ResolvedGuardOptions, audiences: readonly string[]) {
    this.#options = options;
    this.#current = { realm: options.realm ?? audiences[0] ?? 'api' };
  }

  /** The protection space as challenges describe it now. */
  get current(): ProtectionSpace {
    return this.#current;
  }

  /**
   * Creates the metadata document, and makes later challenges refer to it.
   *
   * @throws TypeError An option is unknown or out of range, or the resource identifier is missing.
   */
  publish(issuers: readonly string[], options: MetadataOptions): MetadataDocument {
    const { resource, scopes, credentials } = this.#options;
    if (resource === undefined) {
      throw new TypeError(
        'metadata() requires the option "resource" because no audience is an https URL',
      );
    }
    const document = createMetadataDocument({ resource, issuers, scopes, credentials }, options);
    const { realm } = this.#current;
    this.#current = { realm, resourceMetadata: document.url };
    return document;
  }
}
