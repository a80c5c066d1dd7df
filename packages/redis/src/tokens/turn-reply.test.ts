import { describe, expect, it } from 'vitest';
import { readTurnReply } from './turn-reply.js';

describe('readTurnReply', () => {
  it.each([
    [['lease'], { turn: 'lease' }],
    [['token', 'entry', 5], { turn: 'token', entry: 'entry', leftMs: 5 }],
    [['wait', 7], { turn: 'wait', leftMs: 7 }],
    [['back-off', 7n], { turn: 'back-off', leftMs: 7 }],
    [['alone', -1], { turn: 'alone', leftMs: 1 }],
    [[Buffer.from('token'), Buffer.from('entry'), 5], { turn: 'token', entry: 'entry', leftMs: 5 }],
  ])('reads a reply: %o', (reply, expected) => {
    expect(readTurnReply(reply)).toEqual(expected);
  });

  it.each([
    null,
    undefined,
    'lease',
    'OK',
    [],
    ['unknown'],
    [null],
    [['lease']],
    ['token'],
    ['token', 'entry'],
    ['token', 'entry', 1.5],
    ['token', 7, 7],
    ['wait', null],
    ['wait', 'soon'],
    { 0: 'lease' },
  ])('rejects a reply of another shape: %o', (reply) => {
    expect(() => readTurnReply(reply)).toThrow('Redis sent an unexpected reply');
  });
});
