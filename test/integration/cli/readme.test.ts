import { describe, expect, it } from 'vitest';
import { readExamples, runExample } from './readme-examples.js';

const examples = readExamples();

describe('README of the command', () => {
  it('has an example of every command', () => {
    const commands = new Set(examples.map(({ command }) => command.split(' ', 1)[0]));
    expect([...commands].sort()).toEqual(['doctor', 'explain', 'privileges', 'routes', 'trials']);
  });

  it.each(examples)('shows the output of scopegate $command', async ({ command, output }) => {
    const { stdout } = await runExample(command);
    expect(stdout).toMatch(toPattern(output));
  });
});

/** Whether `…` stands for the rest of a line or for any number of lines depends on what precedes it. */
function toPattern(lines: readonly string[]): RegExp {
  const patterns = lines.map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?';
    return `${line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/…$/, '.*')}\\n`;
  });
  return new RegExp(`^${patterns.join('')}$`);
}
