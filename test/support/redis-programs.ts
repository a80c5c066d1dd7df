/**
 * The programs and packages that tests with a real server need, by their names in reports.
 *
 * @module
 */

/** What is missing where neither Redis nor Valkey is installed. */
export const REDIS_SERVER = 'redis-server or valkey-server';

/** What is missing where the native part of glide does not load. */
export const GLIDE = '@valkey/valkey-glide';

/** How to provide them. */
export const NOT_RUN_FIXES: Readonly<Record<string, string>> = {
  [REDIS_SERVER]:
    'run apt-get install redis-server or brew install valkey, or set SCOPEGATE_REDIS_SERVER to the ' +
    'paths of servers, separated by commas (Redis 7.0 or Valkey 7.2, or later)',
  [GLIDE]: 'run npm install without --omit=optional',
};
