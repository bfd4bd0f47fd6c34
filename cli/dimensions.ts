import type { Command } from 'commander';
import type { GenerationKind } from '../contract/catalog';
import { parseField } from '../contract/parse';
import { type AskedDimensions, askedDimensions, type Price } from '../contract/price';
import { DIMENSION_DEFAULTS, PRICED_VALUES, type PricedValue } from '../contract/priced-values';
import { decimalOf } from './options';
import { creditsInWords } from './words';

/** Adds the options for what a price depends on besides its kind. */
export function addDimensionOptions(command: Command): Command {
  const { seconds } = askedDimensions.shape;
  command.option(
    '--seconds <n>',
    'how long the output is to be; only for kinds priced by time',
    decimalOf(seconds, '--seconds'),
  );
  for (const name of new Set(PRICED_VALUES.map(({ dimension }) => dimension)))
    addChoice(command, name);
  return command;
}

function addChoice(command: Command, name: PricedValue['dimension']): void {
  const priced = PRICED_VALUES.filter(({ dimension }) => dimension === name);
  const words = priced.map((value) => value.words).join(', or ');
  if (typeof DIMENSION_DEFAULTS[name] === 'boolean') {
    command.option(`--${name}`, words);
    return;
  }
  const parse = (text: string) => parseField(askedDimensions.shape[name], text, `--${name}`);
  command.option(`--${name} <value>`, words, parse);
}

/** The dimensions among a command's options, which have the same names. */
export function dimensionsIn(options: AskedDimensions): AskedDimensions {
  const names = Object.keys(askedDimensions.shape) as (keyof AskedDimensions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** `3 credits per second, 5 with audio` */
export function priceInWords(price: Price): string {
  const { credits, perSeconds } = price;
  const unit =
    perSeconds === undefined ? 'generation' : perSeconds === 1 ? 'second' : `${perSeconds} seconds`;
  const others = PRICED_VALUES.flatMap(({ member, words }) =>
    price[member] === undefined ? [] : `, ${price[member]} ${words}`,
  );
  return `${creditsInWords(credits)} per ${unit}${others.join('')}`;
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
