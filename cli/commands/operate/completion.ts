import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { addCommand, type Run } from '../../command';
import { completionOf, SHELLS, type Shell } from '../../completion';

const printed = z.object({ shell: z.enum(SHELLS), script: z.string() });

export function addCompletion(program: Command, run: Run): void {
  addCommand(program, 'completion', 'Print the script by which a shell completes commands', [
    'holdfast completion bash >> ~/.bashrc',
    'holdfast completion zsh >> ~/.zshrc',
    'holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
  ])
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(
      run(printed, async (_, shell: Shell) => {
        const script = completionOf(program, shell);
        return { json: { shell, script }, text: script.trimEnd().split('\n') };
      }),
    );
}
