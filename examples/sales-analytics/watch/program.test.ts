import { beforeAll, describe, expect, it } from 'vitest';
import { bundlePrograms } from '../../../test/support/bundle-programs.js';
import { type ChildProgram, startChildProgram } from '../../../test/support/child-program.js';
import { isWindows } from '../../../test/support/user-environment.js';

// Two processes compute: the program and its page.
const timeout = 60_000;
const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+)\/#key=([\w-]+)\n/;

let folder: string;

beforeAll(async () => {
  folder = await bundlePrograms({
    demo: 'test/support/programs/sales-analytics.ts',
    stuck: 'test/support/programs/stuck-sales-analytics.ts',
  });
});

/** The inspector of a running program, read as its page does. */
async function openPage(program: ChildProgram): Promise<{
  readonly origin: string;
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
}> {
  const [, origin = '', key = ''] = await program.waitFor(ADDRESS);
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
  const { body, status } = await fetch(`${origin}/api/stream`, { headers });
  if (body === null || status !== 200) throw new Error(`the stream answered ${status}`);
  const chunks = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let received = '';
  return {
    origin,
    async waitFor(pattern) {
      for (;;) {
        const match = pattern.exec(received);
        if (match !== null) return match;
        const { value, done } = (await chunks.next()) as { value: string; done?: boolean };
        if (done === true) throw new Error(`the stream ended without ${String(pattern)}`);
        received += value;
      }
    },
  };
}

// On Windows, a process cannot react to a signal of another one.
const onPosix = describe.skipIf(isWindows);

onPosix('main', () => {
  it('ends at once with 130 on SIGINT in the middle of a scene', { timeout }, async () => {
    const program = startChildProgram({ args: ['stuck.mjs'], cwd: folder });
    await program.waitFor(/\nThe stock ticker calls/);
    const output = program.output();
    expect(await program.stop('SIGINT')).toEqual({ code: 130, signal: null });
    expect(program.output()).toBe(output);
  });
});

onPosix.each(['SIGINT', 'SIGTERM'] as const)('main --serve, until %s', (signal) => {
  it('runs the scenes, then shows manual requests in the inspector', { timeout }, async () => {
    const program = startChildProgram({ args: ['demo.mjs', '--serve'], cwd: folder });
    const [, resource = ''] = await program.waitFor(/\n {2}API=(http:\S+)\n[^]*Press Ctrl\+C/);
    expect(program.output()).toContain('All 22 scenes passed.');
    // The address precedes the commands.
    expect(program.output().search(ADDRESS)).toBeLessThan(program.output().indexOf('curl'));
    const page = await openPage(program);
    const response = await fetch(`${resource}/v1/sales/analytics`);
    expect(response.status).toBe(401);
    await page.waitFor(/"reason":"missing_credentials"/);
    expect(await program.stop(signal)).toEqual({ code: 0, signal: null });
    await expect(fetch(resource)).rejects.toThrow('fetch failed');
    await expect(fetch(page.origin)).rejects.toThrow('fetch failed');
  });
});

onPosix.each(['SIGINT', 'SIGTERM'] as const)('main --watch, until %s', (signal) => {
  it('skips the scenes, and plays traffic that the inspector shows', { timeout }, async () => {
    const program = startChildProgram({ args: ['demo.mjs', '--watch'], cwd: folder });
    const page = await openPage(program);
    expect(program.output()).not.toContain('scenes');
    await page.waitFor(/"outcome":"allowed"/);
    await page.waitFor(/"reason":"missing_credentials"/);
    // The policy on trial would refuse one client.
    await page.waitFor(/"clientId":"back-office"[^}]*\}?[^}]*"trial":\{"outcome":"refused"/);
    expect(program.output()).not.toContain('No response');
    expect(program.output()).not.toContain('eyJ');
    expect(await program.stop(signal)).toEqual({ code: 0, signal: null });
    await expect(fetch(page.origin)).rejects.toThrow('fetch failed');
  });
});
