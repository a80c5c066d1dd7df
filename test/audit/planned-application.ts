/**
 * An application built from a plan, which reports what a request without a token reaches.
 *
 * @module
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createResourceServer } from '@scopegate/express';
import type { ErrorRequestHandler, Express, IRouter, RequestHandler } from 'express';
import type express5 from 'express';
import { SECRET_OPTIONS } from '../support/tokens.js';
import type { Mounting, Part, RouterOptions } from './application-plan.js';

/** What a request has reached. */
interface Delivery {
  /** Where a mark ran for it. */
  readonly marks: Set<object>;
  readonly reached: string[];
  status: number;
}

/** An application, and a way to send requests to it. */
export interface PlannedApplication {
  readonly app: Express;
  /** Sends a request without a token; resolves with the handlers it reached that no mark declares. */
  readonly send: (method: string, url: string) => Promise<Pick<Delivery, 'reached' | 'status'>>;
}

const api = createResourceServer(SECRET_OPTIONS);
const socket = new Socket();
const deliveries = new WeakMap<object, Delivery>();
const parser: RequestHandler = (_req, _res, next) => {
  next();
};
/** The scope of a mark that applies to every request. */
const EVERYWHERE = {};

const onError: ErrorRequestHandler = (_error, _req, res, next) => {
  if (res.writableEnded) next();
  res.statusCode = 500;
  res.end();
};

/** Builds an application that depends only on the plan. */
export function buildApplication(
  express: typeof express5,
  plan: readonly Mounting[],
): PlannedApplication {
  const app = express();
  new Builder(express).mountAll(app, plan, []);
  app.use((_req, res) => {
    res.statusCode = 404;
    res.end();
  });
  app.use(onError);
  return { app, send: (method, url) => send(app, method, url) };
}

class Builder {
  readonly #express: typeof express5;

  constructor(express: typeof express5) {
    this.#express = express;
  }

  /** @param outer - The routers around `target`: a mark mounted on one applies here. */
  mountAll(target: IRouter, plan: readonly Mounting[], outer: readonly object[]): void {
    const scopes = [...outer, target];
    for (const [index, mounting] of plan.entries()) {
      // The audit assumes that middleware right before a guard calls `next()`, as CORS and parsers do.
      const isPassing = takesNext(mounting) && isBeforeGuard(mounting, plan.slice(index + 1));
      if (isPassing) target.use(mounting.at as string, parser);
      else this.#mount(target, mounting, scopes);
    }
  }

  #mount(target: IRouter, mounting: Mounting, scopes: readonly object[]): void {
    if (mounting.kind === 'parser') target.use(parser);
    else if (mounting.kind === 'layer') {
      target.use(mounting.at as string, createPart(mounting.part, scopes, target));
    } else if (mounting.kind === 'endpoint') {
      const { at, shape } = mounting;
      // The audit assumes that middleware without a path calls `next()`, as parsers and loggers do.
      const paths = [at as unknown].flat(Infinity);
      const isRoot = paths.length > 0 && paths.every((path) => path === '/');
      const isParser = isRoot && (shape === 'three' || shape === 'wrapped');
      target.use(at as string, isParser ? parser : createEndpoint(shape, scopes));
    } else if (mounting.kind === 'route') this.#mountRoute(target, mounting, scopes);
    else {
      const { at, kind, options, inside, isGuarded, again } = mounting;
      const inner = kind === 'router' ? this.#express.Router(options) : this.#createApp(options);
      this.mountAll(inner, inside, scopes);
      if (isGuarded) target.use(at as string, api.requireAccessToken(), inner);
      else target.use(at as string, inner);
      if (again !== null) target.use(again as string, inner);
    }
  }

  #createApp({ caseSensitive, strict }: RouterOptions): Express {
    const app = this.#express();
    app.set('case sensitive routing', caseSensitive);
    app.set('strict routing', strict);
    return app;
  }

  #mountRoute(
    target: IRouter,
    { at, isChained, stacks }: Extract<Mounting, { kind: 'route' }>,
    outer: readonly object[],
  ): void {
    const chain = isChained ? target.route(at as string) : undefined;
    const shared = {};
    for (const { method, parts } of stacks) {
      const own = chain === undefined ? {} : shared;
      const isMarked = (chain === undefined ? [{ method, parts }] : stacks).some(
        (each) => (each.method === method || each.method === 'all') && each.parts.includes('mark'),
      );
      // A mark declares all handlers of its route, in any position.
      const scopes = [...outer, own, ...(isMarked ? [EVERYWHERE] : [])];
      const handlers = parts.map((part) => createPart(part, scopes, own));
      if (chain === undefined) target[method](at as string, ...handlers);
      else chain[method](...handlers);
    }
  }
}

