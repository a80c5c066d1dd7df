import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivilegeRecorder } from '@scopegate/telemetry/privileges';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keepUsageFile } from './usage-file.js';

describe('keepUsageFile', () => {
  it('writes at intervals, and leaves no other file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scopegate-usage-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const onError = vi.fn();
    const recorder = createPrivilegeRecorder();
    const path = join(folder, 'usage.json');
    const file = keepUsageFile(recorder, { path, everyMs: 5, onError });
    await vi.waitFor(async () => {
      expect(await readdir(folder)).toContain('usage.json');
    }, 15_000);
    await file.close();
    recorder.close();
    expect(await readdir(folder)).toEqual(['usage.json']);
    expect(onError).not.toHaveBeenCalled();
  });

  it('reports that the file cannot be written, and does not reject', async () => {
    const errors: unknown[] = [];
    const recorder = createPrivilegeRecorder();
    const file = keepUsageFile(recorder, {
      path: join(tmpdir(), 'a-folder-that-does-not-exist', 'usage.json'),
      everyMs: 60_000,
      onError: (error) => errors.push(error),
    });
    await file.close();
    recorder.close();
    expect(errors).toMatchObject([{ code: 'ENOENT' }]);
  });
});
