import { describe, expect, it } from 'vitest';
import { openBody, readBody } from './bounded-body.js';

const { signal } = new AbortController();

function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

describe('readBody', () => {
  it.each([
    ['no body', new Response(null), ''],
    ['a stream', new Response(streamOf(Buffer.from('ab'), Buffer.from('c'))), 'abc'],
    ['a list of chunks', { body: [Buffer.from('ab'), Buffer.from('c')] }, 'abc'],
  ])('reads %s', async (_case, response, text) => {
    const body = await readBody(openBody(response as unknown as Response, signal), 3);
    expect(body?.toString()).toBe(text);
  });

  it('returns undefined for a body above the limit', async () => {
    const response = new Response(streamOf(Buffer.from('ab'), Buffer.from('c')));
    expect(await readBody(openBody(response, signal), 2)).toBeUndefined();
  });

  it('ends a body of empty chunks, which would never let a timer run', async () => {
    function* empty(): Generator<Uint8Array> {
      for (;;) yield new Uint8Array();
    }
    expect(await readBody(empty(), 1_000)).toBeUndefined();
  });

  it('rejects chunks that are not bytes', async () => {
    const chunks = ['canary'] as unknown as Uint8Array[];
    await expect(readBody(chunks, 1_000)).rejects.toThrow(
      new TypeError('the body does not consist of bytes'),
    );
  });

  it('passes on the error of a body that breaks off', async () => {
    const broken = new Error('reset');
    const stream = new ReadableStream({
      pull(controller) {
        controller.error(broken);
      },
    });
    await expect(readBody(openBody(new Response(stream), signal), 1)).rejects.toBe(broken);
  });
});

describe('openBody', () => {
  it.each(['before', 'after'])('cancels the body when the signal aborts %s', (moment) => {
    let cancelled = false;
    const stream = new ReadableStream({
      cancel() {
        cancelled = true;
        throw new Error('a failed cancel is ignored');
      },
    });
    const request = new AbortController();
    if (moment === 'before') request.abort();
    openBody(new Response(stream), request.signal);
    expect(cancelled).toBe(moment === 'before');
    request.abort();
    expect(cancelled).toBe(true);
  });
});
