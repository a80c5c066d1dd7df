/**
 * Follows every local link of the generated site to its file and its anchor, and fails with a list of
 * the dead ones. `npm run docs` runs it.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import process from 'node:process';

const site = 'dist/docs';
const pages = new Map(
  readdirSync(site, { recursive: true })
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => /\.(?:html|svg)$/.test(path))
    .map((path) => [path, readPage(readFileSync(join(site, path), 'utf8'))]),
);

const dead = [...pages].flatMap(([path, { links }]) =>
  links.filter((link) => !leadsSomewhere(path, link)).map((link) => `${path}: ${link}`),
);
const count = [...pages.values()].reduce((sum, { links }) => sum + links.length, 0);
if (dead.length === 0)
  process.stdout.write(`${count} links on ${pages.size} pages lead somewhere\n`);
else {
  process.stderr.write(`${dead.length} of ${count} links are dead:\n${dead.join('\n')}\n`);
  process.exitCode = 1;
}

/** The anchors and the local links of a page. */
function readPage(html) {
  const valuesOf = (pattern) =>
    [...html.matchAll(pattern)].map(([, value]) => decodeEntities(value));
  const links = valuesOf(/\s(?:href|src)="([^"]*)"/g);
  return {
    anchors: new Set(valuesOf(/\sid="([^"]*)"/g)),
    links: [...new Set(links)].filter((link) => !/^[a-z][a-z\d+.-]*:/i.test(link)),
  };
}

function leadsSomewhere(page, link) {
  const [path, anchor] = link.split('#', 2).map(decodeURIComponent);
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (anchor === undefined || anchor === '') return existsSync(join(site, target));
  return pages.get(target)?.anchors.has(anchor) ?? false;
}

function decodeEntities(text) {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
