/**
 * Links in Markdown: to pages and images of the site they lead there, links to source files are removed.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the site contains: pages and their images. */
const IN_SITE = /\.(?:md|png|svg)$/;

/**
 * Lets typedoc see only links to pages and images; it would copy every other file into the site. A
 * link to a folder leads to its README. A link to a file that does not exist stays an error.
 */
export function registerPagesOnly(files, logger) {
  const register = files.register.bind(files);
  files.register = (from, link) => {
    const [path, anchor] = link.split('#', 2);
    if (path === '') return register(from, link);
    const target = join(dirname(from), path);
    const readme = join(target, 'README.md');
    if (existsSync(readme)) {
      return register(from, `${path}/README.md${anchor === undefined ? '' : `#${anchor}`}`);
    }
    if (!existsSync(target)) logger.error(`${from} links to ${link}, which does not exist`);
    return IN_SITE.test(path) ? register(from, link) : undefined;
  };
}

/** Lets anchors and the outline contain the code in headings, as they do on GitHub. */
export function nameCodeInHeadings(parser) {
  parser.core.ruler.push('name_code_in_headings', ({ tokens }) => {
    for (const [index, { type }] of tokens.entries()) {
      const children = type === 'heading_open' ? tokens[index + 1].children : [];
      for (const child of children) {
        if (child.type === 'code_inline')
          child.children = [{ type: 'text', content: child.content }];
      }
    }
  });
}

/** Removes links to source files and keeps their words: the site has no sources. */
export function unlinkSources(parser) {
  parser.core.ruler.push('unlink_sources', ({ tokens }) => {
    for (const { children } of tokens) unlink(children ?? []);
  });
}

function unlink(tokens) {
  const open = [];
  for (const token of tokens) {
    if (token.type === 'link_open') open.push(isSource(token.attrGet('href')));
    if (token.type === 'link_open' && open.at(-1)) {
      token.tag = 'span';
      token.attrs = [];
    }
    if (token.type === 'link_close' && open.pop()) token.tag = 'span';
  }
}

/** Whether a link was left as it is in Markdown, because typedoc has no page for its target. */
function isSource(href) {
  return !/^(?:[a-z][a-z\d+.-]*:|#)|\.html(?:#|$)|(?:^|\/)media\//i.test(href);
}
