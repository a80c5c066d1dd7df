/**
 * Serves protected resource metadata, as middleware.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { MetadataDocument } from '@scopegate/resource-server';
import { showMetadata } from '@scopegate/resource-server/internal';
import type { Middleware } from '../request/middleware.js';

/**
 * Creates the middleware that serves the document at the root of the application.
 *
 * @see RFC 9728 §3
 */
export function createMetadataEndpoint(document: MetadataDocument): Middleware {
  const protectedResourceMetadata: Middleware = (req, res, next) => {
    // The path of the document is relative to the host, not to the mount path.
    const { originalUrl } = req as IncomingMessage & { readonly originalUrl?: string };
    const response = document.respond(req.method, originalUrl ?? req.url);
    if (response === undefined) {
      next();
      return;
    }
    res.statusCode = response.status;
    for (const [name, value] of Object.entries(response.headers)) res.setHeader(name, value);
    res.end(response.body);
  };
  return showMetadata(protectedResourceMetadata, document);
}
