import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { readLogReply } from './log-reply.js';
import { isLater, serverTimeOf } from './stream-id.js';

describe('readLogReply', () => {
  it.each([
    ['strings', (text: string): unknown => text],
    ['octets', (text: string): unknown => Buffer.from(text)],
  ])('reads %s', (_what, form) => {
    const entries = [
      [form('5-1'), [form('e'), form('sealed')]],
      [form('6-0'), [form('x'), form('other')]],
    ];
    expect(readLogReply([form('3'), form('6-0'), form('loss'), 5, entries])).toEqual({
      before: 3,
      tail: '6-0',
      loss: { id: 'loss', remainingMs: 5 },
      entries: [
        { id: '5-1', sealed: 'sealed' },
        { id: '6-0', sealed: undefined },
      ],
    });
    expect(readLogReply([form(''), form('0-0'), form(''), -2, []])).toEqual({
      before: undefined,
      tail: '0-0',
      loss: undefined,
      entries: [],
    });
  });

  it.each([
    ['no array', 'OK'],
    ['nil', null],
    ['too few members', ['', '0-0', '', -2]],
    ['too many members', ['', '0-0', '', -2, [], 1]],
    ['a number that is none', ['x', '0-0', '', -2, []]],
    ['an id that is none', ['', '0', '', -2, []]],
    ['an id of more digits than a number has', ['', `${'9'.repeat(16)}-0`, '', -2, []]],
    ['a time that is none', ['', '0-0', 'loss', null, []]],
    ['entries that are none', ['', '0-0', '', -2, null]],
    ['an entry without fields', ['', '0-0', '', -2, [['1-1', null]]]],
    ['an entry without id', ['', '0-0', '', -2, [[null, ['e', 'x']]]]],
    ['an object for an entry', ['', '0-0', '', -2, [{ id: '1-1', message: { e: 'x' } }]]],
  ])('throws for %s', (_what, reply) => {
    expect(() => readLogReply(reply)).toThrow(StoreUnavailableError);
    expect(() => readLogReply(reply)).toThrow('unexpected reply');
  });
});

describe('isLater', () => {
  it.each([
    ['2-0', '1-9', true],
    ['10-0', '9-0', true],
    ['1-10', '1-9', true],
    ['1-1', '1-1', false],
    ['1-1', '2-0', false],
  ])('compares %s with %s by their numbers', (id, other, expected) => {
    expect(isLater(id, other)).toBe(expected);
  });
});

describe('serverTimeOf', () => {
  it('is the first part of an id', () => {
    expect(serverTimeOf('1730000000000-3')).toBe(1_730_000_000_000);
  });
});
