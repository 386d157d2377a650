/**
 * Compare and set: writes where the value is still the one that was seen, to the byte, or where there is still none.
 * Else it tells what is there now.
 *
 * Somebody near to Redis could win every time against somebody far away. So whoever has lost often may go first: until
 * their next write, or for a second, everybody else loses. It is precedence and no lock: nothing depends on it but whose
 * turn it is.
 *
 * KEYS: the value, the index of all keys, who goes first.
 * ARGV: what was seen ("": nothing), what is to be there ("": nothing), for how many ms ("": for ever), the key's name in
 * the index, who asks, whether they would go first ("1").
 * Returns { won, what is there, whether who asks goes first }.
 */
export const SWAP = `
local now = redis.call("GET", KEYS[1])
local first = redis.call("GET", KEYS[3])
if (now or "") ~= ARGV[1] or (first and first ~= ARGV[5]) then
  if ARGV[6] == "1" and not first then
    redis.call("SET", KEYS[3], ARGV[5], "PX", 1000)
    first = ARGV[5]
  end
  return { 0, now, first == ARGV[5] and 1 or 0 }
end
if first then redis.call("DEL", KEYS[3]) end
if ARGV[2] == "" then
  redis.call("DEL", KEYS[1])
  redis.call("ZREM", KEYS[2], ARGV[4])
else
  if ARGV[3] == "" then redis.call("SET", KEYS[1], ARGV[2])
  else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) end
  redis.call("ZADD", KEYS[2], 0, ARGV[4])
end
return { 1 }
`;

/**
 * Takes out of the index what Redis has let go of since.
 *
 * KEYS: the index, then values. ARGV: the names of those in the index.
 */
export const FORGET = `
for i, name in ipairs(ARGV) do
  if redis.call("EXISTS", KEYS[i + 1]) == 0 then redis.call("ZREM", KEYS[1], name) end
end
`;
