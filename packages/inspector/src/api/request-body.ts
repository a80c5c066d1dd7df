/**
 * Bodies of requests to the API.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from '../response.js';

/** The largest body, in bytes. Access tokens are far shorter. */
const MOST_BYTES = 32 * 1024;

/** A parsed body, or the response to one that is not accepted. */
export type ReadBody =
  { readonly value: unknown; readonly refused?: undefined } | { readonly refused: Answer };

/** Reads a body of JSON, or takes the one that the application has parsed. */
export async function readJsonBody(
  req: IncomingMessage & { readonly body?: unknown },
): Promise<ReadBody> {
  // A form can be sent by any web site without asking first; JSON cannot.
  if (!/^application\/json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '')) {
    return { refused: refusal(415, 'the Content-Type must be application/json') };
  }
  if (req.body !== undefined && req.readableEnded) return checkSize(req.body);
  const text = await readText(req);
  if (text === undefined) {
    // Its sender reads the response only once it has sent everything.
    req.resume();
    return { refused: tooLarge() };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { refused: refusal(400, 'the body must be JSON') };
  }
}

function checkSize(value: unknown): ReadBody {
  const isTooLarge = Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES;
  return isTooLarge ? { refused: tooLarge() } : { value };
}

/** Reads a body; `undefined` if it is too large. The rest is left to the caller. */
async function readText(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer; // no encoding is set
    size += bytes.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): Answer {
  return refusal(413, 'the body must have at most 32 KiB');
}
