import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The files of `npm run pack`. */
export interface Tarballs {
  server: string;
  client: string;
}

/** A folder outside the checkout, where packages are installed as a customer installs them. */
export class Project {
  private constructor(readonly folder: string) {}

  static async create(type: 'commonjs' | 'module' = 'commonjs'): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-product-'));
    const project = new Project(folder);
    await project.write('package.json', JSON.stringify({ name: 'product', private: true, type }));
    return project;
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  npm(...args: string[]): Promise<string> {
    return this.exec('npm', [...args, '--no-audit', '--no-fund']);
  }

  /** Runs a program here, without the settings of the test run. Fails with all that it printed. */
  async exec(
    command: string,
    args: string[],
    { env = {}, node }: { env?: NodeJS.ProcessEnv; node?: string } = {},
  ): Promise<string> {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(DATABASE_URL|TEMPORAL_|HOLDFAST_|NODE_|npm_)/.test(name),
    );
    const PATH = [...(node ? [node] : []), process.env.PATH].join(delimiter);
    const options = { cwd: this.folder, env: { ...Object.fromEntries(kept), PATH, ...env } };
    try {
      const { stdout } = await run(command, args, { ...options, maxBuffer: 64 * 2 ** 20 });
      return stdout.trim();
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
    }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
