import { describe, expect, it } from 'vitest';
import { readArray, readInteger, readNullableText, readOk, readText } from './reply.js';

const ODD = [undefined, {}, true, new Map(), Symbol('odd'), () => 'OK', new Error('OK')];

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** What a reader throws. */
function failureOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

describe('readText', () => {
  it.each([
    ['a string', 'aé', 'aé'],
    ['a buffer', Buffer.from('aé'), 'aé'],
    ['a part of a buffer', Buffer.from('xaéx').subarray(1, 4), 'aé'],
    ['octets', octets('aé'), 'aé'],
    // The class of redis for verbatim strings extends String.
    ['a String', new String('aé'), 'aé'],
    ['an empty string', '', ''],
  ])('reads %s', (_what, reply, text) => {
    expect(readText(reply)).toBe(text);
  });

  it.each([...ODD, null, 1, 1n, ['a']])('rejects the reply %s', (reply) => {
    expect(failureOf(() => readText(reply))).toMatchObject({ failure: 'reply' });
  });
});

describe('readNullableText', () => {
  it('reads nil', () => {
    expect(readNullableText(null)).toBeNull();
  });

  it.each(['a', Buffer.from('a')])('reads a string', (reply) => {
    expect(readNullableText(reply)).toBe('a');
  });

  it.each([...ODD, 1, 1n, []])('rejects the reply %s', (reply) => {
    expect(failureOf(() => readNullableText(reply))).toMatchObject({ failure: 'reply' });
  });
});

describe('readInteger', () => {
  it.each([
    [12, 12],
    [-1, -1],
    [12n, 12],
    ['12', 12],
    ['0', 0],
    ['-12', -12],
    [Buffer.from('12'), 12],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %s', (reply, value) => {
    expect(readInteger(reply)).toBe(value);
  });

  it.each([
    ...ODD,
    null,
    1.5,
    NaN,
    Infinity,
    2 ** 53,
    2n ** 53n,
    '',
    ' 1',
    '1.0',
    '01',
    '0x1',
    '1e3',
    '9007199254740992',
    [1],
  ])('rejects the reply %s', (reply) => {
    expect(failureOf(() => readInteger(reply))).toMatchObject({ failure: 'reply' });
  });
});

describe('readArray', () => {
  it('reads an array', () => {
    expect(readArray([1, null])).toStrictEqual([1, null]);
  });

  it.each([...ODD, null, 1, 'a', Buffer.from('a')])('rejects the reply %s', (reply) => {
    expect(failureOf(() => readArray(reply))).toMatchObject({ failure: 'reply' });
  });
});

describe('readOk', () => {
  it.each(['OK', Buffer.from('OK')])('accepts OK', (reply) => {
    expect(
      failureOf(() => {
        readOk(reply);
      }),
    ).toBeUndefined();
  });

  it.each([...ODD.slice(1), null, 1, 'QUEUED', 'ok', ''])('rejects the reply %s', (reply) => {
    expect(
      failureOf(() => {
        readOk(reply);
      }),
    ).toMatchObject({ failure: 'reply' });
  });
});
