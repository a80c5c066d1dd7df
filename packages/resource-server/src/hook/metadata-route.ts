/**
 * The route of a metadata document, which is public although the hooks of the application run for it.
 *
 * @module
 */
import type { MetadataDocument } from '../metadata/metadata-document.js';
import { showMetadata } from '../metadata/published-metadata.js';
import type { HookRequest } from './hook-exchange.js';

/** The name of the document in the `config` of its route. */
const DOCUMENT = Symbol('document');

/** Creates the `config` of a route that serves a document: the guards and the audit read it. */
export function createDocumentConfig(document: MetadataDocument): object {
  return showMetadata({ [DOCUMENT]: document }, document);
}

/** Whether the route of a request serves a document, and responds to the request. */
export function isForMetadata({ raw, routeOptions }: HookRequest): boolean {
  // The options of a route are created whenever they are read.
  if (raw.url?.includes('/.well-known/') !== true) return false;
  const config: { readonly [DOCUMENT]?: MetadataDocument } = routeOptions.config ?? {};
  return config[DOCUMENT]?.respond(raw.method, raw.url) !== undefined;
}
