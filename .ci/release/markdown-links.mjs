// @ts-check
/**
 * Reads the links of a page, and the anchors that links can lead to.
 *
 * @module
 */
import GithubSlugger from 'github-slugger';
import { findAttributes } from './html-attributes.mjs';
import { listNodes, parseMarkdown } from './markdown-tree.mjs';

/**
 * A range of a page: the offset of its first character, and the one after its last.
 *
 * @typedef {readonly [start: number, end: number]} Range
 */

/**
 * One target of a page, with what is replaced to change or remove it.
 *
 * @typedef {object} Link
 * @property {'link' | 'image'} kind - An image is what is shown, not what is opened.
 * @property {string} target - As it is written.
 * @property {number} line - From 1.
 * @property {Range} targetAt
 * @property {readonly Range[]} markup - What surrounds the text: without it, only text remains.
 */

/**
 * Finds links and images: inline, by reference definitions, as autolinks, and in HTML. Code is not
 * searched. Anchors are those that GitHub and npm derive from headings, and those of HTML.
 *
 * @param {string} markdown
 * @returns {{ links: Link[], anchors: Set<string> }} Links in the order of the text; anchors without `#`.
 */
export function readPage(markdown) {
  const page = parseMarkdown(markdown);
  const links = [
    ...listInlineLinks(page, markdown),
    ...listDefinitions(page, markdown),
    ...listHtmlLinks(page, markdown),
  ];
  links.sort((a, b) => a.targetAt[0] - b.targetAt[0]);
  return { links, anchors: listAnchors(page, markdown) };
}

/**
 * @param {import('./markdown-tree.mjs').Node} page
 * @param {string} markdown
 * @returns {Set<string>}
 */
function listAnchors(page, markdown) {
  const slugger = new GithubSlugger();
  const headings = listNodes(page, ['atxHeadingText', 'setextHeadingText']).map((heading) =>
    slugger.slug(textOf(heading, markdown)),
  );
  const html = listNodes(page, ['htmlFlow', 'htmlText']).flatMap(({ start, end }) =>
    findAttributes(markdown.slice(start, end), ['id', 'name']).map(({ value }) => value),
  );
  return new Set([...headings, ...html]);
}

/**
 * @param {import('./markdown-tree.mjs').Node} page
 * @param {string} markdown
 * @returns {Link[]}
 */
function listInlineLinks(page, markdown) {
  return listNodes(page, ['link', 'image', 'autolink']).flatMap((node) => {
    if (node.type === 'autolink') return listAutolink(node, markdown);
    const resource = node.children.find(({ type }) => type === 'resource');
    if (resource === undefined) return [];
    const [destination] = listNodes(resource, ['resourceDestinationString']);
    const at = destination ?? { start: resource.start + 1, end: resource.start + 1 };
    const kind = node.type === 'image' ? 'image' : 'link';
    return [linkOf(kind, at, markdown, markupAround(node))];
  });
}

/**
 * @param {import('./markdown-tree.mjs').Node} node
 * @param {string} markdown
 * @returns {Link[]}
 */
function listAutolink(node, markdown) {
  const [protocol] = listNodes(node, ['autolinkProtocol']);
  return protocol === undefined ? [] : [linkOf('link', protocol, markdown, [])];
}

/**
 * A definition is an image if an image refers to it.
 *
 * @param {import('./markdown-tree.mjs').Node} page
 * @param {string} markdown
 * @returns {Link[]}
 */
function listDefinitions(page, markdown) {
  const references = listNodes(page, ['link', 'image']).filter(
    ({ children }) => !children.some(({ type }) => type === 'resource'),
  );
  return listNodes(page, ['definition']).map((definition) => {
    const label = identifierOf(definition, 'definitionLabelString', markdown);
    const users = references.filter((reference) => referenceOf(reference, markdown) === label);
    const kind = users.some(({ type }) => type === 'image') ? 'image' : 'link';
    const [destination = definition] = listNodes(definition, ['definitionDestinationString']);
    const markup = [[definition.start, definition.end], ...users.flatMap(markupAround)];
    return linkOf(kind, destination, markdown, /** @type {Range[]} */ (markup));
  });
}

/**
 * @param {import('./markdown-tree.mjs').Node} page
 * @param {string} markdown
 * @returns {Link[]}
 */
function listHtmlLinks(page, markdown) {
  return listNodes(page, ['htmlFlow', 'htmlText']).flatMap((html) =>
    findAttributes(markdown.slice(html.start, html.end), ['href', 'src']).map((attribute) => {
      const { name, valueAt, attributeAt, tagAt } = attribute;
      const shift = (/** @type {Range} */ [start, end]) =>
        /** @type {Range} */ ([html.start + start, html.start + end]);
      const [start, end] = shift(valueAt);
      // Without its source, an image shows nothing; a link without its target is text.
      const markup = shift(name === 'src' ? tagAt : attributeAt);
      return linkOf(name === 'src' ? 'image' : 'link', { start, end }, markdown, [markup]);
    }),
  );
}

/**
 * @param {'link' | 'image'} kind
 * @param {{ start: number, end: number }} at
 * @param {string} markdown
 * @param {readonly Range[]} markup
 * @returns {Link}
 */
function linkOf(kind, { start, end }, markdown, markup) {
  const line = markdown.slice(0, start).split('\n').length;
  return { kind, target: markdown.slice(start, end), line, targetAt: [start, end], markup };
}

/**
 * What a link writes before and after its text.
 *
 * @param {import('./markdown-tree.mjs').Node} node
 * @returns {Range[]}
 */
function markupAround(node) {
  const [text] = listNodes(node, ['labelText'], ['labelText']);
  if (text === undefined) return [[node.start, node.end]];
  return [
    [node.start, text.start],
    [text.end, node.end],
  ];
}

/**
 * The identifier that a link or an image refers to: its reference, or its text.
 *
 * @param {import('./markdown-tree.mjs').Node} node
 * @param {string} markdown
 * @returns {string}
 */
function referenceOf(node, markdown) {
  const reference = identifierOf(node, 'referenceString', markdown);
  return reference === '' ? identifierOf(node, 'labelText', markdown) : reference;
}

/**
 * @param {import('./markdown-tree.mjs').Node} node
 * @param {string} type
 * @param {string} markdown
 * @returns {string} As CommonMark compares identifiers; empty without such a node.
 */
function identifierOf(node, type, markdown) {
  const [found] = listNodes(node, [type], [type]);
  if (found === undefined) return '';
  const text = markdown.slice(found.start, found.end);
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

/**
 * The text of a heading, without its markup and the targets of its links.
 *
 * @param {import('./markdown-tree.mjs').Node} node
 * @param {string} markdown
 * @returns {string}
 */
function textOf(node, markdown) {
  const text = ['data', 'codeTextData', 'characterEscapeValue'];
  return listNodes(node, text, [...text, 'resource', 'reference'])
    .map(({ start, end }) => markdown.slice(start, end))
    .join('');
}
