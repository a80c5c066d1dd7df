/**
 * Writes responses to a socket, correctly or with a connection fault.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import { type AnyFault, DRIP_INTERVAL_MS } from '../fault.js';
import type { HttpAnswer } from './http-answer.js';

/** A response to send. */
export interface Delivery {
  readonly answer: HttpAnswer;
  /** The fault to apply; only connection faults have an effect here. */
  readonly fault?: AnyFault | undefined;
}

/** Writes a response. */
export function deliverAnswer(response: ServerResponse, { answer, fault }: Delivery): void {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'down') {
    response.destroy();
    return;
  }
  writeHead(response, answer);
  if (fault?.kind === 'slow') drip(response, answer.body, fault.intervalMs ?? DRIP_INTERVAL_MS);
  else if (fault?.kind === 'cut') cut(response, answer.body);
  else if (fault?.kind === 'huge') endWithoutLength(response, answer.body);
  else response.end(answer.body);
}

function writeHead(response: ServerResponse, { status, headers }: HttpAnswer): void {
  // `Date` comes from the issuer's clock. A keep-alive connection would outlast the start of an outage.
  response.sendDate = false;
  response.shouldKeepAlive = false;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function drip(response: ServerResponse, body: string, intervalMs: number): void {
  const octets = Buffer.from(body);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    if (sent < octets.length) {
      response.write(octets.subarray(sent - 1, sent));
      return;
    }
    clearInterval(timer);
    response.end(octets.subarray(sent - 1));
  }, intervalMs);
  response.once('close', () => {
    clearInterval(timer);
  });
  response.setHeader('content-length', octets.length);
  response.flushHeaders();
}

function cut(response: ServerResponse, body: string): void {
  const half = body.slice(0, Math.ceil(body.length / 2));
  response.setHeader('content-length', Buffer.byteLength(body));
  response.write(half, () => response.destroy());
}

// Without Content-Length a client must count the bytes itself.
function endWithoutLength(response: ServerResponse, body: string): void {
  response.flushHeaders();
  response.end(body);
}
