import { createRequire } from 'node:module';
import express5 from 'express';
import { describe, expect, it } from 'vitest';
import { readStack } from './express-layer.js';

const express4 = createRequire(import.meta.url)('express4') as typeof express5;
const handler: express5.RequestHandler = (_req, res) => {
  res.end();
};

describe.each([
  ['4', express4],
  ['5', express5],
])('readStack on Express %s', (_version, express) => {
  it('reads routes and middleware, in order', () => {
    const router = express.Router();
    router.use('/files', handler);
    router.get(['/a', '/b'], handler);
    router.all('/c', handler);
    const rows = readStack(router)?.map(({ name, paths, route }) => [
      name,
      paths,
      route?.handlers.map(({ method }) => method),
    ]);
    expect(rows).toEqual([
      ['handler', ['/files'], undefined],
      [expect.any(String), ['/a', '/b'], ['GET']],
      [expect.any(String), ['/c'], [undefined]],
    ]);
  });

  it('matches as Express does, and nothing that cannot be decoded', () => {
    const router = express.Router();
    router.use('/t/:tenant', handler);
    const [layer] = readStack(router) ?? [];
    expect(layer?.match('/t/a/b')).toBe('/t/a');
    expect(layer?.match('/u')).toBeUndefined();
    expect(layer?.match('/t/%zz')).toBeUndefined();
  });
});

describe('readStack', () => {
  it.each<[string, unknown]>([
    ['a value without members', undefined],
    [
      'a function with a stack, but without handle()',
      Object.assign(() => undefined, { stack: [] }),
    ],
    ['a stack that is not an array', { handle: () => undefined, stack: {} }],
    ['an entry that is not a layer', { handle: () => undefined, stack: [{}] }],
  ])('returns undefined for %s', (_what, value) => {
    expect(readStack(value)).toBeUndefined();
  });
});
