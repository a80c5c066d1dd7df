/**
 * Serves protected resource metadata, as a plugin.
 *
 * @module
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { MetadataDocument } from '@scopegate/resource-server';
import { createDocumentConfig } from '@scopegate/resource-server/internal';

/** Creates the plugin that serves a document at the root of the host. RFC 9728 §3. */
export function createMetadataPlugin(document: MetadataDocument): FastifyPluginAsync {
  const respond = (request: FastifyRequest, reply: FastifyReply): void => {
    const response = document.respond(request.method, request.url);
    if (response === undefined) {
      reply.callNotFound();
      return;
    }
    const { status, headers, body } = response;
    reply.code(status).headers(headers);
    void reply.send(body === '' ? undefined : Buffer.from(body));
  };
  const addRoute = (root: FastifyInstance): void => {
    root.route({
      method: root.supportedMethods,
      url: new URL(document.url).pathname.split('/').map(formatSegment).join('/'),
      config: createDocumentConfig(document),
      onRequest: respond, // before the body is read
      handler: respond,
    });
  };
  // Fastify does not catch what plugins throw, but handles rejections.
  const plugin: FastifyPluginAsync = (instance) =>
    new Promise((resolve) => {
      addRoute(findRoot(instance));
      resolve();
    });
  return fastifyPlugin(plugin, { fastify: '5.x', name: '@scopegate/fastify' });
}

/**
 * Writes a segment of a path in the grammar of the router, which compares decoded segments. A parameter
 * matches what it cannot express; then the document compares the whole path.
 */
function formatSegment(segment: string, index: number): string {
  const decoded = decodeURI(segment);
  return /[%*]/.test(decoded) ? `:segment${index}` : decoded.replaceAll(':', '::');
}

/** Finds the application of a plugin's instance: its routes have no prefix. Instances inherit from it. */
function findRoot(instance: FastifyInstance): FastifyInstance {
  const parent: unknown = Object.getPrototypeOf(instance);
  return isInstance(parent) ? findRoot(parent) : instance;
}

function isInstance(value: unknown): value is FastifyInstance {
  return typeof value === 'object' && value !== null && 'supportedMethods' in value;
}
