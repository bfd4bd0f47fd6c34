'use strict';

// Prints the path of the bundle of traced workflows for the present sources.

const { printWorkflowBundle } = require('./workflows');

printWorkflowBundle(true);
