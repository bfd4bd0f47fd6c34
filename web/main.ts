import { failureInWords } from '../domain/failure-in-words';
import { runWeb } from './start';

runWeb().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${failureInWords(error)}\n`);
    process.exit(1);
  },
);
