import { createInterface } from 'node:readline';
import type { Terminal } from './terminal';

/** Anything but a yes is a no; so are Ctrl-C and Ctrl-D, which give no answer at all. */
export function askYesNo(
  question: string,
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
): Promise<boolean> {
  const line = createInterface({ input: stdin, output: stderr });
  return new Promise((resolve) => {
    line.once('close', () => resolve(false));
    line.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      line.close();
    });
  });
}
