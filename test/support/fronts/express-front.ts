/**
 * Express 4 and 5.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  createResourceServer,
  type Guard,
  type Middleware,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopegate/express';
import cors from 'cors';
import type { Application, ErrorRequestHandler, RequestHandler } from 'express';
import { type Express, EXPRESS_VERSIONS } from '../express-versions.js';
import { closeServer, listen } from '../listen.js';
import { collect, type Declared } from './declaration.js';
import type { Front, FrontAnswer, FrontHandler, FrontLayer, FrontRequest } from './front.js';

/** Express 4 and Express 5. */
export const EXPRESS_FRONTS: readonly Front[] = EXPRESS_VERSIONS.map(({ version, express }) => ({
  name: `Express ${version}`,
  sharesResponse: true,
  joinsFieldLines: false,
  parsesBodiesFirst: true,
  sendsLengthToHead: true,
  createResourceServer: (options) => createResourceServer(options as ResourceServerOptions),
  serve: async (declare) => {
    const app = express().disable('x-powered-by');
    for (const part of collect(declare)) mount(part, app, express);
    const server = createServer(app);
    return { url: await listen(server), close: () => closeServer(server) };
  },
}));

function mount(part: Declared, app: Application, express: Express): void {
  switch (part.kind) {
    case 'route': {
      const guards = part.guards as readonly Guard[]; // of this front's resource server
      const methods = part.methods.filter((method) => method !== 'HEAD'); // which GET includes
      for (const method of methods) {
        app[LOWER_CASE[method]](part.path, ...guards, answering(part.handler));
      }
      break;
    }
    case 'guard':
      app.use(part.path, part.guard as Guard);
      break;
    case 'metadata':
      app.use(part.metadata as Middleware);
      break;
    case 'layer':
      app.use(layering(part.layer));
      break;
    case 'cors':
      app.use(cors({ origin: [part.options.origin], exposedHeaders: [...part.options.exposed] }));
      break;
    case 'refusals':
      app.use((part.api as ResourceServer).errorHandler());
      break;
    case 'error':
      app.use(catching(part.handler));
      break;
    case 'express':
      part.mount(app, express);
  }
}

const LOWER_CASE = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
  OPTIONS: 'options',
} as const;

/** Express 4 passes only what is thrown to its error handlers, not what an async function throws. */
function answering(handler: FrontHandler): RequestHandler {
  return (req, res, next) => {
    const answer = async (): Promise<void> => {
      send(await handler(view(req)), res);
    };
    answer().catch(next);
  };
}

function layering(layer: FrontLayer): RequestHandler {
  return (req, res, next) => {
    const { fields, answer } = layer(view(req));
    for (const [name, value] of Object.entries(fields)) {
      res.setHeader(name, typeof value === 'string' ? value : [...value]);
    }
    if (answer) send(answer, res);
    else next();
  };
}

function catching(handler: (error: unknown) => FrontAnswer): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) next(error);
    else send(handler(error), res);
  };
}

function send({ status = 200, headers = {}, body = '' }: FrontAnswer, res: ServerResponse): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

function view(req: IncomingMessage): FrontRequest {
  return {
    method: req.method ?? '',
    original: req,
    remotePort: req.socket.remotePort ?? 0,
    header: (name) => [req.headers[name]].flat()[0],
    text: () => text(req),
  };
}
