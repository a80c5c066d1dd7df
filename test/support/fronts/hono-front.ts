/**
 * Hono on Node.js, with the guards as the README of the package for web standards mounts them.
 *
 * @module
 */
import type { Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import {
  createResourceServer,
  type Guard,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/web';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { guard } from '../../integration/web/hono-app.js';
import { closeServer, listen } from '../listen.js';
import { collect, type Declared, guardedRoutes } from './declaration.js';
import type { Front } from './front.js';
import { toResponse, viewWeb } from './web-route.js';

interface Env {
  readonly Bindings: HttpBindings;
}
type Metadata = (request: Request) => Response | undefined;

/** Hono. */
export const HONO_FRONT: Front = {
  name: 'Hono',
  sharesResponse: false,
  joinsFieldLines: true,
  parsesBodiesFirst: false,
  sendsLengthToHead: false,
  createResourceServer: (options) => createResourceServer(options as ResourceServerOptions),
  serve: async (declare) => {
    const app = new Hono<Env>();
    const parts = collect(declare);
    for (const part of parts) mount(part, app);
    for (const { methods, path, guards, handler } of guardedRoutes(parts)) {
      const middleware: MiddlewareHandler<Env>[] = (guards as readonly Guard[]).map(guard);
      app.on(
        methods.filter((method) => method !== 'HEAD'),
        [path],
        ...middleware,
        async (c) =>
          toResponse(await handler(viewWeb(c.req.raw, c.env.incoming.socket.remotePort ?? 0))),
      );
    }
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    return { url: await listen(server), close: () => closeServer(server) };
  },
};

function mount(part: Declared, app: Hono<Env>): void {
  switch (part.kind) {
    case 'metadata': {
      const document = part.metadata as Metadata;
      app.use(async (c, next) => document(c.req.raw) ?? next());
      break;
    }
    case 'cors':
      app.use(cors({ origin: [part.options.origin], exposeHeaders: [...part.options.exposed] }));
      break;
    case 'refusals': {
      const { respondTo } = part.api as ResourceServer;
      app.onError(async (error, c) => {
        const response = await respondTo(error, c.req.raw);
        if (response === undefined) throw error;
        return response;
      });
      break;
    }
    case 'error':
      app.onError((error) => toResponse(part.handler(error)));
      break;
    case 'layer':
    case 'express':
      throw new Error(`Hono has no part of kind ${part.kind}`);
  }
}
