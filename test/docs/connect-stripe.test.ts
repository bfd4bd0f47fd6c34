import { STRIPE_EVENTS } from '../../web/stripe/translation';
import { read } from './markdown';

const PAGE = read('docs/how-to/connect-stripe.md');

test('the page names every event that an endpoint has to send', () => {
  const [, listed = ''] = /with these events:\n(.*?)\.\n/s.exec(PAGE) ?? [];
  const named = [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual([...STRIPE_EVENTS].sort());
});
