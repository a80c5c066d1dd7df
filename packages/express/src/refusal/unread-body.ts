/**
 * Refusals of requests whose bodies have not been read.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a client may continue to send a body after the response. */
const LINGER_MS = 5_000;

/**
 * Announces that the connection closes if an HTTP/1 request has a body that has not been read.
 *
 * A proxy may put a connection back into its pool although it has not sent the whole body. Node then
 * reads the next request on that connection as the rest of the body. HAProxy 2.6 does this when its
 * client resets an HTTP/2 stream. HTTP/2 resets streams, so its connections stay usable.
 *
 * @see RFC 9112 §9.3: a server that does not read the whole body must close the connection
 */
export function closeAfterUnreadBody(res: ServerResponse): void {
  if (!res.headersSent && hasUnreadBody(res.req)) res.setHeader('Connection', 'close');
}

/**
 * Ends a response. If the body of the request has not been read, the response is written at once, but
 * ends only when the client has sent the body, or after 5 s. Otherwise the connection would be reset
 * while the client is sending, and clients that see the reset first do not read the response.
 *
 * @param body - The whole content; `Content-Length` must be set.
 * @see RFC 9112 §9.6
 */
export function endResponse(res: ServerResponse, body: string): void {
  const { req } = res;
  if (!hasUnreadBody(req) || req.method === 'HEAD') {
    res.end(body);
    return;
  }
  // Later writes of the application may be ignored, but not this end.
  const end = res.end.bind(res);
  res.write(body);
  const timer = setTimeout(end, LINGER_MS).unref();
  req.once('close', () => {
    clearTimeout(timer);
    end();
  });
  req.once('end', end);
  // Otherwise the application is reading the body.
  if (req.readableFlowing === null) req.resume();
}

/** @param req - `undefined` for responses that tests construct without a request. */
function hasUnreadBody(req: (IncomingMessage & { upgrade?: boolean }) | undefined): boolean {
  // After an upgrade, no body is read.
  if (req?.httpVersionMajor !== 1 || req.upgrade === true) return false;
  if (req.complete || req.readableEnded) return false;
  // Without one of these fields there is no body, although `complete` is `false` here. RFC 9112 §6.3.
  return 'transfer-encoding' in req.headers || Number(req.headers['content-length']) > 0;
}
