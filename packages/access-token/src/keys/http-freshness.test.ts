import { describe, expect, it } from 'vitest';
import { readFreshness } from './http-freshness.js';

const NOW = Date.UTC(2030, 0, 1);
const AT = (seconds: number): string => new Date(NOW + seconds * 1000).toUTCString();

function lifetimeOf(headers: Record<string, string>): number | undefined {
  const { lifetimeMs } = readFreshness(new Headers(headers), NOW);
  return lifetimeMs === undefined ? undefined : lifetimeMs / 1000;
}

describe('readFreshness › lifetime', () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'cache-control': 'max-age=300' }, 300],
    [{ 'cache-control': 'public, max-age=300, immutable' }, 300],
    [{ 'cache-control': 'MAX-AGE=300' }, 300],
    [{ 'cache-control': ' max-age = 300 ' }, 300],
    [{ 'cache-control': 'max-age="300"' }, 300],
    [{ 'cache-control': 'max-age=0' }, 0],
    [{ 'cache-control': 'max-age=300, max-age=1' }, 300],
    [{ 'cache-control': 'public' }, undefined],
    [{ 'cache-control': '' }, undefined],
    [{ 'cache-control': ',,' }, undefined],
    [{ 'cache-control': 'x-max-age=300' }, undefined],
  ])('is that of max-age: %j', (headers, seconds) => {
    expect(lifetimeOf(headers)).toBe(seconds);
  });

  it.each(['-1', '', 'soon', '1.5', '0x10', '1e3', '9'.repeat(16)])(
    'is zero when max-age cannot be read: %j',
    (maxAge) => {
      expect(lifetimeOf({ 'cache-control': `max-age=${maxAge}` })).toBe(0);
    },
  );

  it('is zero when max-age has no value', () => {
    expect(lifetimeOf({ 'cache-control': 'max-age' })).toBe(0);
  });

  it.each(['no-store', 'no-cache', 'No-Store', 'no-cache="set-cookie"', 'max-age=300, no-store'])(
    'is zero: %s',
    (directive) => {
      expect(lifetimeOf({ 'cache-control': directive })).toBe(0);
    },
  );

  it.each<[Record<string, string>, number]>([
    [{ expires: AT(300) }, 300],
    [{ expires: AT(300), date: AT(100) }, 200],
    [{ expires: AT(300), date: 'now' }, 300],
    [{ expires: AT(-300) }, -300],
    [{ expires: 'never' }, 0],
    [{ expires: '' }, 0],
    [{ expires: AT(300), 'cache-control': 'max-age=60' }, 60],
    [{ expires: AT(300), 'cache-control': 'public' }, 300],
  ])('is that of Expires when there is no max-age: %j', (headers, seconds) => {
    expect(lifetimeOf(headers)).toBe(seconds);
  });

  it.each(['0', '-1'])('is over when Expires is %s', (expires) => {
    expect(lifetimeOf({ expires })).toBeLessThanOrEqual(0);
  });

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'cache-control': 'max-age=300', age: '100' }, 200],
    [{ 'cache-control': 'max-age=300', age: '400' }, -100],
    [{ 'cache-control': 'max-age=300', age: 'old' }, 300],
    [{ 'cache-control': 'max-age=300', age: '-1' }, 300],
    [{ expires: AT(300), age: '100' }, 200],
    [{ age: '100' }, undefined],
  ])('is shorter by the Age: %j', (headers, seconds) => {
    expect(lifetimeOf(headers)).toBe(seconds);
  });
});

describe('readFreshness › must-revalidate', () => {
  it.each([
    ['max-age=60, must-revalidate', 60],
    ['no-cache, no-store, must-revalidate', 0],
    ['must-revalidate', undefined],
  ])('does not change the lifetime: %j', (directives, seconds) => {
    expect(lifetimeOf({ 'cache-control': directives })).toBe(seconds);
  });
});
