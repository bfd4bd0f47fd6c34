import { createInterface } from 'node:readline';
import { legible } from '../../domain/legible';
import { asHoldfastError, EXIT, type ExitCode, exitCodeOf } from '../errors';
import { notOk, plain, type Red, redOn } from './red';
import { type Line, printedLines } from './table';

/** A stream that is written to, with what Node tells of one that is a terminal. */
interface Output extends NodeJS.WritableStream {
  isTTY?: boolean;
  columns?: number;
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}

/** The streams of a command; a process has one set of them. */
export interface Terminal {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: Output;
  stderr: Output;
}

/**
 * A command's answer, as JSON for programs and as text for people. The text is a list of lines, so
 * that a line break within a value from outside is escaped and starts no line of its own.
 */
export interface Answer<Json = unknown> {
  json: Json;
  text: Line[];
  exitCode?: ExitCode;
}

const NARROWEST = 40;

/** How wide tables may be: by COLUMNS, as other programs take it, or the terminal's own width. */
function widthOf({ COLUMNS }: NodeJS.ProcessEnv, { stdout }: Terminal): number | undefined {
  const columns = /^[1-9]\d{0,3}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : stdout.columns;
  return columns === undefined ? undefined : Math.max(NARROWEST, columns);
}

/**
 * The only place that writes. With `--json` stdout gets a single JSON document, and everything else
 * goes to stderr. Control characters are escaped here, in JSON by escapes that mean the same
 * characters.
 */
export class Screen {
  readonly json: boolean;
  exitCode: ExitCode = EXIT.done;
  readonly #terminal: Terminal;
  readonly #env: NodeJS.ProcessEnv;

  constructor(json: boolean, terminal: Terminal, env: NodeJS.ProcessEnv = {}) {
    this.json = json;
    this.#terminal = terminal;
    this.#env = env;
  }

  answer({ json, text, exitCode = EXIT.done }: Answer): void {
    if (this.json) this.#writeJson(json);
    else this.#write(this.#terminal.stdout, text);
    this.exitCode = exitCode;
  }

  /**
   * Writes the first lines of an answer that is too long to be held as a whole, and waits until
   * they are taken; false if the reader has closed the pipe.
   */
  begin(lines: Line[]): Promise<boolean> {
    return new Promise((resolve) => {
      this.#write(this.#terminal.stdout, lines, (error) => resolve(!error));
    });
  }

  /** The help, which commander writes in pieces. */
  help(pieces: string[]): void {
    const help = pieces.join('').trimEnd();
    this.answer({ json: { help }, text: help.split('\n') });
  }

  /** Writes what is not the answer, such as warnings and progress, to stderr. */
  note(...lines: Line[]): void {
    this.#write(this.#terminal.stderr, lines);
  }

  /** The stream for progress; undefined if stderr is no terminal, or JSON was asked for. */
  get progressStream(): NodeJS.WritableStream | undefined {
    const { stderr } = this.#terminal;
    return !this.json && stderr.isTTY ? stderr : undefined;
  }

  /** Whether a question can be asked: stdin and stderr are terminals, and JSON wasn't asked for. */
  get canAsk(): boolean {
    return Boolean(this.progressStream && this.#terminal.stdin.isTTY);
  }

  /** Asks on stderr, like everything that is not the answer. */
  confirm(question: string): Promise<boolean> {
    return askYesNo(legible(question), this.#terminal);
  }

  fail(thrown: unknown): void {
    const error = asHoldfastError(thrown);
    const { code, message, details } = error;
    // Code and message come first, and no detail can replace them.
    const published = Object.assign({ code, message }, details, { code, message });
    if (this.json) this.#writeJson({ error: published });
    else this.note(notOk(`${code}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`));
    this.exitCode = exitCodeOf(error);
  }

  #write(stream: Output, lines: Line[], written?: (error?: Error | null) => void): void {
    if (lines.length === 0) return;
    const red: Red = this.json ? plain : redOn(stream, this.#env);
    const width = widthOf(this.#env, this.#terminal);
    const printed = printedLines(lines, width, red).join('\n');
    stream.write(`${printed.trimEnd()}\n`, written);
  }

  #writeJson(json: unknown): void {
    this.#terminal.stdout.write(`${legible(JSON.stringify(json))}\n`);
  }
}

/** Asks a question. Anything but a yes is a no, and so are Ctrl-C and Ctrl-D. */
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
