import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What may stand behind the words that name a command: its commands, and its options. */
interface Place {
  /** Empty for the program itself; `catalog`, `catalog apply`. */
  path: string;
  candidates: { word: string; meaning: string }[];
}

/** The script by which a shell completes the words of `holdfast`. */
export function completionOf(program: Command, shell: Shell): string {
  const places = placesOf(program, '');
  if (shell === 'fish') return fishScript(places);
  const bash = bashScript(places);
  return shell === 'bash' ? bash : `autoload -Uz bashcompinit && bashcompinit\n${bash}`;
}

function placesOf(command: Command, path: string): Place[] {
  const commands = command.commands.map((one) => ({
    word: one.name(),
    meaning: one.description(),
  }));
  const options = command
    .createHelp()
    .visibleOptions(command)
    .map((option: Option) => ({ word: option.long ?? option.flags, meaning: option.description }));
  const own = { path, candidates: [...commands, ...options] };
  return [own, ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim()))];
}

/** Of the words so far, those that name a command are its path; ids and options lie between. */
function bashScript(places: Place[]): string {
  const paths = places.map(({ path }) => path.replaceAll(' ', '/')).join(' ');
  const cases = places.map(({ path, candidates }) => {
    const words = candidates.map(({ word }) => word).join(' ');
    return `    '${path}') words='${words}' ;;`;
  });
  return `_holdfast() {
  local path= word words= index known
  local paths='${paths}'
  for ((index = 1; index < COMP_CWORD; index += 1)); do
    word="\${COMP_WORDS[index]}"
    known="\${path:+$path/}$word"
    case " $paths " in *" $known "*) path="$known" ;; esac
  done
  case "\${path//\\// }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _holdfast holdfast
`;
}

function fishScript(places: Place[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = places.flatMap(({ path, candidates }) =>
    candidates.map(({ word, meaning }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${quoted(word)}`;
      const when = path === '' ? '__fish_use_subcommand' : seen(path);
      return `complete -c holdfast -n ${quoted(when)} ${what} -d ${quoted(meaning)}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}

function seen(path: string): string {
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}
