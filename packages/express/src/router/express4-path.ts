/**
 * Recovers a declared path from the regular expression that Express 4 creates from it.
 *
 * @module
 */

/** The end of the expression that path-to-regexp 0.1 creates for a path of `use()`. */
const MOUNT_ENDING = String.raw`\/?(?=\/|$)`;

/** What path-to-regexp 0.1 writes for a parameter, a wildcard and text. */
const TOKENS =
  /\(\?:\\\/\(\[\^\\?\/\]\+\?\)\)(?<optional>\?)?|(?<wildcard>\(\.\*\))|\\(?<escaped>.)|(?<plain>[^\\^$.*+?()[\]{}|])/y;

/**
 * Recovers the paths that `use()` was called with.
 *
 * @param names - The names of the parameters, in order.
 * @returns The paths; or the expression itself when it was declared as one, or when the paths cannot be
 *   recovered.
 */
export function declaredByRegExp(
  regexp: RegExp,
  names: readonly string[],
): readonly (string | RegExp)[] {
  // Express 4 joins the expressions of an array of paths.
  const sources = regexp.source.split('|^').map((source, index) => (index ? `^${source}` : source));
  const remaining = [...names];
  const paths = sources.map((source) => readSource(source, remaining));
  return paths.every((path) => path !== undefined) ? paths : [regexp];
}

function readSource(source: string, names: string[]): string | undefined {
  if (!source.startsWith('^') || !source.endsWith(MOUNT_ENDING)) return undefined;
  const body = source.slice(1, -MOUNT_ENDING.length);
  const tokens = new RegExp(TOKENS);
  let path = '';
  while (tokens.lastIndex < body.length) {
    const { groups } = tokens.exec(body) ?? {};
    if (groups === undefined) return undefined;
    path += groups['escaped'] ?? groups['plain'] ?? readCapture(groups, names);
  }
  return path === '' ? '/' : path;
}

function readCapture(groups: Readonly<Record<string, string>>, names: string[]): string {
  const name = names.shift() ?? '';
  return groups['wildcard'] === undefined ? `/:${name}${groups['optional'] ?? ''}` : '*';
}
