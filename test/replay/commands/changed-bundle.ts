import { join, relative, sep } from 'node:path';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import type { Instrumented } from './branches';
import { type Mutant, withMutants } from './mutant';

const { bundleOptions }: { bundleOptions(): BundleOptions } =
  require('../../../scripts/bundles/workflows');

const ROOT = join(__dirname, '..', '..', '..');
const WORKFLOWS = join(ROOT, 'workflows');

/** The workflows, which report what they do, and into which each mutant can be switched. */
export interface ChangedBundle {
  /** The code with a mutant, or without any. */
  codeOf(mutant?: Mutant): string;
  /** Where each file of the workflows can go, by its path. */
  files: Record<string, Instrumented>;
}

/** Bundles the workflows once, with all mutants in it: bundling takes seconds, and a replay none. */
export async function bundleChanged(mutants: Mutant[]): Promise<ChangedBundle> {
  const files: ChangedBundle['files'] = {};
  const { webpackConfigHook, workflowInterceptorModules, ...options } = bundleOptions();
  const loader = {
    loader: join(__dirname, 'instrumenting-loader.js'),
    options: {
      change: (source: string, file: string) =>
        withMutants(
          source,
          mutants.filter((mutant) => mutant.file === nameOf(file)),
        ),
      onInstrumented: (file: string, instrumented: Instrumented) => {
        files[file] = instrumented;
      },
    },
  };
  const { code } = await bundleWorkflowCode({
    ...options,
    workflowInterceptorModules: [
      ...(workflowInterceptorModules ?? []),
      join(__dirname, 'reporting-interceptor.ts'),
    ],
    webpackConfigHook(config) {
      const hooked = webpackConfigHook?.(config) ?? config;
      // Each worker reads the map of the sources; without their texts it is a tenth as long.
      hooked.devtool = 'inline-nosources-cheap-source-map';
      hooked.module?.rules?.push({
        include: WORKFLOWS,
        test: /\.ts$/,
        enforce: 'pre',
        use: [loader],
      });
      return hooked;
    },
  });
  return {
    files,
    codeOf: (mutant) =>
      `${mutant ? `globalThis.mutant=${JSON.stringify(mutant.name)};` : ''}${code}`,
  };
}

function nameOf(file: string): string {
  return relative(ROOT, file).split(sep).join('/');
}
