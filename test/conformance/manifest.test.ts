/**
 * The gate: manifest and tests say the same.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS, SPECIFICATIONS } from './requirements.js';
import type { Requirement } from './requirements/specification.js';
import { root } from '../support/workspace.js';
import { readConformanceTests, readPackageTests } from './support/citations.js';

const { citations, anonymous } = readConformanceTests('test/conformance');
const inPackages = readPackageTests();
const byId = new Map(REQUIREMENTS.map((requirement) => [requirement.id, requirement]));

function idsWith(...statuses: Requirement['status'][]): string[] {
  return REQUIREMENTS.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
}

function cited(kind: 'verifies' | 'notYet'): Set<string> {
  return new Set(citations.filter((citation) => citation.kind === kind).map(({ id }) => id));
}

describe('manifest', () => {
  it('names each requirement once', () => {
    expect(byId.size).toBe(REQUIREMENTS.length);
  });

  it('says why a requirement is declined or planned', () => {
    const reasons = REQUIREMENTS.map((entry) =>
      entry.status === 'tested' ? entry.id : entry.reason,
    );
    expect(reasons.filter((reason) => reason.trim() === '')).toEqual([]);
  });

  it('plans nothing of what a resource server has to do today', () => {
    const later = /DPoP|certificate-bound|introspection|step-up|Status List|client of/;
    const planned = SPECIFICATIONS.filter(({ title }) => !later.test(title))
      .flatMap(({ requirements }) => requirements)
      .filter(({ status, level }) => status === 'planned' && level.startsWith('MUST'));
    expect(planned).toEqual([]);
  });
});

describe('tests', () => {
  it('show every requirement that is tested', () => {
    const shown = new Set([...cited('verifies'), ...inPackages.map(({ id }) => id)]);
    expect(idsWith('tested').filter((id) => !shown.has(id))).toEqual([]);
  });

  it('watch for every requirement that is planned', () => {
    const watched = cited('notYet');
    expect(idsWith('planned').filter((id) => !watched.has(id))).toEqual([]);
    expect([...watched].filter((id) => byId.get(id)?.status !== 'planned')).toEqual([]);
  });

  it('show nothing that the manifest still plans', () => {
    const planned = new Set(idsWith('planned'));
    const shown = [...citations.filter(({ kind }) => kind === 'verifies'), ...inPackages];
    expect(shown.filter(({ id }) => planned.has(id))).toEqual([]);
  });

  it('name no requirement that is not in the manifest', () => {
    expect([...citations, ...inPackages].filter(({ id }) => !byId.has(id))).toEqual([]);
  });

  it('name a requirement each', () => {
    const ours = /\/(manifest|readme)\.test\.ts:|\/support\//;
    expect(anonymous.filter((place) => !ours.test(place))).toEqual([]);
  });
});

// The list that the manifest was made from is kept beside the project, not in it.
const checklist = join(root, '../shared/STANDARDS.md');

describe.skipIf(!existsSync(checklist))('checklist', () => {
  it('has no row that the manifest lacks', () => {
    const rows = readFileSync(checklist, 'utf8').matchAll(
      /^\| ((?:RFC\d+(?:bis)?|TSL|JWKS|FETCH|CC)-[^ |]+) \|/gm,
    );
    const ids = [...rows].map(([, id]) => id ?? '');
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !byId.has(id))).toEqual([]);
  });
});
