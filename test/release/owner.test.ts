import { describe, expect, it } from 'vitest';
import { readOwner } from '../../.ci/release/owner.mjs';

const FILLED_IN = {
  repository: { type: 'git', url: 'https://github.com/acme/scopegate' },
  homepage: 'https://scopegate.dev/',
  bugs: { url: 'https://github.com/acme/scopegate/issues' },
};

/** The mistakes, without what to do. */
function mistakesWith(members: Readonly<Record<string, unknown>>): string[] {
  const { mistakes } = readOwner({ ...FILLED_IN, ...members });
  return mistakes.map((mistake) => mistake.split(';')[0] ?? '');
}

describe('readOwner', () => {
  it('reads what the owner has filled in', () => {
    expect(readOwner(FILLED_IN)).toEqual({
      owner: {
        repository: 'https://github.com/acme/scopegate',
        homepage: 'https://scopegate.dev/',
        bugs: 'https://github.com/acme/scopegate/issues',
      },
      mistakes: [],
    });
  });

  it('lists what is missing, with what to do', () => {
    expect(readOwner({})).toEqual({
      owner: {},
      mistakes: [
        'package.json: "repository" is missing; write "repository": { "type": "git", "url": "https://github.com/<owner>/<name>" }',
        'package.json: "homepage" is missing; write "homepage": "https://…", the page that readers should open first',
        'package.json: "bugs" is missing; write "bugs": { "url": "https://github.com/<owner>/<name>/issues" }',
      ],
    });
  });

  it.each([
    'https://github.com/acme/scopegate',
    'https://github.com/acme/scopegate.git',
    'git+https://github.com/acme/scopegate.git',
  ])('accepts the repository %s, and reads it in one form', (url) => {
    const { owner, mistakes } = readOwner({ ...FILLED_IN, repository: { type: 'git', url } });
    expect(mistakes).toEqual([]);
    expect(owner.repository).toBe('https://github.com/acme/scopegate');
  });

  const MUST_BE_ON_GITHUB =
    'must be a repository on GitHub, because the release workflow and the links in READMEs need one';

  it.each<[unknown, string]>([
    ['http://github.com/acme/scopegate', 'must use https'],
    ['git+http://github.com/acme/scopegate.git', 'must use https'],
    ['git+ssh://git@github.com/acme/scopegate.git', 'must use https instead of SSH'],
    ['ssh://git@github.com/acme/scopegate.git', 'must use https instead of SSH'],
    ['git@github.com:acme/scopegate.git', 'must use https instead of SSH'],
    ['git://github.com/acme/scopegate.git', 'must use https instead of SSH'],
    ['https://github.com/acme/scopegate/', 'must not end with a slash'],
    ['https://github.com/<owner>/<name>', 'is a placeholder'],
    ['https://github.com/OWNER/scopegate', 'is a placeholder'],
    ['https://github.com/your-org/scopegate.git', 'is a placeholder'],
    ['https://github.com/acme/REPO', 'is a placeholder'],
    ['https://github.com/${GITHUB_REPOSITORY}', 'is a placeholder'],
    ['https://github.com/acme', MUST_BE_ON_GITHUB],
    ['https://github.com/acme/scopegate/tree/main', MUST_BE_ON_GITHUB],
    ['https://user:password@github.com/acme/scopegate', MUST_BE_ON_GITHUB],
    ['https://git.example.com/acme/scopegate', MUST_BE_ON_GITHUB],
    ['acme/scopegate', MUST_BE_ON_GITHUB],
    ['', MUST_BE_ON_GITHUB],
    [1, 'must be an object with "type" and "url"'],
  ])('refuses the repository %j', (url, mistake) => {
    expect(mistakesWith({ repository: { type: 'git', url } })).toEqual([
      `package.json: "repository" ${mistake}`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['repository', 'https://github.com/acme/scopegate', 'must be an object with "type" and "url"'],
    ['repository', null, 'must be an object with "type" and "url"'],
    ['homepage', { url: 'https://scopegate.dev' }, 'must contain a URL'],
    ['homepage', 'http://scopegate.dev', 'must use https'],
    ['homepage', 'scopegate.dev', 'must be an absolute URL'],
    ['homepage', 'https://user:password@scopegate.dev', 'must not contain credentials'],
    ['homepage', 'https://example.com', 'is a placeholder'],
    ['homepage', 'https://docs.scopegate.example', 'is a placeholder'],
    ['homepage', 'https://github.com/owner/scopegate#readme', 'is a placeholder'],
    ['bugs', 'https://github.com/acme/scopegate/issues', 'must contain a URL'],
    ['bugs', { email: 'bugs@scopegate.dev' }, 'must contain a URL'],
    ['bugs', { url: 'https://github.com/<owner>/<name>/issues' }, 'is a placeholder'],
  ])('refuses as %s: %j', (name, value, mistake) => {
    expect(mistakesWith({ [name]: value })).toEqual([`package.json: "${name}" ${mistake}`]);
  });

  it('repeats no URL in a message, because it may contain credentials', () => {
    const url = 'https://user:password@scopegate.dev';
    const members = { repository: { type: 'git', url }, homepage: url, bugs: { url } };
    expect(readOwner(members).mistakes.join('\n')).not.toContain('password');
  });
});
