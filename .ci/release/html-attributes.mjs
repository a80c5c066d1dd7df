// @ts-check
/**
 * Finds attributes in the HTML of a Markdown page.
 *
 * @module
 */

const COMMENT = /<!--.*?-->/gs;
const TAG =
  /<[a-z][a-z\d-]*(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?>/gi;
const ATTRIBUTE = /(\s+)([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'=<>`]+)/g;

/**
 * One attribute that has a value, with its offsets in the HTML.
 *
 * @typedef {object} Attribute
 * @property {string} name - In lower case.
 * @property {string} value - Without quotes.
 * @property {readonly [start: number, end: number]} valueAt
 * @property {readonly [start: number, end: number]} attributeAt - With the space before it.
 * @property {readonly [start: number, end: number]} tagAt
 */

/**
 * Finds the attributes of some names. Comments and text are not searched.
 *
 * @param {string} html
 * @param {readonly string[]} names - In lower case.
 * @returns {Attribute[]} In the order of the text.
 */
export function findAttributes(html, names) {
  const visible = html.replace(COMMENT, (comment) => ' '.repeat(comment.length));
  return [...visible.matchAll(TAG)].flatMap((tag) =>
    [...tag[0].matchAll(ATTRIBUTE)].flatMap((match) => {
      const [whole, space = '', name = '', equals = '', quoted = ''] = match;
      if (!names.includes(name.toLowerCase())) return [];
      const start = tag.index + match.index;
      const quote = /^["']/.test(quoted) ? 1 : 0;
      const valueStart = start + space.length + name.length + equals.length + quote;
      const value = quoted.slice(quote, quoted.length - quote);
      return {
        name: name.toLowerCase(),
        value,
        valueAt: /** @type {const} */ ([valueStart, valueStart + value.length]),
        attributeAt: /** @type {const} */ ([start, start + whole.length]),
        tagAt: /** @type {const} */ ([tag.index, tag.index + tag[0].length]),
      };
    }),
  );
}
