import { runCommandLine } from './run';

// A reader that closes the pipe early (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCommandLine(process.argv.slice(2), process.env, process.cwd(), process).then((exitCode) => {
  process.exitCode = exitCode;
});
