/**
 * The contents of a mounted metadata document, which the route audit compares with the routes.
 *
 * @module
 */
import { isPlainObject, isStringArray } from '@scopegate/protocol/internal';

/** The members of the document that the audit reads. RFC 9728 §2. */
export interface PublishedMetadata {
  readonly resource: string;
  readonly scopes_supported: readonly string[] | undefined;
}

/** A registered symbol is the same in every copy of this package, and hardly used by accident. */
const PUBLISHED = Symbol.for('@scopegate/resource-server.publishedMetadata');

/** Adds the metadata that a handler serves to the handler itself. */
export function showMetadata<Handler extends object>(
  handler: Handler,
  { resource, scopes_supported: scopes }: PublishedMetadata,
): Handler & { readonly metadata: PublishedMetadata } {
  const metadata = Object.freeze({
    resource,
    scopes_supported: scopes && Object.freeze([...scopes]),
  });
  return Object.freeze(Object.assign(handler, { metadata, [PUBLISHED]: metadata }));
}

/** Finds the metadata that a handler serves; `undefined` when it serves none. */
export function findMetadata(handler: object): PublishedMetadata | undefined {
  const metadata: unknown = Reflect.get(handler, PUBLISHED);
  if (!isPlainObject(metadata) || !Object.isFrozen(metadata)) return undefined;
  const { resource, scopes_supported: scopes } = metadata;
  if (typeof resource !== 'string') return undefined;
  if (scopes === undefined) return { resource, scopes_supported: undefined };
  if (!isStringArray(scopes)) return undefined;
  return { resource, scopes_supported: scopes };
}
