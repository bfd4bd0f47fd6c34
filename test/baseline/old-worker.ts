import { Client, type DatabaseError } from 'pg';

/** What v0.1.0 tells its callers as a code that may be asked again: its own table of SQLSTATEs. */
const ASKED_AGAIN =
  /^(08...|53...|57...|28...|3D000|55P03|40P01|40001|25006|3F000|42P01|42703|42883)$/;
const FAR = '2027-06-01T00:00:00.000Z';
const PAUSE_MS = 20;

interface Answer {
  result?: Record<string, unknown>;
  refusal?: { code: string };
  replayed?: boolean;
}

/**
 * A worker of v0.1.0 with an account of its own: it makes the calls that v0.1.0 made, as it made
 * them, and repeats each that fails with the same key.
 */
export class OldWorker {
  /** Rounds that are through. */
  rounds = 0;
  /** Credits that it has been told of: granted less spent and deducted. */
  available = 0;
  /** SQLSTATEs after which it has asked again. */
  readonly askedAgain: string[] = [];
  #stopped = false;
  #client: Client | undefined;

  constructor(
    readonly accountId: string,
    private readonly url: string,
  ) {}

  async run(): Promise<void> {
    try {
      while (!this.#stopped) {
        await this.#round();
        this.rounds += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } finally {
      await this.#client?.end();
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #round(): Promise<void> {
    const n = this.rounds;
    const a = this.accountId;
    // A credit for every three seconds.
    const film = { kind: 'ai-avatar', inputHash: 'x', metadata: null, maxCredits: null };
    const grant = { credits: 10, source: 'promotion', reason: 'old', by: 'old', expiresAt: FAR };
    const paid = { ...grant, costCents: 0, currency: 'USD' };
    // Each is said twice, as by a worker that has lost the answer.
    await this.#twice('grant_credits', [a, `g${n}`, paid]);
    this.available += 10;
    await this.#twice('reserve_credits', [
      a,
      `r${n}`,
      { ...film, seconds: 18 },
      6,
      2,
      600_000,
      null,
    ]);
    await this.#ask('balance', [a, null]);
    await this.#twice('commit_reservation', [a, `r${n}`, 4, 'file:///o']);
    this.available -= 4;
    await this.#twice('reserve_credits', [
      a,
      `f${n}`,
      { ...film, seconds: 9 },
      3,
      2,
      600_000,
      null,
    ]);
    await this.#twice('release_reservation', [a, `f${n}`, 'cancelled']);
    await this.#waits(n, { ...film, seconds: 3_000_000 });
    await this.#twice('deduct_credits', [a, `d${n}`, { credits: 1, reason: 'old', by: 'old' }]);
    this.available -= 1;
    await this.#ask('set_limits', [a, `l${n}`, { dailyCreditsMax: null }]);
    await this.#ask('stop_admissions', [a, 'other', 'old', 'old']);
    await this.#ask('admit_again', [a, 'other']);
    await this.#ask('open_purchase', [a, `p${n}`, { packId: 'pack-125', shownPriceCents: 4_900 }]);
    await this.#twice('close_purchase', [a, `p${n}`, 'voided', 'cancelled']);
    for (const name of ['waiting_queue', 'account_settings', 'account_notices', 'attend_account'])
      await this.#ask(name, [a]);
  }

  /** A request that waits for more than there is, and is given up. */
  async #waits(n: number, body: object): Promise<void> {
    const wait = { until: FAR };
    const { refusal } = await this.#ask('reserve_credits', [
      ...[this.accountId, `w${n}`, body, 1_000_000, 2, 600_000, wait],
    ]);
    if (refusal) throw new Error(`A request may not wait: ${refusal.code}`);
    await this.#ask('waiting_place', [this.accountId, `w${n}`]);
    await this.#twice('release_reservation', [this.accountId, `w${n}`, 'cancelled']);
  }

  async #twice(name: string, args: unknown[]): Promise<void> {
    const first = await this.#ask(name, args);
    const second = await this.#ask(name, args);
    if (first.refusal ?? second.refusal)
      throw new Error(`${name} was refused: ${JSON.stringify([first, second])}`);
    if (second.replayed === false) throw new Error(`${name} was done twice: ${String(args[1])}`);
  }

  async #ask(name: string, args: unknown[]): Promise<Answer> {
    while (true) {
      try {
        this.#client ??= await connect(this.url);
        const places = args.map((_, index) => `$${index + 1}`).join(', ');
        const { rows } = await this.#client.query(`SELECT holdfast.${name}(${places}) AS answer`, [
          ...args,
        ]);
        return rows[0]?.answer ?? {};
      } catch (error) {
        const { code = '' } = error as DatabaseError;
        if (!ASKED_AGAIN.test(code)) throw new Error(`${name} failed for good`, { cause: error });
        this.askedAgain.push(code);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('SET statement_timeout = 10000; SET lock_timeout = 5000');
  return client;
}
