'use strict';

// Prints the path of the workflow bundle for the present sources.

const fs = require('node:fs');
const path = require('node:path');
const { printBundle } = require('./bundle');
const { ROOT } = require('../before-install/checkout');

/**
 * How the SDK bundles the workflows. Those that are traced are a bundle of their own, because
 * OpenTelemetry makes it nearly twice as large, and each cached workflow keeps a copy.
 *
 * @param {boolean} [isTraced]
 * @returns {import('@temporalio/worker').BundleOptions}
 */
function bundleOptions(isTraced = false) {
  const { DefaultLogger } = require('@temporalio/worker');
  return {
    workflowsPath: path.join(ROOT, 'workflows', 'workflows.ts'),
    failureConverterPath: path.join(ROOT, 'workflows', 'failure-converter.ts'),
    payloadConverterPath: path.join(ROOT, 'workflows', 'payload-converter.ts'),
    workflowInterceptorModules: [
      ...(isTraced ? tracingInterceptors() : []),
      path.join(ROOT, 'workflows', 'unreadable-payloads.ts'),
    ],
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: inTodaysJavaScript,
  };
}

/** They make a span of each workflow, and of each activity that it starts. */
function tracingInterceptors() {
  return [
    path.join(ROOT, 'workflows', 'trace-headers.ts'),
    require.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors'),
  ];
}

/** By default each module gets helpers of its own for what Node has had for long, such as spreads. */
function inTodaysJavaScript(config) {
  for (const { use } of config.module.rules)
    if (use?.options?.jsc) use.options.jsc.target = 'es2022';
  return config;
}

/** @param {boolean} isTraced */
function printWorkflowBundle(isTraced) {
  printBundle({
    kind: isTraced ? 'traced-bundles' : 'bundles',
    suffix: '.js',
    script: __filename,
    sources: ['workflows', 'domain', 'contract'],
    async make(file) {
      const { bundleWorkflowCode } = require('@temporalio/worker');
      const { code } = await bundleWorkflowCode(bundleOptions(isTraced));
      fs.writeFileSync(file, code);
    },
  });
}

module.exports = { bundleOptions, printWorkflowBundle };

if (require.main === module) printWorkflowBundle(false);
