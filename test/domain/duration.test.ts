import { isSameLength } from '../../contract/duration';

test.each([
  ['P1M', 'P1M'],
  ['P12M', 'P1Y'],
  ['P1Y6M', 'P18M'],
  ['P2W', 'P14D'],
  ['PT60M', 'PT1H'],
  ['PT0.5S', 'PT0.500S'],
  ['PT1H30M', 'PT5400S'],
  ['PT0S', 'P0D'],
])('%s is as long as %s', (one, other) => {
  expect(isSameLength(one, other)).toBe(true);
});

test.each([
  ['P1M', 'P30D'],
  ['P1D', 'PT24H'],
  ['P1M', 'PT1M'],
  ['P1Y', 'P365D'],
  ['PT0.5S', 'PT0.501S'],
])('%s is not as long as %s', (one, other) => {
  expect(isSameLength(one, other)).toBe(false);
});
