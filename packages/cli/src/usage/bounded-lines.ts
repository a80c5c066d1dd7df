/**
 * Splits a stream of octets into lines, without keeping more than one.
 *
 * @module
 */

/** The longest line, in characters; a snapshot of a full recorder by default has about 10 million. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024;

/**
 * Reads the lines of a stream in UTF-8. A line that is too long is replaced by its beginning, which is not
 * JSON.
 *
 * @param maxLength - In characters.
 * @defaultValue `maxLength` is 67,108,864.
 */
export async function* readLines(
  stream: AsyncIterable<unknown>,
  maxLength: number = MAX_LINE_LENGTH,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const text = decoder.decode(chunk as Uint8Array, { stream: true }); // a stream of octets
    const [first = '', ...others] = text.split('\n');
    rest = append(rest, first, maxLength);
    for (const line of others) {
      yield rest;
      rest = append('', line, maxLength);
    }
  }
  yield rest;
}

function append(line: string, text: string, maxLength: number): string {
  return line + text.slice(0, Math.max(0, maxLength - line.length));
}
