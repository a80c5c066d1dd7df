/**
 * What a mounted metadata document says, for the route audit to hold against the routes.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import type { Middleware } from '../request/middleware.js';

/** The members of the document that the audit looks at, by their names on the wire. RFC 9728 §2. */
export interface PublishedMetadata {
  readonly resource: string;
  readonly scopes_supported: readonly string[] | undefined;
}

/** Middleware that serves a metadata document and shows what is in it. */
export interface MetadataMiddleware extends Middleware {
  readonly metadata: PublishedMetadata;
}

/** Known to every copy of this package, and to no application by accident. */
const PUBLISHED = Symbol.for('@scopegate/express.publishedMetadata');

/** Shows what a middleware publishes. */
export function showMetadata(
  middleware: Middleware,
  { resource, scopes_supported: scopes }: PublishedMetadata,
): MetadataMiddleware {
  const metadata = Object.freeze({
    resource,
    scopes_supported: scopes && Object.freeze([...scopes]),
  });
  return Object.freeze(Object.assign(middleware, { metadata, [PUBLISHED]: metadata }));
}

/** Finds what a handler publishes; `undefined` when it is not metadata middleware of this package. */
export function findMetadata(handler: object): PublishedMetadata | undefined {
  const metadata: unknown = Reflect.get(handler, PUBLISHED);
  if (!isPlainObject(metadata) || !Object.isFrozen(metadata)) return undefined;
  const { resource, scopes_supported: scopes } = metadata;
  if (typeof resource !== 'string') return undefined;
  if (scopes === undefined) return { resource, scopes_supported: undefined };
  if (!isTexts(scopes)) return undefined;
  return { resource, scopes_supported: scopes };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
