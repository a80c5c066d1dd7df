/**
 * The reply to a poll of the revocation log.
 *
 * @module
 */
import { readArray, readInteger, readText } from '../connection/reply.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { readStreamId } from './stream-id.js';

/** An entry of the stream. */
export interface LogEntry {
  readonly id: string;
  /** `undefined` if it has no such field, so that this fleet has not written it. */
  readonly sealed: string | undefined;
}

/** What one poll has returned, checked. */
export interface LogReply {
  /** The number of the last poll of this process; `undefined` if the server does not know one. */
  readonly before: number | undefined;
  /** The id of the last entry. */
  readonly tail: string;
  /** When data was lost last; `undefined` if it was not, or long ago. */
  readonly loss: { readonly id: string; readonly remainingMs: number } | undefined;
  /** The entries after the cursor. */
  readonly entries: readonly LogEntry[];
}

/**
 * Reads the reply to a poll.
 *
 * @throws StoreUnavailableError It has another shape: `reply`.
 */
export function readLogReply(reply: unknown): LogReply {
  const [before, tail, loss, lossTtl, entries, ...others] = readArray(reply);
  if (others.length > 0) throw new StoreUnavailableError('reply');
  const lossId = readText(loss);
  return {
    before: readText(before) === '' ? undefined : readInteger(before),
    tail: readStreamId(tail),
    loss: lossId === '' ? undefined : { id: lossId, remainingMs: readInteger(lossTtl) },
    entries: readArray(entries).map(readEntry),
  };
}

function readEntry(entry: unknown): LogEntry {
  const [id, fields] = readArray(entry);
  const [name, sealed] = readArray(fields);
  return { id: readStreamId(id), sealed: readText(name) === 'e' ? readText(sealed) : undefined };
}
