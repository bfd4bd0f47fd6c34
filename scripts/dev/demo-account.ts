import type { GenerationRequest, HoldfastClient, Subscription } from '../../client/client';
import { HoldfastError } from '../../contract/errors';

export const DEMO_ACCOUNT = 'demo';

type Scene = Omit<GenerationRequest, 'accountId'>;

const DAY_MS = 86_400_000;

const REEF = { project: 'Reef trailer' };
const COURSE = { project: 'Diving course' };

/** Generations of all six prices; they cost 98 of the account's 300 credits. */
const SCENES: Scene[] = [
  scene('poster', 'text-to-image', { prompt: 'A reef at dawn' }, REEF),
  scene('narration', 'text-to-speech', { text: 'Far below, nothing is still.' }, REEF),
  { ...scene('host', 'ai-avatar', { script: 'Welcome to the reef.' }, REEF), seconds: 10 },
  // The output is half as long as asked for, so that a part of the reservation comes back.
  {
    ...scene('waves', 'text-to-video-bytedance', { prompt: 'Waves', simulate: 'shorter' }, REEF),
    seconds: 5,
  },
  { ...scene('seal', 'text-to-video-veo3', { prompt: 'A seal among kelp' }, REEF), seconds: 8 },
  {
    ...scene('storm', 'text-to-video-veo3', { prompt: 'A storm, from below' }, REEF),
    seconds: 4,
    audio: true,
  },
  scene('refused', 'text-to-image', { prompt: 'Something forbidden', simulate: 'permanent' }, REEF),
  scene('cover', 'text-to-image', { prompt: 'A diver and a turtle' }, COURSE),
  scene('lesson', 'text-to-speech', { text: 'Lesson one: breathe.' }, COURSE),
  { ...scene('teacher', 'ai-avatar', { script: 'Check your air.' }, COURSE), seconds: 30 },
  scene('map', 'text-to-image', { prompt: 'A map of the bay' }, COURSE),
  {
    ...scene('descent', 'text-to-video-bytedance', { prompt: 'A slow descent' }, COURSE),
    seconds: 8,
  },
  // It takes most of a minute, so that it still runs when the page is opened.
  {
    ...scene(
      'ascent',
      'text-to-video-veo3',
      { prompt: 'Up to the light', simulate: 'slow' },
      COURSE,
    ),
    seconds: 4,
  },
];

function scene(
  requestId: string,
  kind: string,
  input: Scene['input'],
  metadata: Scene['metadata'],
): Scene {
  return { requestId, kind, input, metadata };
}

/**
 * Fills the demo account with a day's use. Every key contains the subscription's term, so that
 * another start adds only what is missing, and a new subscription after a lapse is filled like the
 * first one.
 *
 * @throws HoldfastError from any of the operations
 */
export async function fillDemoAccount(client: HoldfastClient): Promise<void> {
  const accountId = DEMO_ACCOUNT;
  const { term } = await liveSubscription(client);
  await buyPack(client, `extra-${term}`);
  const lowBalance = [{ credits: 20 }, { percentOfCycle: 10 }];
  await client.settings.setLowBalance({ accountId, key: `thresholds-${term}`, lowBalance });
  for (const { requestId, ...asked } of SCENES) {
    await client.generations.start({ ...asked, accountId, requestId: `${requestId}-${term}` });
  }
  // Promotions are used first. Given before the generations, little of this one would be left to
  // see.
  await givePromotion(client, `thanks-${term}`);
}

async function liveSubscription(client: HoldfastClient): Promise<Subscription> {
  const known = await client.subscriptions.get(DEMO_ACCOUNT);
  if (known?.status === 'active' || known?.status === 'grace') return known;
  const term = (known?.term ?? 0) + 1;
  const { subscription } = await client.subscriptions.subscribe({
    accountId: DEMO_ACCOUNT,
    subscriptionId: `video-plan-${term}`,
    planId: 'lite-monthly',
    paymentReference: `video-plan-${term}-paid`,
  });
  return subscription;
}

async function givePromotion(client: HoldfastClient, key: string): Promise<void> {
  const expiresAt = new Date(Date.now() + 7 * DAY_MS).toISOString();
  const said = { source: 'promotion' as const, reason: 'Thank you', by: 'npm run dev', expiresAt };
  try {
    await client.grants.create({ accountId: DEMO_ACCOUNT, key, credits: 25, ...said });
  } catch (error) {
    // An earlier start gave it, with the end a week after that start.
    if (!(error instanceof HoldfastError && error.code === 'IDEMPOTENCY_CONFLICT')) throw error;
  }
}

async function buyPack(client: HoldfastClient, purchaseId: string): Promise<void> {
  if (await client.purchases.get(DEMO_ACCOUNT, purchaseId)) return;
  const [pack] = (await client.packs()).packs;
  if (!pack) return;
  const { packId, priceCents: shownPriceCents } = pack;
  await client.purchases.buy({ accountId: DEMO_ACCOUNT, purchaseId, packId, shownPriceCents });
}
