import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { HoldfastClient } from '../../../client/client';
import {
  type GenerationRequest,
  generationRequest,
  parseGenerationRequest,
} from '../../../contract/generation';
import { type GenerationResult, generationResult } from '../../../contract/generation-result';
import { checkAccountId, checkRequestId } from '../../../contract/ids';
import type { AskedDimensions } from '../../../contract/price';
import { SIMULATIONS } from '../../../contract/simulations';
import { addCommand, type Run } from '../../command';
import { addDimensionOptions, dimensionsIn } from '../../dimensions';
import { EXIT, type ExitCode, withIdsInError } from '../../errors';
import { inputOf, withSimulation } from '../../input';
import { wholeOf } from '../../options';
import { onInterruption, tryToCancel } from '../../terminal/interruption';
import { Progress } from '../../terminal/progress';
import type { Screen } from '../../terminal/screen';
import { creditsInWords } from '../../words';
import { endInWords, waitingInWords } from './generation-words';

const printed = generationResult.omit({ accountId: true, requestHash: true });

interface GenerateOptions extends AskedDimensions {
  input?: string;
  requestId?: string;
  maxCredits?: number;
  onInsufficient?: 'reject' | 'wait';
  waitTimeout?: string;
  simulate?: string;
}

export function addGenerate(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'generate',
    'Reserve, generate, and pay for what was delivered; Ctrl-C cancels',
    [
      'holdfast generate acme text-to-image --input \'{"prompt": "A kelp forest"}\'',
      'holdfast generate acme text-to-video-veo3 --seconds 8 --audio --max-credits 40',
      'holdfast generate acme ai-avatar --seconds 10 --request-id order-4711 --json',
      'holdfast generate acme ai-avatar --seconds 300 --on-insufficient wait --wait-timeout PT12H',
      'holdfast generate acme text-to-speech --simulate permanent',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<kind>', 'the generation type, e.g. ai-avatar');
  addOptions(command).action(
    run(
      printed,
      async ({ connections, screen }, account: string, kind: string, options: GenerateOptions) => {
        const request = parseGenerationRequest(requestOf(account, kind, options));
        const client = await connections.client();
        const { result, isNamed } = await withIdsInError(
          { requestId: request.requestId },
          generate(client, request, screen),
        );
        return {
          json: result,
          text: endInWords(result, isNamed),
          exitCode: exitCodeOf(result),
        };
      },
    ),
  );
}

function addOptions(command: Command): Command {
  return addDimensionOptions(command)
    .option(
      '--input <file|json>',
      'what to generate from: JSON, or a file that holds it; 64 KB at most',
    )
    .option(
      '--request-id <id>',
      'repeating the command with the same id gets the first answer; random by default',
      checkRequestId,
    )
    .option(
      '--max-credits <n>',
      'refuse a higher price',
      wholeOf(generationRequest.shape.maxCredits, '--max-credits'),
    )
    .option(
      '--on-insufficient <what>',
      'without enough credits: reject (the default), or wait in the account’s queue',
    )
    .option(
      '--wait-timeout <duration>',
      'how long it waits at most, in ISO 8601, e.g. PT12H (default: P1D)',
    )
    .option(
      '--simulate <mode>',
      `what the stub provider is to do: ${Object.keys(SIMULATIONS).join(', ')}`,
    );
}

function requestOf(accountId: string, kind: string, options: GenerateOptions): GenerationRequest {
  const { maxCredits, waitTimeout, requestId = `cli-${randomUUID()}` } = options;
  const { onInsufficient: onInsufficientCredits } = options;
  const given = options.input === undefined ? undefined : inputOf(options.input);
  const input = options.simulate === undefined ? given : withSimulation(given, options.simulate);
  return {
    accountId,
    requestId,
    kind,
    ...dimensionsIn(options),
    input,
    maxCredits,
    onInsufficientCredits,
    waitTimeout,
  };
}

/** `isNamed`: its request id has been printed, before the end of what may take long. */
async function generate(
  client: HoldfastClient,
  request: GenerationRequest,
  screen: Screen,
): Promise<{ result: GenerationResult; isNamed: boolean }> {
  const { accountId, requestId, kind } = request;
  const interruption = onInterruption(screen);
  let progress: Progress | undefined;
  try {
    const { result, reserved, waiting } = await client.generations.start(request);
    if (result) return { result, isNamed: false };
    // Only an admitted or waiting generation can be cancelled. Ctrl-C may have come before, and
    // counts all the same.
    void interruption.requested.then(() =>
      tryToCancel(() => client.generations.cancel(accountId, requestId), screen),
    );
    if (!screen.json) {
      screen.note(
        ...(waiting
          ? waitingInWords(waiting)
          : [`Request ${requestId}: ${creditsInWords(reserved)} reserved`]),
      );
    }
    if (screen.progressStream) progress = new Progress(kind, screen.progressStream);
    void progress?.follow(client, accountId, requestId);
    return { result: await client.generations.result(accountId, requestId), isNamed: true };
  } finally {
    interruption.ignore();
    progress?.stop();
  }
}

function exitCodeOf({ status }: GenerationResult): ExitCode {
  if (status === 'committed') return EXIT.done;
  return status === 'rejected' ? EXIT.refused : EXIT.unwanted;
}
