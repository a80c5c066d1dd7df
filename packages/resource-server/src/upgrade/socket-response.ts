/**
 * HTTP/1.1 responses on the sockets of upgrades, for which Node has no response object.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FormattedRefusal } from '../refusal/formatted-refusal.js';
import { REASON_PHRASES } from '../refusal/reason-phrases.js';
import { findPendingResponse } from '../request/pending-response.js';

/** How long a peer may take to close the connection after the response. */
const LINGER_MS = 2_000;

/**
 * Whether a response may be written to a socket: the peer is still there, and no response to an earlier
 * request on the connection is pending.
 */
export function isAvailable(socket: Duplex): boolean {
  return socket.writable && findPendingResponse(socket) === undefined;
}

/** Where a response goes. */
interface Upgrade {
  readonly req: Pick<IncomingMessage, 'method'>;
  readonly socket: Duplex;
}

/**
 * Writes one response and ends the socket; destroys the socket of a peer that is gone.
 *
 * @see RFC 9112 §4, §6.2, §9.6; RFC 9110 §9.3.2: a response to `HEAD` has no content
 */
export function endWithResponse({ req, socket }: Upgrade, response: FormattedRefusal): void {
  if (!isAvailable(socket)) {
    socket.destroy();
    return;
  }
  const head = formatHead(response);
  socket.end(req.method === 'HEAD' ? head : `${head}${response.body}`);
  // With unread octets the socket would be reset, and the end of the peer's data would go unnoticed.
  socket.resume();
  const deadline = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => {
    clearTimeout(deadline);
  });
}

function formatHead({ status, headers, body }: FormattedRefusal): string {
  const fields = {
    ...headers,
    Connection: 'close',
    'Content-Length': Buffer.byteLength(body),
    // RFC 9110 §6.6.1: an origin server with a clock must send it.
    Date: new Date().toUTCString(),
  };
  const lines = Object.entries(fields).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}`),
  );
  const statusLine = `HTTP/1.1 ${status} ${REASON_PHRASES[status] ?? ''}`;
  return `${[statusLine, ...lines].join('\r\n')}\r\n\r\n`;
}
