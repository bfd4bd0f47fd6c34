import { compareWithModel } from './model-runs';

test('the ledger agrees with the model after a few sequences of operations', () =>
  compareWithModel(8));
