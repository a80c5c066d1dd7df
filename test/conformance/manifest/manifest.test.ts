/**
 * Manifest and tests agree.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS } from './requirements.js';
import type { Requirement } from './requirements/specification.js';
import { readConformanceTests, readPackageTests } from './citations.js';

const { citations, anonymous } = readConformanceTests('test/conformance');
const inPackages = readPackageTests();
const byId = new Map(REQUIREMENTS.map((requirement) => [requirement.id, requirement]));

function idsWith(wanted: Requirement['status']): string[] {
  return REQUIREMENTS.filter(({ status }) => status === wanted).map(({ id }) => id);
}

describe('requirements manifest', () => {
  it('has unique ids', () => {
    expect(byId.size).toBe(REQUIREMENTS.length);
  });

  it('has ids of a specification, its section and a short name', () => {
    const form = /^[a-z][a-z0-9-]*#(?:\d+(?:\.\d+)*|[a-z]+)\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
    expect([...byId.keys()].filter((id) => !form.test(id))).toEqual([]);
  });

  it('has a reason for each declined requirement', () => {
    const reasons = REQUIREMENTS.map((entry) =>
      entry.status === 'tested' ? entry.id : entry.reason,
    );
    expect(reasons.filter((reason) => reason.trim() === '')).toEqual([]);
  });
});

describe('tests of requirements', () => {
  it('show every tested requirement', () => {
    const shown = new Set([...citations, ...inPackages].map(({ id }) => id));
    expect(
      idsWith('tested').filter((id) => !shown.has(id)),
      'each of these ids must be cited: by verifies(id, …) in test/conformance/rfc, or at the beginning of the title of a unit test in packages',
    ).toEqual([]);
  });

  it('show no declined requirement', () => {
    const declined = new Set(idsWith('declined'));
    expect(
      [...citations, ...inPackages].filter(({ id }) => declined.has(id)),
      'the manifest declines these ids; set their status to "tested", or remove the tests',
    ).toEqual([]);
  });

  it('cite only requirements of the manifest', () => {
    expect(
      [...citations, ...inPackages].filter(({ id }) => !byId.has(id)),
      'each of these ids must have a row in test/conformance/manifest/requirements',
    ).toEqual([]);
  });

  it('cite at least one requirement each', () => {
    const ours = /\/(manifest|support)\//;
    expect(
      anonymous.filter((place) => !ours.test(place)),
      'these tests must cite ids: write verifies(id, title, body) instead of it(title, body)',
    ).toEqual([]);
  });
});
