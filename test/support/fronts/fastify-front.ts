/**
 * Fastify 5.
 *
 * @module
 */
import { text } from 'node:stream/consumers';
import cors from '@fastify/cors';
import {
  createResourceServer,
  type Guard,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/fastify';
import fastify, {
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { collect, type Declared, guardedRoutes } from './declaration.js';
import type { Front, FrontAnswer, FrontLayer, FrontRequest } from './front.js';

/** Fastify. */
export const FASTIFY_FRONT: Front = {
  name: 'Fastify',
  sharesResponse: true,
  joinsFieldLines: false,
  parsesBodiesFirst: false,
  sendsLengthToHead: true,
  createResourceServer: (options) => createResourceServer(options as ResourceServerOptions),
  serve: async (declare) => {
    const app = fastify();
    // Handlers read the body as it was sent.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => {
      done(null, payload);
    });
    const parts = collect(declare);
    for (const part of parts) await mount(part, app);
    for (const { methods, path, guards, handler } of guardedRoutes(parts)) {
      app.route({
        method: methods.filter((method) => method !== 'HEAD'), // which Fastify adds to GET
        url: path,
        onRequest: guards as Guard[], // of this front's resource server
        handler: async (request, reply) => send(await handler(view(request)), reply),
      });
    }
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const close = async (): Promise<void> => {
      app.server.closeAllConnections();
      await app.close();
    };
    return { url: new URL(url), close };
  },
};

async function mount(part: Declared, app: FastifyInstance): Promise<void> {
  switch (part.kind) {
    case 'metadata':
      await app.register(part.metadata as FastifyPluginCallback);
      break;
    case 'layer':
      addLayer(part.layer, app);
      break;
    case 'cors':
      await app.register(cors, {
        origin: [part.options.origin],
        exposedHeaders: [...part.options.exposed],
      });
      break;
    case 'refusals':
      app.setErrorHandler((part.api as ResourceServer).errorHandler());
      break;
    case 'error':
      app.setErrorHandler((error, _request, reply) => send(part.handler(error), reply));
      break;
    case 'express':
      throw new Error('Fastify has no part of Express');
  }
}

function addLayer(layer: FrontLayer, app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { fields, answer } = layer(view(request));
    for (const [name, value] of Object.entries(fields)) reply.header(name, value);
    if (answer) send(answer, reply);
    else done();
  });
}

/** Fastify adds a charset to the type of a string. */
function send(
  { status = 200, headers = {}, body }: FrontAnswer,
  reply: FastifyReply,
): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(body === undefined ? undefined : Buffer.from(body));
}

function view(request: FastifyRequest): FrontRequest {
  return {
    method: request.method,
    original: request,
    remotePort: request.socket.remotePort ?? 0,
    header: (name) => [request.headers[name]].flat()[0],
    text: () => text(request.raw),
  };
}
