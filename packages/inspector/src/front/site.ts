/**
 * What is behind every address of the page.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiContext, ApiExchange } from '../api/api-context.js';
import { respondToApi } from '../api/api.js';
import { type AccessKind, type Assets, PAGE_PATH } from '../assets.js';
import { isNavigation, refuseCrossSite } from '../gate/local-request.js';
import { type Answer, refusal, send } from '../response.js';

/** The page and its API. */
export interface Site {
  readonly assets: Assets;
  readonly api: ApiContext;
  /** Whether the inspector is closed. */
  readonly isClosed: () => boolean;
}

/** How requests to an address are let in. */
export interface Entrance {
  readonly kind: AccessKind;
  /** Calls `next` for a request that may read data; otherwise it responds itself, or lets it fail. */
  readonly authorize: (visit: Visit, next: () => void) => void;
  readonly isExplainOn: boolean;
  readonly streamEndsAfterMs: number | undefined;
}

/** A request, and its path below the address of the page. */
export interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  /** Passes an error of the protection on to the application. */
  readonly fail: (error: unknown) => void;
}

/** Finds the path below the address of the page, without the query. */
export function pathOf(url: string | undefined): string {
  return (url ?? '/').replace(/[?#].*$/s, '').replace(/^\//, '');
}

const API = 'api/';

/** Responds to a request. The files are public, because the package is; the data is not. */
export function respond(site: Site, entrance: Entrance, visit: Visit): void {
  const { req, res, path } = visit;
  const refused = refuse(site, entrance, visit);
  if (refused !== undefined) {
    send(res, refused);
    return;
  }
  if (!path.startsWith(API)) {
    sendAsset(site, entrance, visit);
    return;
  }
  const { isExplainOn, streamEndsAfterMs } = entrance;
  const exchange: ApiExchange = { req, res, isExplainOn, streamEndsAfterMs };
  entrance.authorize(visit, () => {
    // The inspector may have been closed while a guard waited.
    if (site.isClosed()) send(res, closed());
    else void respondToApi(path.slice(API.length), exchange, site.api);
  });
}

function refuse(site: Site, { kind }: Entrance, { req, path }: Visit): Answer | undefined {
  if (site.isClosed()) return closed();
  // Links and logins on other sites lead to a mounted page, which contains no data itself.
  if (kind !== 'key' && path === PAGE_PATH && isNavigation(req)) return undefined;
  return refuseCrossSite(req);
}

function closed(): Answer {
  return refusal(503, 'the inspector is closed', { Connection: 'close' });
}

function sendAsset({ assets }: Site, { kind }: Entrance, { req, res, path }: Visit): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    send(res, refusal(405, 'the method must be GET or HEAD', { Allow: 'GET, HEAD' }));
    return;
  }
  send(res, assets.find(path, kind) ?? refusal(404, 'the path is unknown'));
}
