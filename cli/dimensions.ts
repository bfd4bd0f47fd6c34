import type { Command } from 'commander';
import type { GenerationKind } from '../contract/catalog';
import { type AskedDimensions, askedDimensions, type Price } from '../contract/price';
import { decimalOf } from './options';
import { creditsInWords } from './words';

/**
 * Adds the options for what a price depends on besides its kind. This file has all that the command
 * line knows of the dimensions of `contract/price.ts`: a new one is added here alone.
 */
export function addDimensionOptions(command: Command): Command {
  const { seconds } = askedDimensions.shape;
  return command
    .option(
      '--seconds <n>',
      'how long the output is to be; only for kinds priced by time',
      decimalOf(seconds, '--seconds'),
    )
    .option('--audio', 'with audio');
}

/** The dimensions among a command's options, which have the same names. */
export function dimensionsIn(options: AskedDimensions): AskedDimensions {
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

/**
 * The limit of each dimension by its name: `{duration: '8 s at most'}`; empty text if the catalog
 * states no limit.
 */
export function boundsInWords({ maxSeconds }: GenerationKind): Record<string, string> {
  return { duration: maxSeconds === undefined ? '' : `${maxSeconds} s at most` };
}

/** What a cancelled generation of the kind costs; empty text if it is free. */
export function cancelledInWords({ cancelled }: GenerationKind): string {
  return cancelled === 'used' ? 'if cancelled, what was used' : '';
}
