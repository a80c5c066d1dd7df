/**
 * Responses that ignore every later write.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';

/** Every method that throws or writes once headers are sent. */
const WRITERS = [
  'setHeader',
  'setHeaders',
  'appendHeader',
  'removeHeader',
  'writeHead',
  'flushHeaders',
  'write',
  'end',
  'addTrailers',
  'writeContinue',
  'writeProcessing',
  'writeEarlyHints',
] as const;

/**
 * Makes every later write to a response do nothing, instead of throwing where nothing catches it.
 *
 * Where middleware defers the answer, this begins when the answer has been sent, because the answer
 * needs these methods until then.
 */
export function silence(res: ServerResponse): void {
  if (res.headersSent) shadow(res);
  else for (const event of ['finish', 'close']) res.once(event, shadow.bind(undefined, res));
}

function shadow(res: ServerResponse): void {
  const value = (): ServerResponse => res;
  for (const name of WRITERS) {
    Object.defineProperty(res, name, { value, configurable: true, writable: true });
  }
}
