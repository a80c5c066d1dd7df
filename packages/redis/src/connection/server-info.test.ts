import { describe, expect, it } from 'vitest';
import { parseServerInfo } from './server-info.js';

const REDIS = '# Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nmaxmemory:0\r\n';

describe('parseServerInfo', () => {
  it('reads the version of Redis', () => {
    expect(parseServerInfo(REDIS)).toStrictEqual({
      software: 'redis',
      version: [7, 0],
      mayEvict: false,
      evicted: 0,
    });
  });

  it('reads the version of Valkey, which reports one of Redis too', () => {
    const text = 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0-rc1\r\n';
    expect(parseServerInfo(text)).toMatchObject({ software: 'valkey', version: [8, 1] });
  });

  it.each([
    ['0', 'allkeys-lru', false],
    ['100', 'allkeys-lru', true],
    ['100', 'volatile-ttl', true],
    ['100', 'noeviction', false],
    ['0', 'noeviction', false],
  ])('reads maxmemory %s and the policy %s', (maxmemory, policy, mayEvict) => {
    const text = `redis_version:7.0.0\nmaxmemory:${maxmemory}\nmaxmemory_policy:${policy}\nevicted_keys:12`;
    expect(parseServerInfo(text)).toMatchObject({ mayEvict, evicted: 12 });
  });

  it('assumes that a server that does not report its policy may evict', () => {
    expect(parseServerInfo('redis_version:7.0.0')).toMatchObject({ mayEvict: true });
  });

  it.each(['', 'redis_version:', 'redis_version:unknown', '# redis_version:7.0.0', 'OK'])(
    'rejects %j',
    (text) => {
      let error: unknown;
      try {
        parseServerInfo(text);
      } catch (caught) {
        error = caught;
      }
      expect(error).toMatchObject({ failure: 'reply' });
    },
  );
});
