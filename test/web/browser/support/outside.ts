import type { GenerationProvider } from '../../../../providers/generation-provider';
import type { PaymentProvider } from '../../../../providers/payment-provider';
import type { Holdfast } from '../../../workflows/harness';

/**
 * Providers under the test's control: it decides when a generation is finished and how a payment
 * ends.
 */
export interface Outside {
  generationProvider: GenerationProvider;
  paymentProvider: PaymentProvider;
  /** Generations that have begun go on until `finish`. */
  hold(): void;
  finish(): void;
  /** Money is taken, and the answer about it stays on the way until `answer`. */
  keepAnswers(): void;
  answer(): void;
  /** The account's default payment method, e.g. `simulate-declined`. */
  payWith(accountId: string, paymentMethod: string): void;
}

export function createOutside({ provider, payments }: Holdfast): Outside {
  const generations = new Gate();
  const answers = new Gate();
  const methods = new Map<string, string>();
  return {
    generationProvider: {
      ...provider,
      async state(key) {
        const reached = await provider.state(key);
        const isHeld = generations.isClosed && reached.state === 'succeeded';
        return isHeld ? { state: 'running', progress: 0.4 } : reached;
      },
    },
    paymentProvider: {
      ...payments,
      async charge(asked) {
        const paymentMethod = asked.paymentMethod ?? methods.get(asked.accountId) ?? null;
        const state = await payments.charge({ ...asked, paymentMethod });
        await answers.passed();
        return state;
      },
    },
    hold: () => generations.close(),
    finish: () => generations.open(),
    keepAnswers: () => answers.close(),
    answer: () => answers.open(),
    payWith: (accountId, paymentMethod) => void methods.set(accountId, paymentMethod),
  };
}

class Gate {
  #opened: Promise<void> | undefined;
  #open = (): void => {};

  get isClosed(): boolean {
    return this.#opened !== undefined;
  }

  close(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
    this.#opened = undefined;
  }

  async passed(): Promise<void> {
    await this.#opened;
  }
}
