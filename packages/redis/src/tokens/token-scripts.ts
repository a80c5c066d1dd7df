/**
 * The scripts with which processes share tokens.
 *
 * Each token has two keys: the sealed token, and the lease. The lease contains its owner while a process
 * requests a token, and {@link BACK_OFF} or {@link ALONE} for a time afterwards if it has none to share.
 *
 * @module
 */
import { createScript, type Script } from '../connection/script.js';

/** No process should send a token request now. */
export const BACK_OFF = '!back-off';
/** Every process sends its own token requests now. */
export const ALONE = '!alone';
/** Replaces the beginning of an entry when no stored token is wanted. */
export const ANY = '*';
/** The number of characters of a token's digest, with which its entry begins. */
export const DIGEST_LENGTH = 11;

/**
 * Reads the token, or takes the lease.
 *
 * A client may send a command again when the connection is lost before the reply. The owner is an id of
 * this turn, so the second execution finds the lease of the first.
 *
 * Keys: token, lease. Arguments: owner, lifetime of the lease, beginning of the entry that is not wanted (the
 * digest of a token, or a whole entry), shortest useful lifetime of a token; in milliseconds.
 */
export const TURN: Script = createScript(`
local token = redis.call('GET', KEYS[1])
local unwanted = ARGV[3]
local is_unwanted = unwanted ~= '' and token and string.sub(token, 1, #unwanted) == unwanted
if token and unwanted ~= '${ANY}' and not is_unwanted then
  local left = redis.call('PTTL', KEYS[1])
  if left >= tonumber(ARGV[4]) then return { 'token', token, left } end
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return { 'lease' } end
local owner = redis.call('GET', KEYS[2])
if owner == ARGV[1] then return { 'lease' } end
local left = redis.call('PTTL', KEYS[2])
if owner == '${BACK_OFF}' then return { 'back-off', left } end
if owner == '${ALONE}' then return { 'alone', left } end
return { 'wait', left }
`);

/**
 * Prolongs the lease. Does nothing, and returns 0, when another process may hold it.
 *
 * Keys: token, lease. Arguments: owner, lifetime of the lease.
 */
export const EXTEND: Script = createScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`);

/**
 * Stores the token and ends the lease. Does nothing, and returns 0, when another process may hold the lease.
 *
 * A server that was suspended executes commands late, but the token must not be stored for longer than it
 * lives. The lifetime of the token is therefore counted from when the lease was confirmed last. The lifetime
 * that the lease has left shows how much time has passed on the server since.
 *
 * Keys: token, lease. Arguments: owner, lifetime of a new lease, entry, lifetime of the token when the lease
 * was confirmed last.
 */
export const FULFILL: Script = createScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local passed = tonumber(ARGV[2]) - redis.call('PTTL', KEYS[2])
local left = tonumber(ARGV[4]) - passed
if left >= 1 then redis.call('SET', KEYS[1], ARGV[3], 'PX', string.format('%.0f', left)) end
redis.call('DEL', KEYS[2])
return 1
`);

/**
 * Ends the lease without a token. Does nothing, and returns 0, when another process may hold it.
 *
 * Keys: token, lease. Arguments: owner, what replaces it, for how long.
 */
export const RELEASE: Script = createScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`);
