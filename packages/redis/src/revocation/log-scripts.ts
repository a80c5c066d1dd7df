/**
 * The keys and scripts of the revocation log.
 *
 * @module
 */
import { createScript, type Script } from '../connection/script.js';

/** The keys of one fleet. All have one hash slot. */
export interface LogKeys {
  /** The stream of sealed revocations. */
  readonly log: string;
  /** When data was lost last: exists for {@link MARK_MS} after it was noticed. */
  readonly loss: string;
  /** Held by the process that writes what the log has lost. */
  readonly seed: string;
  /** The number of the last poll of one process. */
  node(id: string): string;
}

/** Returns the keys of a fleet. */
export function createLogKeys(prefix: string): LogKeys {
  const place = `${prefix}:{v}`;
  return {
    log: `${place}:log`,
    loss: `${place}:loss`,
    seed: `${place}:seed`,
    node: (id) => `${place}:n:${id}`,
  };
}

/** How long the server keeps the number of a process that does not poll, and the mark of a loss. */
export const MARK_MS = 3_600_000;

/** KEYS log, node, loss. ARGV cursor, count, number of the poll, MARK_MS, retention. */
const readRest = `
local tail = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {
  before or '',
  tail[1] and tail[1][1] or '0-0',
  redis.call('GET', KEYS[3]) or '',
  redis.call('PTTL', KEYS[3]),
  redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
}`;

/**
 * Writes the number of this poll and returns the one before: a process whose number is gone or lower has lost
 * data. The number only grows, because a poll that was given up may be executed after a later one, by another
 * connection. The log does not expire while any process polls.
 */
export const POLL: Script = createScript(
  `local before = redis.call('GET', KEYS[2])
if before and #before < 16 and (tonumber(before) or 0) >= tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
else
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end${readRest}`,
);

/** The same without the number, which a server whose memory is full does not accept. */
export const POLL_FULL_SERVER: Script = createScript(
  `local before = redis.call('GET', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])${readRest}`,
);

/**
 * KEYS log. ARGV the first id to keep, retention, and sealed records. Returns their ids. One script, because a
 * log whose expiry was not extended would end before its last record.
 */
export const ADD: Script = createScript(`local ids = {}
for i = 3, #ARGV do
  ids[i - 2] = redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[1], '*', 'e', ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return ids`);
