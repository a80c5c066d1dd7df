import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageParser } from './message-parser.js';

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll(/[\r\n]/g, ' '));

describe('createMessageParser', () => {
  it('reads the type, the data and the id of a message', () => {
    const parse = createMessageParser();
    expect(parse('event: decisions\nid: k3-7\ndata: [1]\n\n')).toEqual([
      { event: 'decisions', data: '[1]', id: 'k3-7' },
    ]);
  });

  it.each([
    ['a comment', ': ping\n\n', []],
    ['an event without data', 'event: bye\n\n', []],
    ['data without a type', 'data: a\n\n', [{ event: 'message', data: 'a', id: undefined }]],
    ['lines of data', 'data: a\ndata:b\n\n', [{ event: 'message', data: 'a\nb', id: undefined }]],
    ['an unknown field', 'retry: 5\ndata: a\n\n', [{ event: 'message', data: 'a', id: undefined }]],
    ['a field without a colon', 'data\n\n', [{ event: 'message', data: '', id: undefined }]],
    ['an unfinished message', 'data: a\n', []],
  ])('reads %s', (_name, stream, expected) => {
    expect(createMessageParser()(stream)).toEqual(expected);
  });

  it('keeps the id for later messages, but not the type', () => {
    const parse = createMessageParser();
    expect(parse('event: x\nid: 1\ndata: a\n\ndata: b\n\n')).toEqual([
      { event: 'x', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
    ]);
  });

  it('reads the same messages from any parts of the text, with any line ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ event: text, data: fc.array(text, { minLength: 1 }) })),
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat({ max: 400 })),
        (messages, end, cuts) => {
          const stream = messages
            .map(({ event, data }) =>
              [`event: ${event}`, ...data.map((line) => `data: ${line}`), end].join(end),
            )
            .join('');
          const places = [...cuts.filter((cut) => cut < stream.length), 0, stream.length];
          places.sort((a, b) => a - b);
          const parse = createMessageParser();
          const read = places.flatMap((place, index) =>
            parse(stream.slice(place, places[index + 1] ?? place)),
          );
          // A carriage return at the very end may be half of a line end.
          const all = [...read, ...parse(':\n')];
          expect(all.map(({ event, data }) => ({ event, data }))).toEqual(
            messages.map(({ event, data }) => ({
              event: event === '' ? 'message' : event,
              data: data.join('\n'),
            })),
          );
        },
      ),
      { seed: 17, numRuns: 300 },
    );
  });

  it('throws for a message that does not end', () => {
    const parse = createMessageParser();
    const part = 'a'.repeat(1_000_000);
    expect(() => {
      for (let count = 0; count < 5; count += 1) parse(part);
    }).toThrow(RangeError);
  });
});
