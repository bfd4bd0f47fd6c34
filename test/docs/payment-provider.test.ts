import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAYMENT_SIMULATIONS } from '../../contract/simulations';

test('docs/how-to/payment-provider.md says what each simulated payment method does, and no other', () => {
  const documentation = readFileSync(
    join(__dirname, '../../docs/how-to/payment-provider.md'),
    'utf8',
  );
  const documented = [...documentation.matchAll(/^\| `simulate-([^`]+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(documented).toEqual(Object.keys(PAYMENT_SIMULATIONS));
});
