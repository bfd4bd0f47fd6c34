import { builtInEffectiveCatalog } from '../../catalog/catalog';
import type { EffectiveCatalog } from '../../contract/catalog';
import { type Priceable, parsePriceable } from '../../contract/prices';
import { chargeFor, findKind, pinQuote, quote as quoteParsed } from '../../domain/pricing/quote';
import { codeOf, errorOf } from './fixtures';

const effective = builtInEffectiveCatalog();
/** A quote for a caller's question, parsed first. */
const quote = (asked: Priceable, catalog: EffectiveCatalog) =>
  quoteParsed(parsePriceable(asked), catalog);
const creditsOf = (asked: Priceable) => quote(asked, effective).credits;

describe('the published price table', () => {
  test.each<[Priceable, number]>([
    [{ kind: 'text-to-speech' }, 2],
    [{ kind: 'text-to-image' }, 2],
    [{ kind: 'ai-avatar', seconds: 0.001 }, 1],
    [{ kind: 'ai-avatar', seconds: 3 }, 1],
    [{ kind: 'ai-avatar', seconds: 3.001 }, 2],
    [{ kind: 'ai-avatar', seconds: 10 }, 4],
    [{ kind: 'ai-avatar', seconds: 86_400 }, 28_800],
    [{ kind: 'text-to-video-bytedance', seconds: 1 }, 3],
    [{ kind: 'text-to-video-bytedance', seconds: 2 }, 3],
    [{ kind: 'text-to-video-bytedance', seconds: 2.001 }, 6],
    [{ kind: 'text-to-video-bytedance', seconds: 5 }, 9],
    [{ kind: 'text-to-video-veo3', seconds: 1 }, 3],
    [{ kind: 'text-to-video-veo3', seconds: 7.001 }, 24],
    [{ kind: 'text-to-video-veo3', seconds: 8 }, 24],
    [{ kind: 'text-to-video-veo3', seconds: 8, audio: false }, 24],
    [{ kind: 'text-to-video-veo3', seconds: 1, audio: true }, 5],
    [{ kind: 'text-to-video-veo3', seconds: 8, audio: true }, 40],
  ])('%j costs %i credits', (asked, credits) => {
    expect(creditsOf(asked)).toBe(credits);
  });

  test('a quote names what was asked, its price and the catalog version', () => {
    expect(
      quote(
        { kind: 'ai-avatar', seconds: 10 },
        { ...effective, validUntil: '2030-01-01T00:00:00Z' },
      ),
    ).toEqual({
      kind: 'ai-avatar',
      seconds: 10,
      audio: false,
      credits: 4,
      catalogVersion: 'built-in',
      validUntil: '2030-01-01T00:00:00Z',
    });
    expect(quote({ kind: 'text-to-image' }, effective)).toMatchObject({
      seconds: null,
      audio: false,
      credits: 2,
    });
  });
});

