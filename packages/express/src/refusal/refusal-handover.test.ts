/* eslint-disable @typescript-eslint/no-unused-vars -- the number of parameters matters */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { runInNewContext } from 'node:vm';
import { InvalidTokenError } from '@scopegate/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Next } from '../request/middleware.js';
import { type RefusalHandler, sendRefusal } from './refusal-response.js';
import { handOver, isHandedOn } from './refusal-handover.js';
import { settle } from '../../../../test/support/settle.js';

const refusal = new InvalidTokenError('expired');
const failure = new Error('the handler broke');

interface Outcome {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly nexts: unknown[][];
}

function hand(onRefusal: RefusalHandler, statusCode = 200): Outcome {
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  res.statusCode = statusCode;
  const nexts: unknown[][] = [];
  const next: Next = (...given) => nexts.push(given);
  handOver(onRefusal, refusal, { req, res, next });
  return { req, res, nexts };
}

function isDefault(res: ServerResponse): boolean {
  return (
    res.writableEnded &&
    res.statusCode === 401 &&
    res.getHeader('content-type') === 'application/problem+json'
  );
}

describe('handOver', () => {
  let unhandled: unknown[];
  const note = (error: unknown): void => {
    unhandled.push(error);
  };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    unhandled = [];
    process.on('unhandledRejection', note);
  });

  afterEach(async () => {
    await settle();
    vi.useRealTimers();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it.each<[string, RefusalHandler]>([
    ['nothing', () => undefined],
    ['a number, as push does', (error) => [].push(error as never)],
    ['false', (_error, _req) => false],
    ['an object with a member then', () => ({ then: 'later' })],
  ])('answers synchronously when a handler without res and next returns %s', (_what, onRefusal) => {
    const { res, nexts } = hand(onRefusal);
    expect([isDefault(res), nexts]).toEqual([true, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, () => unknown]>([
    ['a promise', () => Promise.resolve()],
    ['a promise from another realm', (): unknown => runInNewContext('Promise.resolve()')],
    ['a thenable', () => ({ then: (done: () => void) => void setImmediate(done) })],
    ['a function with then', () => Object.assign(() => 0, { then: (done: () => void) => { done(); } })], // prettier-ignore
  ])('answers when %s resolves without an answer', async (_what, make) => {
    const { res, nexts } = hand(make);
    expect(res.headersSent).toBe(false);
    await settle();
    await settle();
    expect([isDefault(res), nexts]).toEqual([true, []]);
  });

  it.each<[string, RefusalHandler]>([
    ['never settles', () => new Promise(() => undefined)],
    ['may answer in a callback and does not', (_error, _req, _res) => undefined],
    [
      'begins an answer and does not end it',
      (...given) => {
        given[2].statusCode = 418;
      },
    ],
    [
      'begins an answer, settles and does not end it',
      async (_error, _req, res) => {
        res.statusCode = 418;
        await Promise.resolve();
      },
    ],
  ])('answers after ten seconds when a handler %s', async (_what, onRefusal) => {
    const { res, nexts } = hand(onRefusal);
    await settle();
    vi.advanceTimersByTime(9_999);
    expect(res.headersSent).toBe(false);
    vi.advanceTimersByTime(1);
    expect([isDefault(res), nexts]).toEqual([true, []]);
  });

  it.each<[string, RefusalHandler]>([
    [
      'synchronously',
      (_error, _req, res) => {
        res.writeHead(418).end();
      },
    ],
    [
      'in a callback',
      (_error, _req, res) => {
        setImmediate(() => res.writeHead(418).end());
      },
    ],
    [
      'in a callback after it has settled, as render does',
      async (_error, _req, res) => {
        res.statusCode = 418;
        setImmediate(() => res.end());
        await Promise.resolve();
      },
    ],
    [
      'before its promise is rejected',
      (_error, _req, res) => {
        res.writeHead(418).end();
        return Promise.reject(failure);
      },
    ],
    [
      'before it throws',
      (_error, _req, res) => {
        res.writeHead(418).end();
        throw failure;
      },
    ],
    [
      'before it calls next',
      (_error, _req, res, next) => {
        res.writeHead(418).end();
        next(failure);
      },
    ],
  ])('keeps an answer that the handler sends %s', async (_when, onRefusal) => {
    const { res, nexts } = hand(onRefusal);
    await settle();
    await settle();
    vi.advanceTimersByTime(60_000);
    expect([res.statusCode, res.writableEnded, res.destroyed, nexts]).toEqual([
      418,
      true,
      false,
      [],
    ]);
  });

  it('resets a status that was set before', () => {
    const { res } = hand(() => undefined, 403);
    expect([isDefault(res), vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('stops waiting when the response has closed', () => {
    const { res } = hand((_error, _req, _res) => undefined);
    expect(vi.getTimerCount()).toBe(1);
    res.emit('close');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends the response when a handler stops in the middle of its answer', () => {
    const { res, nexts } = hand((_error, _req, own) => {
      own.write('half of a');
      throw failure;
    });
    vi.advanceTimersByTime(10_000);
    expect([res.destroyed, nexts]).toEqual([true, []]);
  });

  it.each([
    undefined,
    null,
    false,
    true,
    0,
    -0,
    '',
    Number.NaN,
    'route',
    'router',
    'x',
    {},
    [],
    Symbol('s'),
  ])('passes the refusal on when next is called with %s', (given) => {
    const { req, res, nexts } = hand((_error, _req, _res, next) => {
      next(given);
    });
    expect([nexts, res.headersSent]).toEqual([[[refusal]], false]);
    expect(isHandedOn(refusal, req)).toBe(true);
    expect(isHandedOn(refusal, new IncomingMessage(new Socket()))).toBe(false);
  });

  it('passes an Error on, even one from another realm', () => {
    const foreign: unknown = runInNewContext('new Error()');
    for (const error of [failure, foreign]) {
      const { nexts } = hand((_error, _req, _res, next) => {
        next(error);
      });
      expect(nexts).toEqual([[error]]);
    }
  });

  const MISTAKES = [
    undefined,
    null,
    false,
    0,
    '',
    'route',
    'router',
    {},
    Symbol('s'),
    Object.freeze({}),
  ];

  it.each(MISTAKES)('wraps %s in an Error before Express sees it', async (mistake) => {
    const wrapped = new Error('onRefusal threw, or rejected with, a value that is not an Error', {
      cause: mistake,
    });
    const sync = hand(() => {
      throw mistake; // eslint-disable-line @typescript-eslint/only-throw-error -- what is tested
    });
    expect(sync.nexts).toEqual([[wrapped]]);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
    const late = hand(() => Promise.reject(mistake));
    await settle();
    await settle();
    expect(late.nexts).toEqual([[wrapped]]);
    expect([sync.res.headersSent, late.res.headersSent]).toEqual([false, false]);
  });

  it('calls next once, regardless of what the handler does', async () => {
    const { res, nexts } = hand(async (_error, _req, _res, next) => {
      next();
      next(failure);
      await Promise.resolve();
      throw failure;
    });
    await settle();
    vi.advanceTimersByTime(60_000);
    expect([nexts, res.headersSent]).toEqual([[[refusal]], false]);
  });

  it('ignores next() and a rejection after the default answer', async () => {
    let late: Next = () => undefined;
    const { res, nexts } = hand((...given) => {
      late = given[3];
      return new Promise((_resolve, reject) => {
        setTimeout(reject, 20_000, failure);
      });
    });
    vi.advanceTimersByTime(10_000);
    late();
    vi.advanceTimersByTime(10_000);
    await settle();
    expect([isDefault(res), nexts]).toEqual([true, []]);
  });

  it('lets a handler send the default answer', () => {
    const { res } = hand((error, _req, own) => {
      sendRefusal(error, own);
    });
    expect(isDefault(res)).toBe(true);
  });
});
