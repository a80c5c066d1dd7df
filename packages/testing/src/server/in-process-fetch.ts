/**
 * A `fetch` that reaches a single issuer, in this process and without a socket.
 *
 * @module
 */
import type { Delivery } from './answer-delivery.js';
import { DRIP_INTERVAL_MS } from '../fault.js';
import type { HttpRequest } from './http-answer.js';
import { type IssuerAddress, requestPath } from './issuer-endpoints.js';

/** A `fetch`, and functions that begin and end an outage. */
export interface InProcessFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Begins an outage: aborts pending requests and rejects new ones. */
  readonly stop: () => void;
  /** Ends the outage. */
  readonly start: () => void;
}

/** The body of a response, as the fault requires. */
type BodySource = ReadableStream<Uint8Array> | string | null;

/**
 * Creates a `fetch` whose requests are handled in this process.
 *
 * It rejects as `fetch` does when a connection fails or a signal aborts. It does not follow redirects.
 *
 * @param address - The issuer; requests to another origin reject, except those for its JWKS.
 */
export function createInProcessFetch(
  address: Pick<IssuerAddress, 'issuer' | 'jwksUri'>,
  respond: (request: HttpRequest) => Promise<Delivery>,
): InProcessFetch {
  let outage = new AbortController();
  const issuer = new URL(address.issuer);
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const isElsewhere = url.origin !== issuer.origin;
      if (isElsewhere && `${url.origin}${url.pathname}` !== address.jwksUri) {
        throw failure(`this fetch reaches only ${placesOf(address)}`);
      }
      const ended = AbortSignal.any([request.signal, outage.signal]);
      ended.throwIfAborted();
      const delivery = await respond(await readRequest(request, requestPath(url, issuer)));
      return deliver(delivery, request, ended);
    },
    stop() {
      outage.abort(failure('the test issuer is stopped'));
    },
    start() {
      if (outage.signal.aborted) outage = new AbortController();
    },
  };
}

/** Creates the error with which `fetch` rejects when a connection fails. */
function failure(reason: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(reason) });
}

function placesOf({ issuer, jwksUri }: Pick<IssuerAddress, 'issuer' | 'jwksUri'>): string {
  const { origin } = new URL(issuer);
  return new URL(jwksUri).origin === origin ? origin : `${origin} and ${jwksUri}`;
}

async function readRequest(request: Request, path: string): Promise<HttpRequest> {
  return {
    method: request.method,
    path,
    hasQuery: request.url.includes('?'),
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  };
}

async function deliver(
  { answer, fault }: Delivery,
  request: Request,
  ended: AbortSignal,
): Promise<Response> {
  if (fault?.kind === 'hang') await endOf(ended);
  ended.throwIfAborted();
  if (fault?.kind === 'down') throw failure('the connection was destroyed');
  const isRedirect = answer.status >= 300 && answer.status < 400 && answer.status !== 304;
  if (isRedirect && request.redirect !== 'manual') {
    throw failure('this fetch does not follow redirects; set redirect: "manual"');
  }
  const headers = new Headers(answer.headers);
  if (fault?.kind !== 'huge') {
    headers.set('content-length', String(Buffer.byteLength(answer.body)));
  }
  return new Response(bodyOf({ answer, fault }, request, ended), {
    status: answer.status,
    headers,
  });
}

function endOf(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    ended.addEventListener('abort', () => {
      resolve();
    });
    if (ended.aborted) resolve();
  });
}

function bodyOf({ answer, fault }: Delivery, request: Request, ended: AbortSignal): BodySource {
  if (request.method === 'HEAD' || [204, 205, 304].includes(answer.status)) return null;
  const octets = Buffer.from(answer.body);
  if (fault?.kind === 'slow') return drip(octets, fault.intervalMs ?? DRIP_INTERVAL_MS, ended);
  return fault?.kind === 'cut' ? cut(octets) : answer.body;
}

function drip(octets: Buffer, intervalMs: number, ended: AbortSignal): ReadableStream<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      ended.addEventListener('abort', () => {
        clearInterval(timer);
        controller.error(ended.reason);
      });
      timer = setInterval(() => {
        controller.enqueue(octets.subarray(sent, sent + 1));
        sent += 1;
        if (sent < octets.length) return;
        clearInterval(timer);
        controller.close();
      }, intervalMs);
    },
    cancel() {
      clearInterval(timer);
    },
  });
}

function cut(octets: Buffer): ReadableStream<Uint8Array> {
  const half = octets.subarray(0, Math.ceil(octets.length / 2));
  let isSent = false;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) controller.error(new TypeError('terminated'));
      else controller.enqueue(half);
      isSent = true;
    },
  });
}
