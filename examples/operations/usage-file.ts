/**
 * Keeps what clients were seen to use in a file, for `scopegate privileges`.
 *
 * @module
 */
import { rename, writeFile } from 'node:fs/promises';
import type { PrivilegeRecorder } from '@scopegate/telemetry/privileges';

/** Options of {@link keepUsageFile}. */
export interface UsageFileOptions {
  /** The path; each process needs its own. */
  readonly path: string;
  /** How often the file is written, in milliseconds. */
  readonly everyMs: number;
  /** Gets the error when the file cannot be written. It is tried again the next time. */
  readonly onError: (error: unknown) => void;
}

/** A file that is kept up to date. */
export interface UsageFile {
  /** Writes the file for the last time. */
  close(): Promise<void>;
}

/**
 * Writes a snapshot at intervals. A snapshot contains the previous ones of the process, so the file holds only the
 * last one; `scopegate privileges` merges the files of several processes.
 */
export function keepUsageFile(
  recorder: PrivilegeRecorder,
  { path, everyMs, onError }: UsageFileOptions,
): UsageFile {
  let pending = Promise.resolve();
  const write = async (): Promise<void> => {
    try {
      // A reader sees the whole old file or the whole new one.
      await writeFile(`${path}.new`, `${JSON.stringify(recorder.snapshot())}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      onError(error);
    }
  };
  const writeNext = (): Promise<void> => (pending = pending.then(write));
  const timer = setInterval(() => void writeNext(), everyMs);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      return writeNext();
    },
  };
}
