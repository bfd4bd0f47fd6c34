import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { errorOf, holdfast, holdfastJson, onlyDocument, start, variablesOf } from './command-line';

const ACME = uniqueId('acme');
const POOR = uniqueId('poor');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.sql('UPDATE holdfast.catalog_versions SET document = jsonb_set(document, $1, $2)', [
    ['kinds', 'text-to-video-bytedance', 'cancelled'],
    '"used"',
  ]);
  await stack.startWorker();
  await stack.fund(ACME, 150);
});
afterAll(() => stack.close());

const generate = (...words: string[]) => holdfastJson(variables, 'generate', ...words);

test('a generation is committed, and the same request id gets the first answer', async () => {
  const first = await generate(ACME, 'ai-avatar', '--seconds', '10', '--request-id', 'r1');
  expect(first).toEqual({
    code: 0,
    json: {
      requestId: 'r1',
      status: 'committed',
      reserved: 4,
      charged: 4,
      outputUrl: expect.stringMatching(/^file:/),
    },
  });
  const [again, other] = await Promise.all([
    generate(ACME, 'ai-avatar', '--seconds', '10', '--request-id', 'r1'),
    generate(ACME, 'ai-avatar', '--seconds', '11', '--request-id', 'r1'),
  ]);
  expect(again).toEqual(first);
  expect(other).toEqual({ code: 3, json: errorOf('IDEMPOTENCY_CONFLICT', { requestId: 'r1' }) });
});

test('each simulation ends as it says', async () => {
  const simulate = (mode: string) =>
    generate(ACME, 'ai-avatar', '--seconds', '6', '--simulate', mode);
  const requestId = expect.stringMatching(/^cli-/);
  const committed = {
    requestId,
    status: 'committed',
    reserved: 2,
    charged: 2,
    outputUrl: expect.any(String),
  };
  const released = {
    requestId,
    status: 'released',
    reserved: 2,
    charged: 0,
    reason: 'content-refused',
    message: expect.stringMatching(/refuse/),
  };
  const [permanent, refused, shorter, transient] = await Promise.all([
    simulate('permanent'),
    simulate('refused'),
    simulate('shorter'),
    simulate('transient'),
  ]);
  expect(permanent).toEqual({ code: 5, json: released });
  expect(refused).toEqual({ code: 5, json: released });
  expect(shorter).toEqual({ code: 0, json: { ...committed, charged: 1 } });
  expect(transient).toEqual({ code: 0, json: committed });
});

test('a generation that costs too much is rejected with its shortfall and the packs that would cover it', async () => {
  await stack.fund(POOR, 10);
  const words = [POOR, 'ai-avatar', '--seconds', '60'];
  const [asJson, inWords, largest, changed] = await Promise.all([
    generate(...words),
    holdfast(variables, 'generate', ...words),
    generate(POOR, 'ai-avatar', '--seconds', '3000'),
    generate(POOR, 'text-to-image', '--max-credits', '1'),
  ]);
  const rejected = {
    requestId: expect.any(String),
    status: 'rejected',
    reserved: 0,
    charged: 0,
    message: expect.any(String),
  };
  const pack = (credits: number, priceCents: number, count = 1) => {
    return { packId: `pack-${credits}`, credits, priceCents, currency: 'USD', count };
  };
  const shortfall = { reason: 'INSUFFICIENT_CREDITS', required: 20, available: 10, shortfall: 10 };
  expect(asJson).toEqual({
    code: 3,
    json: {
      ...rejected,
      ...shortfall,
      packs: [pack(125, 4900), pack(300, 9900), pack(450, 14900)],
    },
  });
  expect(largest.json).toMatchObject({ shortfall: 990, packs: [pack(450, 14900, 3)] });
  expect(changed).toEqual({
    code: 3,
    json: { ...rejected, reason: 'PRICE_CHANGED', quoted: 2, maxCredits: 1, requestEnded: false },
  });
  expect(inWords.code).toBe(3);
  expect(inWords.stdout).toMatch(
    /10 short.*pack-125: 125 credits for 49 USD.*takes a new request id/s,
  );
});

