import { createRequire } from 'node:module';
import express5 from 'express';
import { describe, expect, it } from 'vitest';
import { readStack } from './express-layer.js';
import { findMountedApplication, findRouter } from './mounted-application.js';

const express4 = createRequire(import.meta.url)('express4') as typeof express5;

describe.each([
  ['4', express4],
  ['5', express5],
])('findMountedApplication on Express %s', (_version, express) => {
  function mounted(handler: unknown): unknown {
    const app = express();
    app.use('/in', handler as express5.RequestHandler);
    const layer = readStack(findRouter(app as never))?.at(-1);
    return layer && findMountedApplication(layer);
  }

  it('finds the application behind the function that Express mounts for it', () => {
    const inner = express();
    inner.get('/', (_req, res) => {
      res.end();
    });
    expect(mounted(inner)).toBe(inner);
  });

  it('finds no application behind a router or middleware', () => {
    expect(mounted(express.Router())).toBeUndefined();
    expect(mounted(() => undefined)).toBeUndefined();
  });

  it.each<[string, (req: Record<string, unknown>) => void]>([
    [
      'throws',
      () => {
        throw new Error('not a request');
      },
    ],
    ['sets no prototype', () => undefined],
    [
      'sets another prototype',
      (req) => {
        Object.setPrototypeOf(req, { app: {} });
      },
    ],
    [
      'removes the prototype',
      (req) => {
        Object.setPrototypeOf(req, null);
      },
    ],
  ])('finds no application behind a function that only has the name and %s', (_what, handle) => {
    const mounted_app = (req: Record<string, unknown>): void => {
      handle(req);
    };
    Object.defineProperty(mounted_app, 'name', { value: 'mounted_app' });
    expect(mounted(mounted_app)).toBeUndefined();
  });
});
