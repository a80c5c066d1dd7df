import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Router } from 'express';
import { declaredByRegExp } from './express4-path.js';

const require = createRequire(import.meta.url);
const express4 = require('express4') as { Router: () => Router };

interface Express4Layer {
  readonly regexp: RegExp;
  readonly keys: readonly { readonly name: string | number }[];
}

/** The layer that Express 4 creates for a mount path. */
function mount(path: string | RegExp | readonly string[]): Express4Layer {
  const router = express4.Router();
  router.use(path as string, (_req, _res, next) => {
    next();
  });
  return router.stack[0] as unknown as Express4Layer;
}

function read(path: string | RegExp | readonly string[]): readonly (string | RegExp)[] {
  const { regexp, keys } = mount(path);
  return declaredByRegExp(
    regexp,
    keys.map(({ name }) => String(name)),
  );
}

describe('declaredByRegExp', () => {
  it.each([
    ['/'],
    ['/v1'],
    ['/v1/sales'],
    ['/v1/:tenant'],
    ['/v1/:tenant/sales/:id'],
    ['/v1/:tenant?'],
    ['/v1/*'],
    ['/v1.2/a-b_c~d'],
  ])('recovers %s', (path) => {
    expect(read(path)).toEqual([path]);
  });

  it('recovers an array of paths', () => {
    expect(read(['/v1', '/v2/:id', '/'])).toEqual(['/v1', '/v2/:id', '/']);
  });

  it('drops a slash at the end, which Express ignores', () => {
    expect(read('/v1/')).toEqual(['/v1']);
  });

  it.each([[/^\/v1/], [/^\/v(1|2)\/?(?=\/|$)/i], [/v1/]])(
    'returns the declared expression %s as it is',
    (path) => {
      expect(read(path)).toEqual([path]);
    },
  );

  it.each(['/v1/:id(\\d+)', '/ab?c', '/a(b)'])(
    'returns the expression of %s, which cannot be recovered',
    (path) => {
      expect(read(path)).toEqual([mount(path).regexp]);
    },
  );
});
