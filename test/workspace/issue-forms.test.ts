import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findConfigMistakes, findFormMistakes } from './issue-forms.js';
import { root } from './workspace.js';

const folder = join(root, '.github/ISSUE_TEMPLATE');
const forms = readdirSync(folder).filter((name) => name !== 'config.yml');

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

describe('issue forms', () => {
  it('are for bugs and questions', () => {
    expect(forms.sort()).toEqual(['bug.yml', 'question.yml']);
  });

  it.each(forms)('have the syntax of GitHub: %s', (name) => {
    expect(findFormMistakes(parse(read(name)))).toEqual([]);
  });

  it.each(forms)('ask for an explanation and versions, and never for a token: %s', (name) => {
    const text = read(name);
    expect(text).toContain('scopegate explain');
    expect(text).toContain('@scopegate/express 0.1.0');
    expect(text).toContain('**Never paste a token, a secret or a key');
  });

  it('have a configuration with the syntax of GitHub', () => {
    expect(findConfigMistakes(parse(read('config.yml')))).toEqual([]);
  });

  it.each([...forms, 'config.yml', '../pull_request_template.md'])(
    'contain no absolute URL: %s',
    (name) => {
      expect(read(name)).not.toMatch(/https?:/);
    },
  );
});

describe('findFormMistakes', () => {
  const form = (...body: readonly object[]): object => ({ name: 'n', description: 'd', body });
  const input = { type: 'input', id: 'a', attributes: { label: 'A' } };

  it('finds nothing in a form with every type of element', () => {
    const body = [
      { type: 'markdown', attributes: { value: 'v' } },
      input,
      { type: 'textarea', id: 'b', attributes: { label: 'B', render: 'ts' } },
      { type: 'dropdown', id: 'c', attributes: { label: 'C', options: ['x'] } },
      { type: 'checkboxes', attributes: { label: 'D', options: [{ label: 'x', required: true }] } },
    ];
    expect(findFormMistakes({ ...form(...body), labels: ['bug'] })).toEqual([]);
  });

  it.each([
    ['an array', [], 'a form must be a mapping'],
    ['no name', { description: 'd', body: [input] }, 'the form must have "name"'],
    ['an unknown key', { ...form(input), labls: [] }, 'the form must not have "labls"'],
    [
      'labels as a string',
      { ...form(input), labels: 'bug' },
      '"labels" must be an array of strings',
    ],
    [
      'only markdown',
      form({ type: 'markdown', attributes: { value: 'v' } }),
      '"body" must have an element that is not markdown',
    ],
    [
      'an unknown type',
      form(input, { type: 'text', attributes: {} }),
      'body[1] must have a "type" that GitHub knows',
    ],
    [
      'an id twice',
      form(input, { ...input, attributes: { label: 'B' } }),
      'two elements have the id "a"',
    ],
    ['a label twice', form(input, { ...input, id: 'b' }), 'two elements have the label "A"'],
    ['an id with a space', form({ ...input, id: 'a b' }), 'body[0] has a malformed "id"'],
    [
      'a label that YAML reads as a number',
      form({ ...input, attributes: { label: 1 } }),
      '"label" of body[0].attributes must be a non-empty string',
    ],
    [
      'a required option as a string',
      form({ ...input, validations: { required: 'yes' } }),
      'body[0] must have a boolean "validations.required"',
    ],
    [
      'a dropdown without options',
      form({ ...input, type: 'dropdown', attributes: { label: 'A', options: [] } }),
      'body[0] must have "options" of the type dropdown',
    ],
  ])('finds %s', (_what, mistaken, sentence) => {
    expect(findFormMistakes(mistaken)).toContain(sentence);
  });
});

describe('findConfigMistakes', () => {
  it.each([
    ['an unknown key', { blank: true }, 'config must not have "blank"'],
    [
      'a contact without a URL',
      { contact_links: [{ name: 'n', about: 'a' }] },
      '"url" of contact_links[0] must be a non-empty string',
    ],
    [
      'a string for a boolean',
      { blank_issues_enabled: 'no' },
      '"blank_issues_enabled" must be true or false',
    ],
  ])('finds %s', (_what, config, sentence) => {
    expect(findConfigMistakes(config)).toContain(sentence);
  });
});
