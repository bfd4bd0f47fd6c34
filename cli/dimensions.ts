import type { Command } from 'commander';
import type { GenerationKind } from '../contract/catalog';
import { type AskedDimensions, askedDimensions, type Price } from '../contract/price';
import { decimalOf } from './options';
import { creditsInWords } from './words';

/**
 * What a price depends on besides the kind, on the command line: its options, and how prices by it are said. A further
 * dimension of `contract/price.ts` is told here and in no other file of the command line.
 */
export function takesDimensions(command: Command): Command {
  const { seconds } = askedDimensions.shape;
  return command
    .option(
      '--seconds <n>',
      'how long the output is to be; only for kinds priced by time',
      decimalOf(seconds, '--seconds'),
    )
    .option('--audio', 'with audio');
}

/** Those of a command's options that are dimensions: they are called alike. */
export function saidDimensions(options: AskedDimensions): AskedDimensions {
  const names = Object.keys(askedDimensions.shape) as (keyof AskedDimensions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** `3 credits per second, 5 with audio` */
export function priceInWords({ credits, perSeconds, creditsWithAudio }: Price): string {
  const unit =
    perSeconds === undefined ? 'generation' : perSeconds === 1 ? 'second' : `${perSeconds} seconds`;
  const audio = creditsWithAudio === undefined ? '' : `, ${creditsWithAudio} with audio`;
  return `${creditsInWords(credits)} per ${unit}${audio}`;
}

/** How far each dimension goes, by its name: `{duration: '8 s at most'}`; empty where the catalog states no limit. */
export function boundsInWords({ maxSeconds }: GenerationKind): Record<string, string> {
  return { duration: maxSeconds === undefined ? '' : `${maxSeconds} s at most` };
}
