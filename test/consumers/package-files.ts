/**
 * What the compiler and the bundler write into packages.
 *
 * @module
 */

/** The files of the inspector's page that are not compiled. */
export const PAGE_FILES: readonly string[] = ['icon.svg', 'index.html', 'page.css'].map(
  (name) => `src/page/${name}`,
);

/** Whether a path of a source, or of what is compiled from it, belongs to the inspector's page. */
function isOfPage(path: string): boolean {
  return /^(?:dist\/)?page(?:-\w+)*\//.test(path);
}

/** What the compiler writes for a source. Only the modules of the page are not bundled. */
export function suffixesOf(source: string): readonly string[] {
  const declarations = ['.d.ts', '.d.ts.map'];
  return isOfPage(source) ? [...declarations, '.js', '.js.map'] : declarations;
}

/** Whether a file of a tarball is JavaScript that is bundled, or its map. */
export function isBundled(path: string): boolean {
  return /^dist\/.+\.js(\.map)?$/.test(path) && !isOfPage(path);
}
