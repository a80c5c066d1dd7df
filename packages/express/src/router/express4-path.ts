/**
 * The declared path behind the regular expression that Express 4 makes of it.
 *
 * @module
 */

/** What path-to-regexp 0.1 puts behind every path that `use()` mounts. */
const MOUNT_ENDING = String.raw`\/?(?=\/|$)`;

/** Its spelling of a parameter, of a wildcard and of plain text. */
const TOKENS =
  /\(\?:\\\/\(\[\^\\?\/\]\+\?\)\)(?<optional>\?)?|(?<wildcard>\(\.\*\))|\\(?<escaped>.)|(?<plain>[^\\^$.*+?()[\]{}|])/y;

/**
 * Works out what `use()` was called with.
 *
 * @param names - The names of the parameters, in order.
 * @returns The paths; or the expression itself, when it was declared so or is beyond this reading.
 */
export function declaredByRegExp(
  regexp: RegExp,
  names: readonly string[],
): readonly (string | RegExp)[] {
  // Lists of paths are joined.
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
