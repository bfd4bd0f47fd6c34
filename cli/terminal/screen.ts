import { createInterface } from 'node:readline';
import { z } from 'zod';
import { legible } from '../../domain/legible';
import { asHoldfastError, EXIT, type ExitCode, exitCodeOf } from '../errors';

/** What a command reads and writes: a process has one. */
export interface Terminal {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * What a command has to say, for a program and for a person. The text is a list of lines, because a value from outside may
 * hold line breaks: it never begins a line of its own.
 */
export interface Answer<Json = unknown> {
  json: Json;
  text: string[];
  exitCode?: ExitCode;
}

/** What is said to whoever answered a question with no. */
export const LEFT_ALONE = {
  json: { changed: false as const },
  text: ['Nothing was changed.'],
  exitCode: EXIT.unwanted,
};

/** The shape of a command that asks first. */
export function orLeftAlone<Printed extends z.ZodType>(printed: Printed) {
  return z.union([z.object({ changed: z.literal(false) }), printed]);
}

/**
 * The one place that writes: with `--json`, stdout gets a single JSON document, and everything else goes to stderr. What a
 * terminal would obey is escaped here, in JSON as well, where it means the same.
 */
export class Screen {
  readonly json: boolean;
  exitCode: ExitCode = EXIT.done;
  readonly #terminal: Terminal;

  constructor(json: boolean, terminal: Terminal) {
    this.json = json;
    this.#terminal = terminal;
  }

  answer({ json, text, exitCode = EXIT.done }: Answer): void {
    if (this.json) this.#writeJson(json);
    else this.#write(this.#terminal.stdout, text);
    this.exitCode = exitCode;
  }

  /** Commander hands over help in pieces. */
  help(pieces: string[]): void {
    const help = pieces.join('').trimEnd();
    this.answer({ json: { help }, text: help.split('\n') });
  }

  /** Anything that is not the answer: warnings and progress. */
  note(...lines: string[]): void {
    this.#write(this.#terminal.stderr, lines);
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
    return askYesNo(legible(question), this.#terminal);
  }

  fail(thrown: unknown): void {
    const error = asHoldfastError(thrown);
    const { code, message, details } = error;
    // In this order for readers; a detail never takes the place of the code or the message.
    const published = Object.assign({ code, message }, details, { code, message });
    if (this.json) this.#writeJson({ error: published });
    else this.note(`${code}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`);
    this.exitCode = exitCodeOf(error);
  }

  #write(stream: NodeJS.WritableStream, lines: string[]): void {
    stream.write(`${lines.map(legible).join('\n').trimEnd()}\n`);
  }

  #writeJson(json: unknown): void {
    this.#terminal.stdout.write(`${legible(JSON.stringify(json))}\n`);
  }
}

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