test('the input comes as JSON or from a file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cli-'));
  try {
    const file = path.join(folder, 'input.json');
    writeFileSync(file, '{"prompt": "Kelp", "simulate": "refused"}');
    const [fromFile, fromText] = await Promise.all([
      generate(ACME, 'text-to-image', '--input', file),
      generate(ACME, 'text-to-image', '--input', '{"prompt": "Kelp", "simulate": "refused"}'),
    ]);
    expect(fromFile).toMatchObject({ code: 5, json: { reason: 'content-refused' } });
    expect(fromText).toMatchObject({ code: 5, json: { reason: 'content-refused' } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('bad input that only the catalog knows is refused, and leaves its request id free', async () => {
  const requestEnded = false;
  expect(await generate(ACME, 'text-to-smell')).toEqual({
    code: 2,
    json: errorOf('UNKNOWN_KIND', { requestEnded }),
  });
  expect(await generate(ACME, 'text-to-video-veo3', '--seconds', '8.001')).toEqual({
    code: 2,
    json: errorOf('DURATION_TOO_LONG', { maxSeconds: 8, requestEnded }),
  });
});

test('an account that the ledger doesn’t know is refused in words that leave the request id free', async () => {
  const words = [uniqueId('nobody'), 'text-to-image', '--request-id', 'r'];
  const { code, stdout } = await holdfast(variables, 'generate', ...words);
  expect(code).toBe(3);
  expect(stdout).toMatch(/2 short\. Nothing was begun .* may be used again\./);
  expect(stdout).toMatch(/Nothing ran and nothing was charged\. The request id was r\.\n$/);
});

test('Ctrl-C cancels a generation, and its outcome is printed', async () => {
  const words = ['generate', ACME, 'text-to-image', '--simulate', 'hang'];
  const hanging = start(variables, [...words, '--request-id', 'interrupted']);
  await hanging.says('2 credits reserved');
  hanging.interrupt();
  const { code, stdout } = await hanging.ended;
  expect(stdout).toMatch(/^Cancelled: nothing was charged, all 2 credits came back\./);
  expect(code).toBe(5);
  expect(await stack.ledger.request(ACME, 'interrupted')).toMatchObject({
    status: 'released',
    charged: 0,
  });
});

test('Ctrl-C says what the generation had used by then, and so do quote and show', async () => {
  const clip = ['text-to-video-bytedance', '--seconds', '10'];
  const words = ['generate', ACME, ...clip, '--simulate', 'hang', '--request-id', 'used'];
  const hanging = start(variables, words);
  await hanging.says('15 credits reserved');
  const { submitted } = stack.provider;
  await eventually(async () => submitted.includes(`generation/${ACME}/used`));
  hanging.interrupt();
  const { code, stdout } = await hanging.ended;
  expect(stdout).toMatch(/^Cancelled: 6 of 15 credits were used by then and charged, 9 credits/);
  expect(code).toBe(5);
  const [quoted, shown] = await Promise.all([
    holdfast(variables, 'quote', ...clip),
    holdfast(variables, 'show', ACME, 'used'),
  ]);
  expect(quoted.stdout).toMatch(
    /15 credits\n.*\nCancelled while it runs, it costs what it has used/,
  );
  expect(shown.stdout).toMatch(
    /It was cancelled: 6 of 15 credits were used by then.*committed \(cancelled\)/s,
  );
});

describe('show', () => {
  test('prints a delivered generation as Temporal and the ledger know it', async () => {
    await generate(ACME, 'text-to-image', '--request-id', 'shown');
    const [asJson, inWords] = await Promise.all([
      holdfastJson(variables, 'show', ACME, 'shown'),
      holdfast(variables, 'show', ACME, 'shown'),
    ]);
    expect(asJson).toMatchObject({
      code: 0,
      json: {
        accountId: ACME,
        requestId: 'shown',
        explanation: 'It was delivered: 2 credits of 2 reserved were charged.',
        workflow: {
          workflowId: `generation/${ACME}/shown`,
          state: 'completed',
          result: { status: 'committed' },
        },
        ledger: {
          status: 'committed',
          charged: 2,
          allocations: [{ grantId: '1', source: 'promotion', credits: 2, charged: 2 }],
        },
      },
    });
    expect(inWords.stdout).toMatch(/delivered.*generation\/acme\S+\/shown.*from grant/s);
  });

  test('says why a rejected generation is not in the ledger, and what an open one holds', async () => {
    await generate(POOR, 'ai-avatar', '--seconds', '60', '--request-id', 'rejected');
    await stack.client.generations.start({
      accountId: ACME,
      requestId: 'open',
      kind: 'text-to-image',
      input: { simulate: 'hang' },
    });
    const [rejected, open, unknown] = await Promise.all([
      holdfastJson(variables, 'show', POOR, 'rejected'),
      holdfastJson(variables, 'show', ACME, 'open'),
      holdfastJson(variables, 'show', ACME, 'never-asked'),
    ]);
    expect(rejected.json).toMatchObject({
      explanation: expect.stringMatching(/^Rejected \(INSUFFICIENT_CREDITS\)/),
      ledger: null,
    });
    expect(open.json).toMatchObject({
      explanation: expect.stringMatching(/^It is being generated.*2 credits are reserved/),
      ledger: { status: 'open' },
    });
    expect(unknown).toEqual({ code: 3, json: errorOf('REQUEST_NOT_FOUND') });
    const cancelled = await holdfastJson(variables, 'cancel-generation', ACME, 'open');
    expect(cancelled).toEqual({ code: 0, json: { accountId: ACME, requestId: 'open' } });
    expect(await stack.client.generations.result(ACME, 'open')).toMatchObject({
      ...{ status: 'cancelled', reason: 'cancelled' },
    });
    expect(await holdfastJson(variables, 'cancel-generation', ACME, 'never-asked')).toEqual({
      ...{ code: 3, json: errorOf('REQUEST_NOT_FOUND') },
    });
  });
});

test('the request id is printed once, also of an attempt that was answered before', async () => {
  const words = ['generate', ACME, 'text-to-speech', '--request-id', 'named'];
  const printed = async () => {
    const { stdout, stderr } = await holdfast(variables, ...words);
    return [...`${stdout}${stderr}`.matchAll(/\bnamed\b/g)].length;
  };
  expect([await printed(), await printed()]).toEqual([1, 1]);
});

test('progress and warnings leave stdout to the answer without --json', async () => {
  const { stdout, stderr } = await holdfast(
    variables,
    'generate',
    ACME,
    'text-to-speech',
    '--request-id',
    'spoken',
  );
  expect(stdout).toMatch(/^Committed: 2 credits charged\.\nOutput: {2}file:.*\n$/);
  expect(stderr).toBe('Request spoken: 2 credits reserved\n');
  const silent = await holdfast(
    variables,
    'generate',
    ACME,
    'text-to-speech',
    '--request-id',
    'spoken',
    '--json',
  );
  expect(onlyDocument(silent.stdout)).toMatchObject({ status: 'committed' });
  expect(silent.stderr).toBe('');
});
