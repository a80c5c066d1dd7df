/**
 * The syntax of GitHub's issue forms, as docs.github.com describes it in "Syntax for issue forms" and "Syntax for
 * GitHub's form schema". GitHub shows a form with a mistake to no one, and reports the mistake nowhere else.
 *
 * @module
 */

type Members = Readonly<Record<string, unknown>>;

/** The attributes of each type of element: required, then optional. */
const ATTRIBUTES: Readonly<Record<string, readonly [required: string[], optional: string[]]>> = {
  markdown: [['value'], []],
  input: [['label'], ['description', 'placeholder', 'value']],
  textarea: [['label'], ['description', 'placeholder', 'value', 'render']],
  dropdown: [
    ['label', 'options'],
    ['description', 'multiple', 'default'],
  ],
  checkboxes: [['label', 'options'], ['description']],
};

const OPTIONAL_KEYS = ['assignees', 'labels', 'projects', 'title', 'type'];

/**
 * Checks a parsed issue form.
 *
 * @returns One sentence per mistake; empty when there is none.
 */
export function findFormMistakes(form: unknown): string[] {
  if (!isMembers(form)) return ['a form must be a mapping'];
  const { body, labels } = form;
  const elements: readonly unknown[] = Array.isArray(body) ? body : [];
  return [
    ...checkKeys('the form', form, [['name', 'description', 'body'], OPTIONAL_KEYS]),
    ...['name', 'description'].flatMap((key) => checkText('the form', form, key)),
    ...(labels === undefined || isTexts(labels) ? [] : ['"labels" must be an array of strings']),
    ...elements.flatMap((element, index) => checkElement(`body[${index}]`, element)),
    ...(elements.some((element) => isMembers(element) && element['type'] !== 'markdown')
      ? []
      : ['"body" must have an element that is not markdown']),
    ...findRepeated('id', elements.map(findId)),
    ...findRepeated('label', elements.map(findLabel)),
  ];
}

/** Checks the parsed `config.yml`: one sentence per mistake. */
export function findConfigMistakes(config: unknown): string[] {
  if (!isMembers(config)) return ['the configuration must be a mapping'];
  const { blank_issues_enabled: isEnabled, contact_links: links = [] } = config;
  const known = checkKeys('config', config, [[], ['blank_issues_enabled', 'contact_links']]);
  const isBoolean = isEnabled === undefined || typeof isEnabled === 'boolean';
  const contacts: readonly unknown[] = Array.isArray(links) ? links : [links];
  return [
    ...known,
    ...(isBoolean ? [] : ['"blank_issues_enabled" must be true or false']),
    ...contacts.flatMap((link, index) =>
      isMembers(link)
        ? ['name', 'url', 'about'].flatMap((key) => checkText(`contact_links[${index}]`, link, key))
        : [`contact_links[${index}] must be a mapping`],
    ),
  ];
}

function checkElement(where: string, element: unknown): string[] {
  if (!isMembers(element)) return [`${where} must be a mapping`];
  const { type, id, attributes, validations } = element;
  const known = typeof type === 'string' ? ATTRIBUTES[type] : undefined;
  if (known === undefined) return [`${where} must have a "type" that GitHub knows`];
  const isAnswered = type !== 'markdown';
  const optional = isAnswered ? ['id', 'validations'] : [];
  const [required] = known;
  return [
    ...checkKeys(where, element, [['type', 'attributes'], optional]),
    ...(id === undefined || (typeof id === 'string' && /^[\w-]+$/.test(id))
      ? []
      : [`${where} has a malformed "id"`]),
    ...(isMembers(attributes)
      ? [
          ...checkKeys(`${where}.attributes`, attributes, known),
          ...required
            .filter((key) => key !== 'options')
            .flatMap((key) => checkText(`${where}.attributes`, attributes, key)),
          ...checkOptions(where, type, attributes['options']),
        ]
      : [`${where} must have "attributes"`]),
    ...checkValidations(where, validations),
  ];
}

function checkOptions(where: string, type: unknown, options: unknown): string[] {
  if (type !== 'dropdown' && type !== 'checkboxes') return [];
  const list: readonly unknown[] = Array.isArray(options) ? options : [];
  const isBox = (option: unknown): boolean =>
    isMembers(option) &&
    checkKeys('', option, [['label'], ['required']]).length === 0 &&
    isText(option['label']) &&
    ['undefined', 'boolean'].includes(typeof option['required']);
  const isValid = list.length > 0 && list.every(type === 'dropdown' ? isText : isBox);
  return isValid ? [] : [`${where} must have "options" of the type ${type}`];
}

function checkValidations(where: string, validations: unknown): string[] {
  if (validations === undefined) return [];
  const isValid = isMembers(validations) && typeof validations['required'] === 'boolean';
  return isValid ? [] : [`${where} must have a boolean "validations.required"`];
}

function checkKeys(
  where: string,
  members: Members,
  [required, optional]: readonly [required: string[], optional: string[]],
): string[] {
  const missing = required.filter((key) => !(key in members));
  const unknown = Object.keys(members).filter((key) => ![...required, ...optional].includes(key));
  return [
    ...missing.map((key) => `${where} must have "${key}"`),
    ...unknown.map((key) => `${where} must not have "${key}"`),
  ];
}

function checkText(where: string, members: Members, key: string): string[] {
  return isText(members[key]) ? [] : [`"${key}" of ${where} must be a non-empty string`];
}

function findRepeated(what: string, values: readonly unknown[]): string[] {
  const given = values.filter((value) => value !== undefined);
  const repeated = given.filter((value, index) => given.indexOf(value) !== index);
  return repeated.map((value) => `two elements have the ${what} ${JSON.stringify(value)}`);
}

function findId(element: unknown): unknown {
  return isMembers(element) ? element['id'] : undefined;
}

function findLabel(element: unknown): unknown {
  const attributes = isMembers(element) ? element['attributes'] : undefined;
  return isMembers(attributes) ? attributes['label'] : undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
