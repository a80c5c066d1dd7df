/**
 * Reads the messages of an event stream from its text.
 *
 * @module
 */

/** One message of an event stream. */
export interface StreamMessage {
  /** The type of the message; `message` if the stream does not name one. */
  readonly event: string;
  readonly data: string;
  /** The id of the last message that had one. */
  readonly id: string | undefined;
}

/** The longest unfinished message, in characters: far more than 200 decisions. */
const MAX_LENGTH = 4_194_304;

/**
 * Creates a parser of `text/event-stream`. Comments and messages without data are left out.
 *
 * @returns A function that accepts the next part of the text, and returns the messages that it completes.
 * It throws a RangeError if a message does not end.
 */
export function createMessageParser(): (text: string) => readonly StreamMessage[] {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let id: string | undefined;

  const readLine = (line: string): StreamMessage | undefined => {
    if (line === '') {
      const message = { event: event === '' ? 'message' : event, data: data.join('\n'), id };
      const isEmpty = data.length === 0;
      event = '';
      data = [];
      return isEmpty ? undefined : message;
    }
    const { name, value } = splitField(line);
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id') id = value;
    return undefined;
  };

  return (text) => {
    rest += text;
    // A carriage return at the end may be the first half of a line end.
    const isHalf = rest.endsWith('\r');
    const lines = (isHalf ? rest.slice(0, -1) : rest).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + (isHalf ? '\r' : '');
    const messages = lines.map(readLine).filter((message) => message !== undefined);
    if (rest.length + data.reduce((sum, { length }) => sum + length, 0) > MAX_LENGTH) {
      throw new RangeError('a message of the event stream does not end');
    }
    return messages;
  };
}

function splitField(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  if (colon === -1) return { name: line, value: '' };
  const value = line.slice(colon + 1);
  return { name: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value };
}
