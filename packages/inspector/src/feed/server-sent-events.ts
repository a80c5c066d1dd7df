/**
 * Messages of an event stream.
 *
 * @module
 */

/** A comment, which keeps the connection open and lets a dead one be found. */
export const PING = ': ping\n\n';

/** Formats a message of a `text/event-stream`. JSON contains no line breaks, so its data is one line. */
export function formatMessage(event: string, data: unknown, id?: string): string {
  const name = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${event}\n${name}data: ${JSON.stringify(data)}\n\n`;
}
