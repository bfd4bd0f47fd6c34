import { blocksOf } from './markdown';

/** No stack is to be found from here, neither by the environment nor by the checkout. */
export function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL|TEMPORAL_|HOLDFAST_|FORCE_COLOR)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** What a page shows of the demo's output. */
export function demoIn(page: string): string {
  const [shown = ''] = blocksOf(page, 'console').filter((block) =>
    block.startsWith('$ npm run demo\n'),
  );
  return shown.replace('$ npm run demo\n', '');
}
