import fc from 'fast-check';
import { anySeed, asked, say } from './asked';
import { badRequest, openHttp } from './inputs/http';
import { SURFACES } from './inputs/surfaces';

/** `npm run fuzz:inputs -- --seed S --runs N`: N bad values, a tenth of them over HTTP. */

const HTTP_SHARE = 10;

const { seed, runs } = asked({ seed: anySeed(), runs: 100_000 });
const overHttp = Math.ceil(runs / HTTP_SHARE);
const each = Math.ceil((runs - overHttp) / SURFACES.length);

say(`Seed ${seed}: ${each} values for each of ${SURFACES.length} surfaces, ${overHttp} over HTTP`);

test.each(SURFACES.map((surface) => [surface.name, surface] as const))(
  '%s stand bad values',
  async (_, { bad, take }) => {
    await fc.assert(
      fc.asyncProperty(bad, async (value) => {
        await take(value);
      }),
      { seed, numRuns: each },
    );
  },
);

test('the HTTP API stands bad requests, and leaves nothing open', async () => {
  const http = await openHttp();
  try {
    await fc.assert(
      fc.asyncProperty(badRequest, (request) => http.take(request)),
      { seed, numRuns: overHttp },
    );
  } finally {
    await http.close();
  }
});
