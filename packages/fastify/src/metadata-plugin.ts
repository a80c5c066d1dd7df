/**
 * Serves protected resource metadata, as a plugin.
 *
 * @module
 */
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { MetadataDocument } from '@scopegate/resource-server';

/** The routes that serve a document have it in their `config`. */
const DOCUMENT = Symbol('@scopegate/fastify.document');
const documents = new WeakSet<object>();

/** Creates the plugin that serves a document at the root of the host. RFC 9728 §3. */
export function createMetadataPlugin(document: MetadataDocument): FastifyPluginCallback {
  documents.add(document);
  // In the router, a colon begins a parameter, and paths are decoded except for reserved characters.
  const url = decodeURI(new URL(document.url).pathname).replaceAll(':', '::');
  const respond = (request: FastifyRequest, reply: FastifyReply): void => {
    const response = document.respond(request.method, request.url);
    if (response === undefined) {
      reply.callNotFound();
      return;
    }
    const body = response.body === '' ? undefined : Buffer.from(response.body);
    void reply.code(response.status).headers(response.headers).send(body);
  };
  const plugin: FastifyPluginCallback = (instance, _options, done) => {
    const root = findRoot(instance);
    root.route({
      method: root.supportedMethods,
      url,
      exposeHeadRoute: false,
      config: { [DOCUMENT]: document },
      onRequest: respond, // before Fastify reads the body
      handler: respond,
    });
    done();
  };
  return fastifyPlugin(plugin, { fastify: '5.x', name: '@scopegate/fastify' });
}

/** Whether a request is for a metadata document, which is public: hooks of the root run for it, too. */
export function isForMetadata(request: FastifyRequest): boolean {
  if (!request.url.includes('/.well-known/')) return false;
  const document: unknown = Reflect.get(request.routeOptions.config, DOCUMENT);
  return isDocument(document) && document.respond(request.method, request.url) !== undefined;
}

function isDocument(value: unknown): value is MetadataDocument {
  return typeof value === 'object' && value !== null && documents.has(value);
}

/** The instances of plugins inherit from that of the application; only its routes have no prefix. */
function findRoot(instance: FastifyInstance): FastifyInstance {
  const parent: unknown = Object.getPrototypeOf(instance);
  return isInstance(parent) ? findRoot(parent) : instance;
}

function isInstance(value: unknown): value is FastifyInstance {
  return typeof value === 'object' && value !== null && 'supportedMethods' in value;
}
