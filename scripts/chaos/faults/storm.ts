import { setTimeout as pause } from 'node:timers/promises';
import type { Asked } from '../comparison/asked';
import { Random } from '../random';
import type { Tally } from '../tally';
import type { World } from '../world/world';
import type { Disturbed, Fault } from './fault';
import { Operator } from './operator';
import { FAULTS } from './table';

/** How many faults may go on at the same time. */
const AT_ONCE = 2;
const CALM_MS = { least: 200, most: 1_500 };
/** A wave of faults, and then a while in which everything runs, and what has piled up is served. */
const WAVE_MS = { least: 8_000, most: 20_000 };
const LULL_MS = { least: 20_000, most: 40_000 };

/** Makes faults in waves, in an order that follows from the seed: each once, then each again. */
export class Storm {
  #disturbed = new Set<string>();
  #deck: Fault[] = [];
  readonly #random: Random;

  constructor(
    private readonly world: World,
    private readonly asked: Asked,
    private readonly tally: Tally,
    seed: number,
  ) {
    this.#random = new Random(seed, 'storm');
  }

  /** Until the time has come; then everything works again. */
  async rage(ms: number): Promise<void> {
    const operator = await Operator.open(this.world);
    const end = Date.now() + ms;
    try {
      while (Date.now() < end) {
        const waveEnd = Math.min(end, Date.now() + this.#length(WAVE_MS));
        await Promise.all(Array.from({ length: AT_ONCE }, () => this.#one(operator, waveEnd)));
        await this.#untilAllRun();
        await pause(Math.min(this.#length(LULL_MS), Math.max(0, end - Date.now())));
      }
    } finally {
      await operator.close();
    }
  }

  /** On a busy machine a worker may need half a minute to start. */
  async #untilAllRun(): Promise<void> {
    const services = Object.values(this.world.services);
    await Promise.allSettled(services.map((service) => service.untilReady()));
  }

  async #one(operator: Operator, waveEnd: number): Promise<void> {
    const { world, asked } = this;
    while (Date.now() < waveEnd) {
      const fault = this.#draw();
      if (fault) {
        this.#disturbed.add(fault.on);
        const random = new Random(this.#random.between(0, 2 ** 31), fault.name);
        await this.#make(fault, { world, asked, operator, random });
        this.#disturbed.delete(fault.on);
      }
      await pause(this.#length(CALM_MS));
    }
  }

  #length({ least, most }: { least: number; most: number }): number {
    return this.#random.between(least, most);
  }

  /** The next whose subject is left alone now. */
  #draw(): Fault | undefined {
    if (this.#deck.length === 0) {
      this.#deck = this.#random.shuffled(FAULTS).filter((fault) => this.#isPossible(fault));
    }
    const index = this.#deck.findIndex(({ on }) => !this.#disturbed.has(on));
    return index === -1 ? undefined : this.#deck.splice(index, 1)[0];
  }

  #isPossible(fault: Fault): boolean {
    const why = fault.impossible?.(this.world);
    if (why !== undefined) this.tally.notDone.set(fault.name, why);
    return why === undefined;
  }

  async #make(fault: Fault, disturbed: Disturbed): Promise<void> {
    const { tally, asked } = this;
    try {
      if (!(await fault.begin(disturbed))) return;
      tally.begun(fault.name);
      if (fault.ms) await pause(disturbed.random.between(fault.ms.least, fault.ms.most));
      await fault.end?.(disturbed);
      tally.recovering(fault.name);
    } catch (error) {
      const words = error instanceof Error ? error.stack : String(error);
      asked.findings.push(`The fault “${fault.name}” could not be made or ended: ${words}`);
    }
  }
}
