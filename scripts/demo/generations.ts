import type { GenerationRequest, GenerationResult, HoldfastClient } from '../../client/client';
import { type ProgressLine, ProgressLines } from './progress-lines';

export type Scene = Omit<GenerationRequest, 'accountId'> & { title: string };

const POLL_MS = 250;

/** A generation for each of the catalog's prices. */
export const SIX_KINDS: Scene[] = [
  {
    title: 'Text to Speech',
    requestId: 'speech',
    kind: 'text-to-speech',
    input: { text: 'A holdfast holds on.' },
  },
  {
    title: 'AI Avatar, 10 s',
    requestId: 'avatar',
    kind: 'ai-avatar',
    seconds: 10,
    input: { script: 'Welcome!' },
  },
  {
    title: 'Text to Image',
    requestId: 'image',
    kind: 'text-to-image',
    input: { prompt: 'A kelp forest' },
  },
  {
    title: 'Text to Video (ByteDance), 5 s',
    requestId: 'bytedance',
    kind: 'text-to-video-bytedance',
    seconds: 5,
    input: { prompt: 'Waves on rock', simulate: 'shorter' },
  },
  {
    title: 'Text to Video (Veo3), 8 s',
    requestId: 'veo3',
    kind: 'text-to-video-veo3',
    seconds: 8,
    input: { prompt: 'A seal among kelp' },
  },
  {
    title: 'Text to Video (Veo3), 8 s with audio',
    requestId: 'veo3-audio',
    kind: 'text-to-video-veo3',
    seconds: 8,
    audio: true,
    input: { prompt: 'A storm, heard from below' },
  },
];

export const FAILING: Scene = {
  title: 'Text to Image, refused by the provider',
  requestId: 'refused',
  kind: 'text-to-image',
  input: { prompt: 'Something forbidden', simulate: 'permanent' },
};

/** Five minutes: 100 credits, more than are left of the plan's. */
export const FILM: Omit<Scene, 'requestId'> = {
  title: 'AI Avatar, 300 s',
  kind: 'ai-avatar',
  seconds: 300,
  input: { script: 'A film of five minutes' },
};

/** Starts the generations, and shows their progress until all have ended. */
export async function generateTogether(
  client: HoldfastClient,
  accountId: string,
  scenes: Scene[],
): Promise<void> {
  const lines = new ProgressLines();
  const width = Math.max(...scenes.map(({ title }) => title.length));
  const running: Promise<void>[] = [];
  for (const { title, ...scene } of scenes) {
    // Started one after the other, so that the journal is the same every time; they run at the same
    // time all the same.
    const admission = await client.generations.start({ ...scene, accountId });
    if (admission.status !== 'admitted') throw new Error(`${title} was not admitted.`);
    const reserved = String(admission.reserved).padStart(3);
    const line = lines.add(`${title.padEnd(width)}  ${reserved} reserved`);
    running.push(follow(client, accountId, scene.requestId, line));
  }
  await Promise.all(running);
}

/** Shows the progress of a generation that was started before. */
export async function watch(
  client: HoldfastClient,
  accountId: string,
  { title, requestId }: Scene,
): Promise<void> {
  await follow(client, accountId, requestId, new ProgressLines().add(title));
}

async function follow(
  client: HoldfastClient,
  accountId: string,
  requestId: string,
  line: ProgressLine,
): Promise<void> {
  let ended = false;
  const result = client.generations.result(accountId, requestId).finally(() => {
    ended = true;
  });
  while (!ended) {
    const { progress } = await client.generations.status(accountId, requestId);
    if (progress !== null && !ended) line.advance(progress);
    await Promise.race([result, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  line.end(outcomeInWords(await result));
}

function outcomeInWords({ status, reserved, charged, reason }: GenerationResult): string {
  if (status !== 'committed') return `${status} (${reason}), all came back`;
  return `${charged} charged${reserved > charged ? `, ${reserved - charged} came back` : ''}`;
}
