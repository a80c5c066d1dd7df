/**
 * Manifest and tests agree.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS, SPECIFICATIONS } from './requirements.js';
import type { Requirement } from './requirements/specification.js';
import { readConformanceTests, readPackageTests } from './citations.js';

const { citations, anonymous } = readConformanceTests('test/conformance');
const inPackages = readPackageTests();
const byId = new Map(REQUIREMENTS.map((requirement) => [requirement.id, requirement]));

function idsWith(...statuses: Requirement['status'][]): string[] {
  return REQUIREMENTS.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
}

function cited(kind: 'verifies' | 'notYet'): Set<string> {
  return new Set(citations.filter((citation) => citation.kind === kind).map(({ id }) => id));
}

describe('requirements manifest', () => {
  it('has unique ids', () => {
    expect(byId.size).toBe(REQUIREMENTS.length);
  });

  it('has ids of a specification, its section and a short name', () => {
    const form = /^[a-z][a-z0-9-]*#(?:\d+(?:\.\d+)*|[a-z]+)\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
    expect([...byId.keys()].filter((id) => !form.test(id))).toEqual([]);
  });

  it('has a reason for each declined or planned requirement', () => {
    const reasons = REQUIREMENTS.map((entry) =>
      entry.status === 'tested' ? entry.id : entry.reason,
    );
    expect(reasons.filter((reason) => reason.trim() === '')).toEqual([]);
  });

  it('has no planned MUST of the specifications that are implemented', () => {
    const later = /DPoP|introspection|step-up|Status List|client of/;
    const planned = SPECIFICATIONS.filter(({ title }) => !later.test(title))
      .flatMap(({ requirements }) => requirements)
      .filter(({ status, level }) => status === 'planned' && level.startsWith('MUST'));
    expect(planned).toEqual([]);
  });
});

describe('tests of requirements', () => {
  it('show every tested requirement', () => {
    const shown = new Set([...cited('verifies'), ...inPackages.map(({ id }) => id)]);
    expect(idsWith('tested').filter((id) => !shown.has(id))).toEqual([]);
  });

  it('expect every planned requirement to fail', () => {
    const watched = cited('notYet');
    expect(idsWith('planned').filter((id) => !watched.has(id))).toEqual([]);
    expect([...watched].filter((id) => byId.get(id)?.status !== 'planned')).toEqual([]);
  });

  it('show no requirement that the manifest calls planned', () => {
    const planned = new Set(idsWith('planned'));
    const shown = [...citations.filter(({ kind }) => kind === 'verifies'), ...inPackages];
    expect(shown.filter(({ id }) => planned.has(id))).toEqual([]);
  });

  it('cite only requirements of the manifest', () => {
    expect([...citations, ...inPackages].filter(({ id }) => !byId.has(id))).toEqual([]);
  });

  it('cite at least one requirement each', () => {
    const ours = /\/(manifest|support)\//;
    expect(anonymous.filter((place) => !ours.test(place))).toEqual([]);
  });
});
