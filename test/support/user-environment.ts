/**
 * The environment of a user's terminal.
 *
 * @module
 */

const POSIX = ['PATH', 'HOME', 'TMPDIR'];

/** Without these, many programs do not start on Windows. */
const WINDOWS = [
  'APPDATA',
  'COMSPEC',
  'LOCALAPPDATA',
  'PATHEXT',
  'SYSTEMROOT',
  'TEMP',
  'USERPROFILE',
];

/** The environment of a program that users start, without what the test runner has added. */
export function readUserEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...POSIX, ...WINDOWS].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** On Windows, processes cannot react to signals, and there is no shell of POSIX. */
export const isWindows: boolean = process.platform === 'win32';
