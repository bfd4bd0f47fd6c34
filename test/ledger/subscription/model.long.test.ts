import { compareWithModel } from './model-runs';

test('the ledger agrees with the model after any sequence of operations', () =>
  compareWithModel(60));
