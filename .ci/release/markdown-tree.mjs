// @ts-check
/**
 * Parses Markdown into a tree that keeps where each part is in the text.
 *
 * READMEs are rewritten by replacing single destinations, so everything else stays byte for byte.
 *
 * @module
 */
import { parse, postprocess, preprocess } from 'micromark';
import { gfmTable } from 'micromark-extension-gfm-table';

/**
 * A part of a page, as CommonMark defines them: `link`, `image`, `definition`, `codeText` and so on.
 *
 * @typedef {object} Node
 * @property {string} type
 * @property {number} start - Offset of its first character.
 * @property {number} end - Offset after its last character.
 * @property {Node[]} children
 */

/**
 * @param {string} markdown
 * @returns {Node} The page.
 */
export function parseMarkdown(markdown) {
  const page = { type: 'page', start: 0, end: markdown.length, children: [] };
  /** @type {Node[]} */
  const open = [page];
  const document = parse({ extensions: [gfmTable()] }).document();
  for (const [kind, token] of postprocess(
    document.write(preprocess()(markdown, undefined, true)),
  )) {
    if (kind === 'exit') {
      open.pop();
      continue;
    }
    const { type, start, end } = token;
    /** @type {Node} */
    const node = { type, start: start.offset, end: end.offset, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  }
  return page;
}

/**
 * Lists the nodes of some types, at any depth, in the order of the text.
 *
 * @param {Node} node - Is not listed itself.
 * @param {readonly string[]} types
 * @param {readonly string[]} [except] - Types of nodes that are not searched.
 * @returns {Node[]}
 */
export function listNodes(node, types, except = []) {
  return node.children.flatMap((child) => {
    const found = types.includes(child.type) ? [child] : [];
    return except.includes(child.type) ? found : [...found, ...listNodes(child, types, except)];
  });
}
