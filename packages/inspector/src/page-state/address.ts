/**
 * The addresses of the views: the part of the URL behind `#`.
 *
 * @module
 */

/** The views, in the order of the navigation. */
export const VIEWS = ['overview', 'decisions', 'routes', 'keys', 'privileges', 'explain'] as const;

/** The name of a view. */
export type ViewName = (typeof VIEWS)[number];

/** A view and its parameters. */
export interface Address {
  readonly view: ViewName;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads the fragment of a URL; anything unknown leads to the overview. */
export function parseAddress(fragment: string): Address {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  const view = VIEWS.find((name) => name === path) ?? 'overview';
  return { view, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

/** Formats an address as a fragment; empty parameters are left out. */
export function formatAddress(
  view: ViewName,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  return query.size === 0 ? `#/${view}` : `#/${view}?${query.toString()}`;
}
