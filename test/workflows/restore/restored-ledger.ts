import { type RunningWorker, startWorker } from '../../../worker/worker';
import { holdfast as commandLine, holdfastJson, variablesOf } from '../../cli/command-line';
import { newKey, settingOf } from '../../codec/keys';
import { administer } from '../../support/process/administrator';
import { newNamespace } from '../../support/temporal';
import { whileUnreachable } from '../../support/while-unreachable';
import { type Holdfast, openHoldfast } from '../harness';

/**
 * Holdfast in a namespace of its own, with a codec, whose ledger keeps a watermark; and its backups.
 * The ledger's database is replaced under the processes that use it.
 */
export class RestoredLedger {
  readonly holdfast: Holdfast;
  readonly #variables: Record<string, string>;
  readonly #name: string;
  readonly #workers: RunningWorker[] = [];

  private constructor(holdfast: Holdfast, variables: Record<string, string>) {
    this.holdfast = holdfast;
    this.#variables = variables;
    this.#name = new URL(holdfast.database.ownerUrl).pathname.slice(1);
  }

  static async open(): Promise<RestoredLedger> {
    const codecKeys = [newKey('k1')];
    const namespace = await newNamespace('restored');
    const holdfast = await openHoldfast({ namespace, codecKeys });
    await holdfast.sql(
      "INSERT INTO holdfast.ledger_watermark (mark, marked_at, next_xid) VALUES (0, '-infinity', 0)",
    );
    const keys = { HOLDFAST_CODEC_KEYS: settingOf(codecKeys) };
    return new RestoredLedger(holdfast, { ...variablesOf(holdfast), ...keys });
  }

  /** The name of the database that was replaced. */
  get lost(): string {
    return `${this.#name}_lost`;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#workers.map((worker) => worker.stop()));
    await this.holdfast.close();
    for (const name of [this.lost, this.#backup])
      await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** As a backup of everything up to now. */
  async backUp(): Promise<void> {
    await this.#alone(this.#name, async () => {
      await administer(`CREATE DATABASE ${this.#backup} TEMPLATE ${this.#name} STRATEGY file_copy`);
    });
  }

  /** Puts the backup in the ledger's place. */
  async restore(): Promise<void> {
    await this.#alone(this.#name, async () => {
      await administer(`ALTER DATABASE ${this.#name} RENAME TO ${this.lost}`);
      await administer(`ALTER DATABASE ${this.#backup} RENAME TO ${this.#name}`);
    });
  }

  /** The watch of a worker that has started meanwhile: what it does every half minute. */
  async watched<T>(start: () => Promise<T>): Promise<{ started: T; look: () => Promise<void> }> {
    const intervals = jest.spyOn(globalThis, 'setInterval');
    try {
      const started = await start();
      const looks = intervals.mock.calls.flatMap(([look, ms]) => (ms === 30_000 ? [look] : []));
      return {
        started,
        look: async () => {
          for (const look of looks) await look();
        },
      };
    } finally {
      intervals.mockRestore();
    }
  }

  async startWorker(overrides: Partial<Holdfast['config']> = {}): Promise<RunningWorker> {
    const { config, provider, payments, temporal } = this.holdfast;
    const worker = await startWorker(
      { ...config, ...overrides },
      {
        generationProvider: provider,
        paymentProvider: payments,
        workflowBundlePath: temporal.workflowBundle.codePath,
      },
    );
    this.#workers.push(worker);
    return worker;
  }

  /** Lets the watermark move on although no minute has passed. */
  async passMinute(): Promise<void> {
    await this.holdfast.sql(
      "UPDATE holdfast.ledger_watermark SET marked_at = marked_at - interval '2 minutes'",
    );
  }

  run(...words: string[]) {
    return holdfastJson(this.#variables, ...words);
  }

  say(...words: string[]) {
    return commandLine(this.#variables, ...words);
  }

  get #backup(): string {
    return `${this.#name}_backup`;
  }

  /** Closes all connections to the database meanwhile: one that is in use is neither copied nor renamed. */
  async #alone(name: string, work: () => Promise<void>): Promise<void> {
    await administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    try {
      await administer(
        `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
      await work();
    } finally {
      for (const database of [name, `${name}_lost`]) {
        await administer(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`).catch(() => {});
      }
    }
    await whileUnreachable(() => this.holdfast.ledger.ledgerId());
  }
}
