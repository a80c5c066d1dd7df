/**
 * The pages of the repository as GitHub shows them: headings with their anchors, sections, links.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import GithubSlugger from 'github-slugger';
import { root } from './workspace.js';

/** A heading with everything below it, up to the next heading of its level or above. */
export interface Section {
  /** As GitHub makes it: `behind-a-proxy` for "Behind a proxy". */
  readonly anchor: string;
  readonly heading: string;
  /** The Markdown below the heading, its subsections included. */
  readonly text: string;
}

/** A relative link. */
export interface Link {
  readonly label: string;
  /** As it is written: `../express/README.md#guards`. */
  readonly target: string;
}

const FENCE = /^[ \t]*```/;

/** Lists the sections of a page in order. What looks like a heading in a block of code is not one. */
export function listSections(markdown: string): Section[] {
  const lines = markdown.split('\n');
  const headings = findHeadings(lines);
  const slugger = new GithubSlugger();
  return headings.map(({ line, level, heading }, index) => {
    const next = headings.slice(index + 1).find((each) => each.level <= level);
    return {
      anchor: slugger.slug(withoutTargets(heading)),
      heading,
      text: lines.slice(line + 1, next?.line).join('\n'),
    };
  });
}

interface Heading {
  /** From 0. */
  readonly line: number;
  readonly level: number;
  readonly heading: string;
}

function findHeadings(lines: readonly string[]): Heading[] {
  let inFence = false;
  return lines.flatMap((text, line) => {
    if (FENCE.test(text)) inFence = !inFence;
    const [, marks = '', heading = ''] = /^(#{1,6}) +(.+?) *#*$/.exec(text) ?? [];
    return inFence || marks === '' ? [] : [{ line, level: marks.length, heading }];
  });
}

/** Of a link, only its text counts. */
function withoutTargets(heading: string): string {
  return heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/** Lists the relative links of a page, in order; links in code are not links. */
export function listLinks(markdown: string): Link[] {
  let inFence = false;
  const prose = markdown.split('\n').filter((line) => {
    if (FENCE.test(line)) inFence = !inFence;
    return !inFence;
  });
  const text = prose.join('\n').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '));
  const inline = text.matchAll(/\[([^\]]*)\]\(([^)\s]+)[^)]*\)/g);
  const definitions = text.matchAll(/^\[([^\]]+)\]: +(\S+)/gm);
  return [...inline, ...definitions]
    .map(([, label = '', target = '']) => ({ label, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target));
}

/** Where a link leads. */
export interface Destination {
  /** From the root, with forward slashes. */
  readonly path: string;
  /** Without `#`; `''` for the whole page. */
  readonly anchor: string;
}

/** Resolves a link of a page. A folder is shown with its README. */
export function resolveLink(page: string, target: string): Destination {
  const [file = '', anchor = ''] = target.split('#');
  const path = file === '' ? page : join(dirname(page), decodeURI(file));
  const readme = join(path, 'README.md');
  const isFolder = existsSync(join(root, path)) && statSync(join(root, path)).isDirectory();
  const shown = isFolder && existsSync(join(root, readme)) ? readme : path;
  return { path: normalize(shown).replaceAll(sep, '/'), anchor };
}
