import { completeWords } from '../../../web/element/words/complete-words';
import { ENGLISH } from '../../../web/element/words/english';

test('words of an earlier page are completed by the English ones', () => {
  const { next, went, ...rest } = ENGLISH;
  const { other: _other, ...earlier } = next;
  const german = { ...rest, language: 'de', next: { ...earlier, none: 'Kein Abo.' } };
  const words = completeWords(german as unknown as Partial<typeof ENGLISH>, ENGLISH);
  expect(words).toEqual({ ...ENGLISH, language: 'de', next: { ...next, none: 'Kein Abo.' } });
  expect(words.next.other('paused')).toBe('Your subscription is “paused”.');
  expect(words.went).toBe(went);
});
