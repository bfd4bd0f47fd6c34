import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Charge } from '../../providers/payment-provider';
import {
  createStubPaymentProvider,
  type StubPaymentOptions,
} from '../../providers/stub-payment/stub-payment-provider';
import { builtFile } from '../setup/built-file';
import { eventually } from '../support/eventually';
import { chargeOf, KEY, makeStub, PAID, PENDING, simulating, timesTaken } from './payment-fixtures';
import { makeTempFolder, removeTempFolders } from './temp-folder';

afterAll(removeTempFolders);

describe('a process that is killed', () => {
  /**
   * Charges with the built provider in a process of its own, which prints the key of each answered
   * charge.
   */
  function chargeElsewhere(options: StubPaymentOptions, charges: Charge[]) {
    const script = `
      const { createStubPaymentProvider } = require(${JSON.stringify(builtFile('providers/stub-payment/stub-payment-provider.js'))});
      const provider = createStubPaymentProvider(${JSON.stringify(options)});
      (async () => {
        for (const charge of ${JSON.stringify(charges)}) {
          await provider.charge(charge);
          console.log(charge.idempotencyKey);
        }
      })();`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, exited: once(child, 'exit'), charged: createInterface(child.stdout) };
  }

  it('loses and doubles no payment, with others at work on the same payments', async () => {
    const outputDir = await makeTempFolder();
    const charges = Array.from({ length: 100 }, (_, n) =>
      chargeOf({ idempotencyKey: `purchase/acme/${n}` }),
    );
    const killed = chargeElsewhere({ outputDir }, charges);
    const others = [
      chargeElsewhere({ outputDir }, charges),
      chargeElsewhere({ outputDir }, [...charges].reverse()),
    ];
    const printed: string[] = [];
    for await (const key of killed.charged) {
      printed.push(key);
      if (printed.length === 10) killed.child.kill('SIGKILL');
    }
    expect(await killed.exited).toEqual([null, 'SIGKILL']);
    for (const other of others) expect(await other.exited).toEqual([0, null]);

    const provider = createStubPaymentProvider({ outputDir });
    const book = await provider.book();
    expect(book).toHaveLength(100);
    expect(book.filter(({ state, timesTaken: times }) => state !== 'paid' || times !== 1)).toEqual(
      [],
    );
    expect(book.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      expect.arrayContaining(printed),
    );
    for (const charge of charges) expect(await provider.charge(charge)).toEqual(PAID);
  });

  it('leaves a payment that is made in its time, if its caller still waited', async () => {
    const outputDir = await makeTempFolder();
    const waitMs = 600_000;
    const { child, exited } = chargeElsewhere({ outputDir, slowMs: waitMs }, [simulating('slow')]);
    const later = createStubPaymentProvider({ outputDir, now: () => Date.now() + waitMs });
    const provider = createStubPaymentProvider({ outputDir });
    await eventually(async () => (await provider.state(KEY)).state !== 'unknown');
    child.kill('SIGKILL');
    await exited;
    expect(await provider.charge(simulating('slow'))).toEqual(PENDING);
    expect(await later.state(KEY)).toEqual(PAID);
    expect(await timesTaken(provider)).toBe(1);
  });

  it.each([
    ['accepting', /^(end|taken-.*)\.json$/],
    ['deciding', /^taken-.*\.json$/],
  ])(
    'leaves the rest after %s a payment to the next process that reads it',
    async (_moment, unwritten) => {
      const { provider, open, outputDir } = await makeStub();
      await provider.charge(chargeOf());
      const files = await readdir(outputDir, { recursive: true, withFileTypes: true });
      const lost = files.filter(({ name }) => unwritten.test(name));
      expect(lost.length).toBeGreaterThan(0);
      for (const file of lost) await rm(join(file.parentPath, file.name));
      expect(await open().book()).toMatchObject([{ state: 'paid', timesTaken: 1 }]);
      expect(await open().charge(chargeOf())).toEqual(PAID);
      expect(await timesTaken(open())).toBe(1);
    },
  );
});
