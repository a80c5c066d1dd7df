/**
 * Bodies of responses: limited in size, and cancelled when their request ends.
 *
 * @module
 */

/** The chunks of a body. */
export type BodyChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Opens the body of a response, and cancels it when the signal aborts, whether it is read or not: a
 * custom `fetch` may ignore its signal, and an unread body keeps its connection open.
 *
 * @param signal - Must abort when the request ends, as that of `withDeadline` does.
 */
export function openBody(response: Response, signal: AbortSignal): BodyChunks {
  // A custom `fetch` may return a body of another kind, or one that it has read, such as for a log:
  // the latter fails when its chunks are read, not before, because the status may be all that matters.
  const body = response.body as ReadableStream<Uint8Array> | BodyChunks | null;
  if (!(body instanceof ReadableStream) || body.locked) return body ?? [];
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  return readChunks(reader);
}

/**
 * Reads a body to its end.
 *
 * @param maxBytes - The limit of the decoded body.
 * @returns The body; `undefined` when it is larger.
 * @throws TypeError (rejects) A chunk does not consist of bytes; errors of the body are passed on.
 */
export async function readBody(chunks: BodyChunks, maxBytes: number): Promise<Buffer | undefined> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (!ArrayBuffer.isView(chunk)) throw new TypeError('the body does not consist of bytes');
    // An empty chunk counts as one byte: an endless supply of them would keep timers from running.
    size += Math.max(chunk.byteLength, 1);
    if (size > maxBytes) return undefined;
    read.push(chunk);
  }
  return Buffer.concat(read);
}

async function* readChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
