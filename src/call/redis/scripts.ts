/**
 * What is done in Redis itself, where nothing else happens meanwhile: a call is a hash of its epoch, its
 * owner and its text.
 *
 * The keys and arguments of each: the key of the call; its epoch, owner, text, and how long it is kept
 * in ms. https://redis.io/docs/latest/develop/programmability/eval-intro/
 */

const WRITE = `
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'owner', ARGV[2], 'call', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

/** Takes a call on, unless somebody has it in this epoch or a later one; who has it may say so twice. */
export const CLAIM: string = `
local there = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
local epoch = tonumber(there[1] or 0)
if epoch > tonumber(ARGV[1]) then return 0 end
if epoch == tonumber(ARGV[1]) and there[2] ~= ARGV[2] then return 0 end${WRITE}`;

/** Writes a call that is claimed in this epoch by this owner. */
export const PUT: string = `
local there = redis.call('HMGET', KEYS[1], 'epoch', 'owner')
if there[1] ~= ARGV[1] or there[2] ~= ARGV[2] then return 0 end${WRITE}`;

/**
 * Moves what is no call out of the way, unless it was written anew meanwhile. The keys are that of the
 * call and that of its new place, the arguments what was read, and how long it is kept in ms.
 */
export const ASIDE: string = `
if redis.call('HGET', KEYS[1], 'call') ~= ARGV[1] then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1`;
