import { asHoldfastError, EXIT, type ExitCode, exitCodeOf } from '../exit-codes';
import { askYesNo } from './question';
import type { Terminal } from './terminal';

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
  exitCode: ExitCode = EXIT.done;
  readonly #terminal: Terminal;

  constructor(json: boolean, terminal: Terminal) {
    this.json = json;
    this.#terminal = terminal;
  }

  answer({ json, text, exitCode = EXIT.done }: Answer): void {
    this.#terminal.stdout.write(this.json ? `${JSON.stringify(json)}\n` : `${text.trimEnd()}\n`);
    this.exitCode = exitCode;
  }

  /** Commander hands over help in pieces. */
  help(pieces: string[]): void {
    const text = pieces.join('').trimEnd();
    this.answer({ json: { help: text }, text });
  }

  /** Anything that is not the answer: warnings and progress. */
  note(line: string): void {
    this.#terminal.stderr.write(`${line}\n`);
  }

  /** Where somebody watches, if anybody does. */
  get progressTo(): NodeJS.WritableStream | undefined {
    const { stderr } = this.#terminal;
    return !this.json && stderr.isTTY ? stderr : undefined;
  }

  /** Whether there is somebody to ask. */
  get canAsk(): boolean {
    return Boolean(this.progressTo && this.#terminal.stdin.isTTY);
  }

  /** On stderr, like every other thing that is not the answer. */
  confirm(question: string): Promise<boolean> {
    return askYesNo(question, this.#terminal);
  }

  fail(thrown: unknown): void {
    const error = asHoldfastError(thrown);
    const { code, message, details } = error;
    // In this order for readers; a detail never takes the place of the code or the message.
    const published = Object.assign({ code, message }, details, { code, message });
    if (this.json) this.#terminal.stdout.write(`${JSON.stringify({ error: published })}\n`);
    else this.#terminal.stderr.write(`${code}: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    this.exitCode = exitCodeOf(error);
  }
}