type EndpointMounting = Extract<Mounting, { kind: 'endpoint' }>;

function takesNext(mounting: Mounting): mounting is EndpointMounting {
  return mounting.kind === 'endpoint' && ['three', 'wrapped'].includes(mounting.shape);
}

/** Whether a guard follows on the same path, with nothing else between them. */
function isBeforeGuard({ at }: EndpointMounting, following: readonly Mounting[]): boolean {
  for (const next of following) {
    if (next.kind === 'parser' || String(next.at) !== String(at)) return false;
    if ('isGuarded' in next) return next.isGuarded;
    if (next.kind === 'layer' && next.part === 'guard') return true;
    if (next.kind !== 'layer' && !takesNext(next)) return false;
  }
  return false;
}

/** @param scope - The router or the route of a mark. */
function createPart(part: Part, scopes: readonly object[], scope: object): RequestHandler {
  if (part === 'guard') return api.requireAccessToken();
  if (part === 'optional') return api.optionalAccessToken();
  if (part === 'mark') {
    const mark: RequestHandler = (req, _res, next) => {
      deliveries.get(req)?.marks.add(scope);
      next();
    };
    return Object.assign(mark, { publicReason: 'declared' });
  }
  const reach = reacher(part, scopes);
  if (part === 'passing') {
    return (req, _res, next) => {
      reach(req);
      next();
    };
  }
  if (part === 'three') return answerOfThree(reach);
  if (part === 'wrapped') {
    return (...args) => {
      reach(args[0]);
      args[1].end();
    };
  }
  return (req, res) => {
    reach(req);
    res.end();
  };
}

function createEndpoint(
  shape: Extract<Mounting, { kind: 'endpoint' }>['shape'],
  scopes: readonly object[],
): RequestHandler {
  const reach = reacher(`use: ${shape}`, scopes);
  if (shape === 'three') return answerOfThree(reach);
  if (shape === 'wrapped') return createPart('wrapped', scopes, {});
  const answer: RequestHandler = (req, res) => {
    reach(req);
    res.end();
  };
  if (shape === 'metadata') return Object.assign(answer, { metadata: { resource: 'users' } });
  if (shape === 'two') return answer;
  return Object.defineProperty(answer, 'name', { value: shape });
}

function answerOfThree(reach: (req: object) => void): RequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the number of parameters matters
  return (req, res, _next) => {
    reach(req);
    res.end();
  };
}

/** Records that a handler ran, unless a mark before it declares it public. */
function reacher(name: string, scopes: readonly object[]): (req: object) => void {
  return (req) => {
    const delivery = deliveries.get(req);
    if (delivery === undefined || scopes.some((scope) => delivery.marks.has(scope))) return;
    delivery.reached.push(name);
  };
}

async function send(app: Express, method: string, url: string): Promise<Delivery> {
  const req = new IncomingMessage(socket);
  Object.assign(req, { method, url });
  const res = new ServerResponse(req);
  const delivery: Delivery = { marks: new Set<object>([EVERYWHERE]), reached: [], status: 0 };
  deliveries.set(req, delivery);
  await new Promise<void>((resolve) => {
    res.end = () => {
      resolve();
      return res;
    };
    app(req as never, res as never);
  });
  delivery.status = res.statusCode;
  return delivery;
}
