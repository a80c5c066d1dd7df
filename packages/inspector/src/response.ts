/**
 * What every response of the inspector has in common.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import { closeAfterUnreadBody } from '@scopegate/resource-server/internal';

/** A response with a body. */
export interface Answer {
  readonly status: number;
  /** The media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** No response may be cached, framed, embedded or read by another origin. */
const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store, no-transform',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The policy of responses that are not pages: nothing in them is ever run or shown. */
const DATA_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Writes the header of a response. The answer's own header fields replace the common ones. */
export function writeHeader(
  res: ServerResponse,
  { status, type, headers }: Omit<Answer, 'body'>,
): void {
  res.statusCode = status;
  const fields = { ...COMMON_HEADERS, 'Content-Security-Policy': DATA_POLICY, ...headers };
  for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
  res.setHeader('Content-Type', type);
}

/**
 * Sends a response; without its body if the method is HEAD. Nothing is sent where something else has responded,
 * such as a timeout of the application.
 */
export function send(res: ServerResponse, answer: Answer): void {
  if (res.headersSent) return;
  closeAfterUnreadBody(res);
  writeHeader(res, answer);
  res.setHeader('Content-Length', Buffer.byteLength(answer.body));
  res.end(res.req.method === 'HEAD' ? undefined : answer.body);
}

/** Creates a response with JSON. Members that are `undefined` are left out. */
export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/**
 * Creates a response that refuses a request.
 *
 * @param error - What must hold, and what to do.
 */
export function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { ...jsonAnswer({ error }, status), headers };
}
