import { failureInWords } from '../../domain/failure-in-words';
import { runCodecServer } from './start';

runCodecServer().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${failureInWords(error)}\n`);
    process.exit(1);
  },
);
