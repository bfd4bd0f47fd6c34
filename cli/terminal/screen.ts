import { asHoldfastError, EXIT, type ExitCode, exitCodeOf } from '../exit-codes';
import { askYesNo } from './question';

/** What a command has to say, for a program and for a person. */
export interface Answer {
  json: object;
  text: string;
  exitCode?: ExitCode;
}

/** What is said to whoever answered a question with no. */
export const LEFT_ALONE: Answer = { json: { changed: false }, text: 'Nothing was changed.', exitCode: EXIT.unwanted };

/** The one place that writes: with `--json`, stdout gets a single JSON document, and everything else goes to stderr. */
export class Screen {
  readonly json: boolean;

  constructor(json: boolean) {
    this.json = json;
  }

  answer({ json, text, exitCode = EXIT.done }: Answer): void {
    process.stdout.write(this.json ? `${JSON.stringify(json)}\n` : `${text.trimEnd()}\n`);
    process.exitCode = exitCode;
  }

  /** Commander hands over help in pieces. */
  help(pieces: string[]): void {
    const text = pieces.join('').trimEnd();
    this.answer({ json: { help: text }, text });
  }

  /** Anything that is not the answer: warnings and progress. */
  note(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Whether there is somebody to ask. */
  get canAsk(): boolean {
    return !this.json && Boolean(process.stdin.isTTY && process.stderr.isTTY);
  }

  /** On stderr, like every other thing that is not the answer. */
  confirm(question: string): Promise<boolean> {
    return askYesNo(question);
  }

  fail(thrown: unknown): void {
    const error = asHoldfastError(thrown);
    const { code, message, details } = error;
    // In this order for readers; a detail never takes the place of the code or the message.
    const published = Object.assign({ code, message }, details, { code, message });
    if (this.json) process.stdout.write(`${JSON.stringify({ error: published })}\n`);
    else process.stderr.write(`${code}: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
