/**
 * A plugin of typedoc: names the pages of the site, shows the README of each package on its page, and
 * groups what a package exports by purpose.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  MinimalSourceFile,
  ReflectionKind,
} from 'typedoc';
import { nameCodeInHeadings, registerPagesOnly, unlinkSources } from './links.mjs';

const ENTRY_POINT = /^packages\/([^/]+)\/src\/([^/]+)\.ts$/;

/** The packages as readers meet them. typedoc.json lists them from the lowest up. */
const PACKAGES = [
  'express',
  'fastify',
  'web',
  'resource-server',
  'access-token',
  'client',
  'redis',
  'telemetry',
  'inspector',
  'testing',
  'cli',
  'protocol',
];

/** The groups of pages; the first pattern that matches decides. */
const PAGE_GROUPS = [
  [/^docs\/decisions\//, 'Decisions'],
  [/^docs\/(?:architecture|style|releasing)\.md$|^\.github\/|^test\//, 'Maintaining Scopegate'],
  [/^examples\/(?!migrating\/)/, 'Examples'],
  [/^/, 'Guides'],
];

/** The groups of exports; the first one that accepts an export decides. */
const EXPORT_GROUPS = [
  ['Errors', ({ kind, name }) => kind === ReflectionKind.Class && name.endsWith('Error')],
  ['Functions', ({ kind }) => kind === ReflectionKind.Function],
  ['Events', ({ name }) => /(?:_CHANNEL|[a-z]Event)$/.test(name)],
  ['Options', ({ name }) => name.endsWith('Options')],
];

export function load(app) {
  // Options that are set earlier are lost when the configuration is read.
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    registerPagesOnly(app.files, app.logger);
    app.options.setValue('markdownItLoader', (parser) => {
      nameCodeInHeadings(parser);
      unlinkSources(parser);
    });
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    namePage(document);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    project.children.sort((a, b) => rankOf(a) - rankOf(b));
    project.childrenIncludingDocuments.sort((a, b) => rankOf(a) - rankOf(b));
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      describeModule(app.converter, module);
      for (const exported of module.children ?? []) groupExport(exported);
    }
  });
}

/** Names a page by its first heading, instead of by its file. */
function namePage(document) {
  const path = pathOf(document);
  const text = document.content.map((part) => part.text).join('');
  const [, title] = /^# (.+)/.exec(text) ?? [];
  if (title === undefined) throw new Error(`${path} must begin with a heading of level 1`);
  document.name = title.replaceAll('`', '');
  document.frontmatter.group = PAGE_GROUPS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Names a module as users import it. */
function describeModule(converter, module) {
  const [, folder, entry] = ENTRY_POINT.exec(pathOf(module)) ?? [];
  if (folder === undefined) throw new Error(`${module.name} is not an entry point of a package`);
  module.name = `@scopegate/${folder}${entry === 'index' ? '' : `/${entry}`}`;
  if (entry === 'index') showReadme(converter, module, folder);
  addToGroup(module, 'Packages');
}

/** Shows the README of a package on the page of its main entry point. */
function showReadme(converter, module, folder) {
  const { files } = module.project;
  const path = `${process.cwd()}/packages/${folder}/README.md`;
  const text = readFileSync(path, 'utf8').replace(/^# .+\n+/, '');
  module.readme = converter.parseRawComment(new MinimalSourceFile(text, path), files).content;
  // The README says more than the comment of the module.
  delete module.comment;
  files.registerReflectionPath(path, module);
}

/** Modules in the order of their packages, after all pages. */
function rankOf(reflection) {
  return PACKAGES.indexOf(ENTRY_POINT.exec(pathOf(reflection))?.[1]);
}

function groupExport(exported) {
  if (exported.kind === ReflectionKind.Reference) return;
  const [group] = EXPORT_GROUPS.find(([, accepts]) => accepts(exported)) ?? [];
  if (group !== undefined) addToGroup(exported, group);
}

function addToGroup(reflection, group) {
  // The comment of a function belongs to its signature.
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: group }]));
}

/** The file of a page or a module, from the root of the workspace. */
function pathOf(reflection) {
  const path = reflection.project.files.getReflectionPath(reflection);
  return path?.slice(process.cwd().length + 1) ?? '';
}
