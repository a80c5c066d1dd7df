/**
 * OpenAPI path templates of paths in the grammar of Fastify's router, find-my-way.
 *
 * @module
 */

/** An escaped colon, a parameter with its expression, or a wildcard. */
const TOKEN = /::|:(?<name>\w+)(?:\((?:[^()]|\([^()]*\))*\))?|\*/g;

/**
 * Lists the OpenAPI path templates of a path: two when its last segment is optional.
 *
 * @example
 * listPathTemplates('/sales/:id?') // ['/sales/{id}', '/sales']
 */
export function listPathTemplates(path: string): readonly string[] {
  const optional = /^(?<before>.*)\/:[^/]*\?$/.exec(path)?.groups?.['before'];
  if (optional === undefined) return [format(path)];
  return [format(path.slice(0, -1)), format(optional === '' ? '/' : optional)];
}

function format(path: string): string {
  // `*` alone is a path for every request.
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return absolute.replace(TOKEN, (token, name: string | undefined) => {
    if (token === '::') return ':';
    return name === undefined ? '{wildcard}' : `{${name}}`;
  });
}
