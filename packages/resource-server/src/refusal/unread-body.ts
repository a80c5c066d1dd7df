/**
 * Refusals of requests whose bodies have not been read.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a client may continue to send a body after the response. */
const LINGER_MS = 5_000;

/** Responses whose end may wait for the body. */
const lingering = new WeakSet<ServerResponse>();

/**
 * Closes the connection after the response if an HTTP/1 request has a body that has not been read.
 *
 * A proxy may put a connection back into its pool although it has not sent the whole body. Node then
 * reads the next request on that connection as the rest of the body. HAProxy 2.6 does this when its
 * client resets an HTTP/2 stream. HTTP/2 resets streams, so its connections stay usable.
 *
 * `res.end()` then writes the whole response immediately, but ends it only when the client has sent the
 * body, or after 5 s. Otherwise the connection would be reset while the client is sending, and clients
 * that see the reset first do not read the response.
 *
 * @see RFC 9112 §9.3: a server that does not read the whole body must close the connection; §9.6
 */
export function closeAfterUnreadBody(res: ServerResponse): void {
  const { req } = res;
  if (res.headersSent || !hasUnreadBody(req)) return;
  res.setHeader('Connection', 'close');
  if (req.method === 'HEAD' || lingering.has(res)) return;
  lingering.add(res);
  delayEnd(res);
}

function delayEnd(res: ServerResponse): void {
  const { req } = res;
  // Later writes of the application may be ignored, but not this end.
  const end = res.end.bind(res);
  let isEnding = false;
  res.end = (...given: readonly unknown[]): ServerResponse => {
    if (isEnding) return res;
    if (!hasUnreadBody(req) || !isContent(given[0])) {
      Reflect.apply(end, res, given);
      return res;
    }
    sendContent(res, given);
    // Only now: after an error, the error handlers end the response.
    isEnding = true;
    // What follows the content would corrupt its framing.
    const write = res.write.bind(res);
    res.write = () => false;
    const ended = given.find((each) => typeof each === 'function');
    afterBody(req, () => {
      res.write = write;
      Reflect.apply(end, res, ended === undefined ? [] : [ended]);
    });
    return res;
  };
}

const STATUSES_WITHOUT_CONTENT = new Set([204, 304]);

/** @param given - The arguments of `end()`: the content and its encoding, if any, and a callback. */
function sendContent(res: ServerResponse, given: readonly unknown[]): void {
  const content = readContent(given);
  const isFramed = res.headersSent || res.hasHeader('Content-Length');
  if (
    !isFramed &&
    !res.hasHeader('Transfer-Encoding') &&
    !res.hasHeader('Trailer') &&
    !STATUSES_WITHOUT_CONTENT.has(res.statusCode)
  ) {
    res.setHeader('Content-Length', content.length);
  }
  if (content.length > 0) res.write(content);
  else res.flushHeaders();
}

function readContent([chunk, encoding]: readonly unknown[]): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return Buffer.alloc(0);
  const isEncoding = typeof encoding === 'string' && Buffer.isEncoding(encoding);
  return Buffer.from(chunk, isEncoding ? encoding : 'utf8');
}

/** Calls back once: when a body has been received, when its connection closes, or after 5 s. */
function afterBody(req: IncomingMessage, callback: () => void): void {
  const finish = (): void => {
    clearTimeout(timer);
    req.off('end', finish).off('close', finish);
    callback();
  };
  const timer = setTimeout(finish, LINGER_MS).unref();
  req.once('end', finish).once('close', finish);
  // Otherwise the application is reading the body.
  if (req.readableFlowing === null) req.resume();
  if (req.destroyed) finish();
}

/** @param req - `undefined` for responses that tests construct without a request. */
function hasUnreadBody(req: (IncomingMessage & { upgrade?: boolean }) | undefined): boolean {
  // After an upgrade, no body is read.
  if (req?.httpVersionMajor !== 1 || req.upgrade === true) return false;
  if (req.complete || req.readableEnded) return false;
  // A request without these fields has no body, although `complete` is `false` here. RFC 9112 §6.3.
  return 'transfer-encoding' in req.headers || Number(req.headers['content-length']) > 0;
}

/** Whether `end()` accepts its first argument; Node throws for any other. */
function isContent(chunk: unknown): boolean {
  const isAbsent = chunk === undefined || chunk === null || typeof chunk === 'function';
  return isAbsent || typeof chunk === 'string' || chunk instanceof Uint8Array;
}
