'use strict';

// The folder holds a manifest alone. Its code is gathered from the build.

process.stderr.write('Run `npm run pack` in the root of the checkout.\n');
process.exitCode = 1;
