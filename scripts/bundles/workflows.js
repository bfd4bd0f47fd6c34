'use strict';

// Prints the path of the workflow bundle for the present sources.

const fs = require('node:fs');
const path = require('node:path');
const { printBundle } = require('./bundle');
const { ROOT } = require('../before-install/checkout');

/**
 * How the SDK bundles the workflows.
 *
 * @returns {import('@temporalio/worker').BundleOptions}
 */
function bundleOptions() {
  const { DefaultLogger } = require('@temporalio/worker');
  return {
    workflowsPath: path.join(ROOT, 'workflows', 'workflows.ts'),
    failureConverterPath: path.join(ROOT, 'workflows', 'failure-converter.ts'),
    payloadConverterPath: path.join(ROOT, 'workflows', 'payload-converter.ts'),
    workflowInterceptorModules: [path.join(ROOT, 'workflows', 'unreadable-payloads.ts')],
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: inTodaysJavaScript,
  };
}

/** By default each module gets helpers of its own for what Node has had for long, such as spreads. */
function inTodaysJavaScript(config) {
  for (const { use } of config.module.rules)
    if (use?.options?.jsc) use.options.jsc.target = 'es2022';
  return config;
}

module.exports = { bundleOptions };

if (require.main === module) {
  printBundle({
    kind: 'bundles',
    suffix: '.js',
    script: __filename,
    sources: ['workflows', 'domain', 'contract'],
    async make(file) {
      const { bundleWorkflowCode } = require('@temporalio/worker');
      const { code } = await bundleWorkflowCode(bundleOptions());
      fs.writeFileSync(file, code);
    },
  });
}