describe('what can’t be priced is refused', () => {
  test.each<[unknown, string]>([
    [0, 'DURATION_NOT_POSITIVE'],
    [-0, 'DURATION_NOT_POSITIVE'],
    [-1, 'DURATION_NOT_POSITIVE'],
    [-0.0001, 'DURATION_NOT_POSITIVE'],
    [8.001, 'DURATION_TOO_LONG'],
    [1e12, 'DURATION_TOO_LONG'],
    [Number.MAX_VALUE, 'DURATION_TOO_LONG'],
    [1.0001, 'INVALID_DURATION'],
    [0.0004, 'INVALID_DURATION'],
    [Number.MIN_VALUE, 'INVALID_DURATION'],
    [Number.NaN, 'INVALID_DURATION'],
    [Number.POSITIVE_INFINITY, 'INVALID_DURATION'],
    [Number.NEGATIVE_INFINITY, 'INVALID_DURATION'],
    ['3', 'INVALID_DURATION'],
    ['', 'INVALID_DURATION'],
    [null, 'INVALID_DURATION'],
    [true, 'INVALID_DURATION'],
    [3n, 'INVALID_DURATION'],
    [[3], 'INVALID_DURATION'],
    [{ valueOf: 3, toString: 3 }, 'INVALID_DURATION'],
    [undefined, 'DURATION_REQUIRED'],
  ])('a Veo3 video of %p seconds: %s', (seconds, code) => {
    expect(
      codeOf(() => quote({ kind: 'text-to-video-veo3', seconds: seconds as number }, effective)),
    ).toBe(code);
  });

  test('over the maximum, the error says what it is', () => {
    const tooLong = errorOf(() => quote({ kind: 'text-to-video-veo3', seconds: 8.001 }, effective));
    expect(tooLong.details).toEqual({ maxSeconds: 8 });
    const oursToo = errorOf(() => quote({ kind: 'ai-avatar', seconds: 86_400.001 }, effective));
    expect(oursToo).toMatchObject({ code: 'DURATION_TOO_LONG', details: { maxSeconds: 86_400 } });
  });

  test.each([3, 0.001])('a duration of %p where the price is per generation', (seconds) => {
    expect(codeOf(() => quote({ kind: 'text-to-speech', seconds }, effective))).toBe(
      'DURATION_NOT_ALLOWED',
    );
  });

  test.each<Priceable>([
    { kind: 'text-to-speech', audio: true },
    { kind: 'ai-avatar', seconds: 3, audio: true },
    { kind: 'text-to-video-bytedance', seconds: 2, audio: true },
  ])('audio where there is none: %j', (asked) => {
    expect(codeOf(() => quote(asked, effective))).toBe('AUDIO_NOT_ALLOWED');
  });

  test.each(['', 'music', 'AI-Avatar', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'the unknown kind %j',
    (kind) => {
      expect(codeOf(() => quote({ kind }, effective))).toBe('UNKNOWN_KIND');
      expect(codeOf(() => pinQuote({ kind }, effective))).toBe('UNKNOWN_KIND');
    },
  );

  test('an unknown kind is answered with those that there are, and shortened', () => {
    const { message } = errorOf(() => findKind('x'.repeat(10_000), effective.catalog));
    expect(message).toContain(
      'text-to-speech, ai-avatar, text-to-image, text-to-video-bytedance, text-to-video-veo3',
    );
    expect(message.length).toBeLessThan(300);
  });
});

describe('a pinned quote', () => {
  test('holds all that a later charge needs', () => {
    const asked = { kind: 'text-to-video-veo3', seconds: 7.001, audio: true };
    expect(pinQuote(asked, effective)).toEqual({
      ...quote(asked, effective),
      price: { credits: 3, perSeconds: 1, creditsWithAudio: 5 },
      durationMs: 7001,
      timeLimitSeconds: 1800,
    });
  });

  test('has no duration where the price is per generation', () => {
    expect(pinQuote({ kind: 'text-to-image' }, effective)).toMatchObject({
      seconds: null,
      durationMs: null,
    });
  });
});

describe('what is charged', () => {
  const quoted = pinQuote({ kind: 'ai-avatar', seconds: 10 }, effective);

  test.each([
    [null, 4],
    [0, 4],
    [1, 1],
    [3000, 1],
    [3001, 2],
    [9000.4, 4],
    [10_000, 4],
    [12_001, 4],
    [86_400_000, 4],
    [Number.POSITIVE_INFINITY, 4],
    [Number.NaN, 4],
    [-5000, 4],
  ])(
    'an avatar quoted for 10 s that turned out %p ms long: %i credits',
    (actualDurationMs, credits) => {
      expect(chargeFor(quoted, actualDurationMs)).toBe(credits);
    },
  );

  test('with audio, the price with audio', () => {
    const withAudio = pinQuote({ kind: 'text-to-video-veo3', seconds: 8, audio: true }, effective);
    expect(chargeFor(withAudio, 2500)).toBe(15);
  });

  test('a price per generation, for any duration', () => {
    const speech = pinQuote({ kind: 'text-to-speech' }, effective);
    expect(chargeFor(speech, 1)).toBe(2);
    expect(chargeFor(speech, null)).toBe(2);
  });
});
