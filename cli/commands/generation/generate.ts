import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { HoldfastClient } from '../../../client';
import { ERROR_CATALOGUE, HoldfastError } from '../../../domain/errors';
import type { GenerationResult } from '../../../domain/generation';
import { checkAccountId, checkRequestId } from '../../../domain/ids';
import type { GenerationRequest } from '../../../domain/request';
import { parseGenerationRequest } from '../../../domain/request-parsing';
import { SIMULATIONS } from '../../../domain/simulation';
import type { Run } from '../../action';
import { EXIT, type ExitCode } from '../../exit-codes';
import { addCommand } from '../../help';
import { inputOf, withSimulation } from '../../input';
import { maxCreditsOf, secondsOf } from '../../numbers';
import { Progress } from '../../terminal/progress';
import type { Screen } from '../../terminal/screen';
import { creditsInWords } from '../../words';
import { resultInWords } from './outcome';

interface GenerateOptions {
  seconds?: number;
  audio?: true;
  input?: string;
  requestId?: string;
  maxCredits?: number;
  simulate?: string;
}

export function addGenerate(program: Command, run: Run): void {
  addCommand(program, 'generate', 'Reserve, generate, and pay for what was delivered; Ctrl-C cancels', [
    'holdfast generate acme text-to-image --input \'{"prompt": "A kelp forest"}\'',
    'holdfast generate acme text-to-video-veo3 --seconds 8 --audio --max-credits 40',
    'holdfast generate acme ai-avatar --seconds 10 --request-id order-4711 --json',
    'holdfast generate acme text-to-speech --simulate permanent',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<kind>', 'the generation type, e.g. ai-avatar')
    .option('--seconds <n>', 'how long the output is to be; only for kinds priced by time', secondsOf)
    .option('--audio', 'with audio')
    .option('--input <file|json>', 'what to generate from: JSON, or a file that holds it; 64 KB at most')
    .option(
      '--request-id <id>',
      'repeating the command with the same id gets the first answer; random by default',
      checkRequestId,
    )
    .option('--max-credits <n>', 'refuse a higher price', maxCreditsOf)
    .option('--simulate <mode>', `what the stub provider is to do: ${Object.keys(SIMULATIONS).join(', ')}`)
    .action(
      run(async ({ connections, screen }, account: string, kind: string, options: GenerateOptions) => {
        const request = parseGenerationRequest(requestOf(account, kind, options));
        const client = await connections.client();
        const result = await generate(client, request, screen).catch((error) => {
          throw withRequestId(error, request.requestId);
        });
        return { json: publishedResult(result), text: resultInWords(result), exitCode: exitCodeOf(result) };
      }),
    );
}

function requestOf(accountId: string, kind: string, options: GenerateOptions): GenerationRequest {
  const { seconds, audio, maxCredits, requestId = `cli-${randomUUID()}` } = options;
  const given = options.input === undefined ? undefined : inputOf(options.input);
  const input = options.simulate === undefined ? given : withSimulation(given, options.simulate);
  return { accountId, requestId, kind, seconds, audio, input, maxCredits };
}

async function generate(client: HoldfastClient, request: GenerationRequest, screen: Screen): Promise<GenerationResult> {
  const { accountId, requestId, kind } = request;
  const interruption = onInterruption(screen);
  let progress: Progress | undefined;
  try {
    const { result, reserved } = await client.generations.start(request);
    if (result) return result;
    // Only what has been admitted can be cancelled; Ctrl-C may have come before that.
    void interruption.asked.then(() => cancel(client, request, screen));
    if (!screen.json) {
      screen.note(`Request ${requestId}: ${creditsInWords(reserved)} reserved`);
      if (process.stderr.isTTY) progress = new Progress(kind);
    }
    void progress?.follow(client, accountId, requestId);
    return await client.generations.result(accountId, requestId);
  } finally {
    interruption.ignore();
    progress?.stop();
  }
}

/** Only the first Ctrl-C is waited for: a second one ends the process, and the generation is cancelled all the same. */
function onInterruption(screen: Screen): { asked: Promise<void>; ignore(): void } {
  let listener = () => {};
  const asked = new Promise<void>((resolve) => {
    listener = () => {
      screen.note('\nCancelling …');
      resolve();
    };
  });
  process.once('SIGINT', listener);
  return { asked, ignore: () => process.removeListener('SIGINT', listener) };
}

async function cancel({ generations }: HoldfastClient, request: GenerationRequest, screen: Screen): Promise<void> {
  try {
    await generations.cancel(request.accountId, request.requestId);
  } catch (error) {
    screen.note(`It could not be cancelled: ${error instanceof Error ? error.message : error}`);
  }
}

/** Whoever gets no answer needs the id, to ask again or to look it up, above all where it was a random one. */
function withRequestId(error: unknown, requestId: string): unknown {
  if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'unavailable') return error;
  const { code, message, details } = error;
  return new HoldfastError(
    code,
    `${message} The request id is ${requestId}.`,
    { requestId, ...details },
    { cause: error },
  );
}

function publishedResult(result: GenerationResult): object {
  const { requestId, status, reserved, charged, outputUrl, reason } = result;
  const { required, available, shortfall, quoted, maxCredits, message } = result;
  const packs = result.packs?.map(({ packId, credits, priceCents, currency, count }) => {
    return { packId, credits, priceCents, currency, count };
  });
  return {
    ...{ requestId, status, reserved, charged, outputUrl, reason },
    ...{ required, available, shortfall, packs, quoted, maxCredits, message },
  };
}

function exitCodeOf({ status }: GenerationResult): ExitCode {
  if (status === 'committed') return EXIT.done;
  return status === 'rejected' ? EXIT.refused : EXIT.unwanted;
}
