import { setTimeout as pause } from 'node:timers/promises';
import type { Asked } from '../comparison/asked';
import { Random } from '../random';
import type { Tally } from '../tally';
import { correct, grantByWorkflow } from './corrections';
import { generate } from './generations';
import { type Customer, customerOf, type Product } from './product';
import { buy } from './purchases';
import { reserveAndResolve } from './reservations';
import { changeSettings, switchTopUp } from './settings';
import { subscribe, tendSubscription } from './subscriptions';
import { untilAnswered } from './until-answered';

const STEADY = ['steady-1', 'steady-2', 'steady-3'];
const BRIEF = ['brief-1', 'brief-2'];
const WAITING = ['waiting-1', 'waiting-2'];
const DIRECT = ['direct-1', 'direct-2', 'direct-3'];

/** Customers who do the same thing over and over, each beginning anew a while after the end. */
interface Habit {
  name: string;
  accounts: readonly string[];
  /** How many customers of each account do it. */
  customers: number;
  pauseMs: number;
  turn(customer: Customer): Promise<void>;
}

const HABITS: readonly Habit[] = [
  {
    ...{ name: 'generating', accounts: STEADY, customers: 80, pauseMs: 20 },
    turn: (customer) => generate(customer, { waits: false }),
  },
  {
    ...{ name: 'generating-briefly', accounts: BRIEF, customers: 1, pauseMs: 300 },
    turn: (customer) => generate(customer, { waits: false }),
  },
  {
    ...{ name: 'waiting', accounts: WAITING, customers: 4, pauseMs: 100 },
    turn: (customer) => generate(customer, { waits: true }),
  },
  {
    ...{ name: 'feeding', accounts: WAITING, customers: 1, pauseMs: 1_000 },
    turn: (customer) => grantByWorkflow(customer, customer.random.between(3, 15)),
  },
  { name: 'buying', accounts: STEADY, customers: 1, pauseMs: 300, turn: buy },
  { name: 'renewing', accounts: BRIEF, customers: 1, pauseMs: 300, turn: tendSubscription },
  {
    ...{ name: 'setting', accounts: [...STEADY, ...WAITING], customers: 1, pauseMs: 1_500 },
    turn: changeSettings,
  },
  { name: 'reserving', accounts: DIRECT, customers: 2, pauseMs: 80, turn: reserveAndResolve },
  {
    ...{ name: 'correcting', accounts: DIRECT, customers: 1, pauseMs: 400 },
    turn: async (customer) => {
      await correct(customer, 'grant', customer.random.between(20, 60));
      await correct(customer, 'deduct', customer.random.between(1, 5));
    },
  },
];

/** All that the product's customers do at the same time. */
export class Load {
  #stopped = false;
  #giveUpAtMs = Number.POSITIVE_INFINITY;
  #turns: Promise<void>[] = [];

  constructor(
    private readonly product: Product,
    private readonly asked: Asked,
    private readonly tally: Tally,
    private readonly seed: number,
  ) {}

  /** Gives every account what it needs. Nothing is disturbed yet. */
  async prepare(): Promise<void> {
    const opening = (accountId: string) => this.#customer(accountId, `opening-${accountId}`);
    await Promise.all([
      ...STEADY.map((accountId) => subscribe(opening(accountId), 'steady')),
      ...BRIEF.map((accountId) => switchTopUp(opening(accountId), true)),
      ...DIRECT.map((accountId) => correct(opening(accountId), 'grant', 2_000_000)),
      ...WAITING.map((accountId) => grantByWorkflow(opening(accountId), 10)),
    ]);
  }

  start(): void {
    for (const habit of HABITS)
      for (const accountId of habit.accounts)
        for (let index = 1; index <= habit.customers; index += 1)
          this.#turns.push(this.#live(habit, accountId, `${habit.name}-${index}`));
  }

  /** Begins nothing more, and returns when everything that was begun has a definite answer. */
  async finish(withinMs: number): Promise<void> {
    this.#stopped = true;
    this.tally.over();
    this.#giveUpAtMs = Date.now() + withinMs;
    await Promise.all(this.#turns);
    await Promise.all(BRIEF.map((accountId) => this.#close(accountId)));
  }

  async #close(accountId: string): Promise<void> {
    const customer = this.#customer(accountId, `closing-${accountId}`);
    await switchTopUp(customer, false);
    const { subscriptions } = this.product.client;
    const found = await untilAnswered(customer, 'read a subscription', accountId, () =>
      subscriptions.get(accountId),
    );
    if (!found.ok || found.value === null) return;
    const { subscriptionId } = found.value;
    const named = { accountId, subscriptionId, key: customer.nextId() };
    await untilAnswered(customer, 'end a subscription', named.key, () =>
      subscriptions.endNow(named),
    );
  }

  #customer(accountId: string, name: string): Customer {
    const { asked, tally, product } = this;
    const asking = { asked, tally, giveUpAtMs: () => this.#giveUpAtMs };
    const random = new Random(this.seed, `${accountId}/${name}`);
    return customerOf(asking, product, accountId, name, random);
  }

  async #live({ turn, pauseMs }: Habit, accountId: string, name: string): Promise<void> {
    const customer = this.#customer(accountId, name);
    try {
      while (!this.#stopped) {
        await turn(customer);
        await pause(customer.random.between(0, 2 * pauseMs));
      }
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.asked.findings.push(`${name} of ${accountId}: ${words}`);
    }
  }
}
