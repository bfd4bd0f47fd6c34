import { spawnSync } from 'node:child_process';
import { completionOf, SHELLS } from '../../cli/completion';
import { createProgram } from '../../cli/program';

const program = createProgram(
  () => async () => {
    throw new Error('Completion runs nothing.');
  },
  () => {},
);

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const script = [
    completionOf(program, 'bash'),
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _holdfast; printf "%s\\n" "$' + '{COMPREPLY[@]}"',
  ].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().split('\n').sort();
}

test('bash completes commands, commands of commands, and options, behind any arguments', () => {
  expect(offered('holdfast', 'canc')).toEqual(['cancel', 'cancel-generation']);
  expect(offered('holdfast', 'catalog', 'd')).toEqual(['diff']);
  expect(offered('holdfast', '--json', 'balance', 'acme', '--a')).toEqual(['--as-of']);
  expect(offered('holdfast', 'history', 'catalog', '--b')).toEqual(['--before']);
  expect(offered('holdfast', 'no-such-command', 'bal')).toEqual(['balance']);
});

test.each(SHELLS)('the script for %s has every command and every option', (shell) => {
  const script = completionOf(program, shell);
  const commands = program.commands.flatMap((one) => [one, ...one.commands]);
  expect(commands.length).toBeGreaterThan(40);
  const words = commands.flatMap((one) => [
    one.name(),
    ...one.options.map(({ long, flags }) => (long ?? flags).replace(/^--/, '')),
  ]);
  const missing = words.filter((word) => !new RegExp(`[\\s'-]${word}[\\s']`).test(script));
  expect(missing).toEqual([]);
});
