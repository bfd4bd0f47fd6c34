import { balanceInWords } from '../../cli/commands/account/balance';
import { historyInWords } from '../../cli/commands/account/history';
import { resultInWords } from '../../cli/commands/generation/outcome';
import { auditInWords } from '../../cli/commands/operate/audit';
import type { GenerationRequest, GenerationResult, HoldfastClient } from '../../client';
import type { Ledger } from '../../ledger';
import { generationWorkflowId } from '../../workflows/messages';
import { type ProgressLine, ProgressLines } from './progress-lines';

interface Stage {
  client: HoldfastClient;
  ledger: Ledger;
  accountId: string;
  /** Where the outputs stay, as a person would type it. */
  outputFolder: string;
}

type Scene = Omit<GenerationRequest, 'accountId'> & { title: string };

const POLL_MS = 250;
const A_YEAR_MS = 365 * 86_400_000;

/** One of each price that the catalog has. */
const SIX_KINDS: Scene[] = [
  { title: 'Text to Speech', requestId: 'speech', kind: 'text-to-speech', input: { text: 'A holdfast holds on.' } },
  { title: 'AI Avatar, 10 s', requestId: 'avatar', kind: 'ai-avatar', seconds: 10, input: { script: 'Welcome!' } },
  { title: 'Text to Image', requestId: 'image', kind: 'text-to-image', input: { prompt: 'A kelp forest' } },
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

const FAILING: Scene = {
  title: 'Text to Image, refused',
  requestId: 'refused',
  kind: 'text-to-image',
  input: { prompt: 'Something forbidden', simulate: 'permanent' },
};

const TOO_DEAR: GenerationRequest = {
  accountId: '',
  requestId: 'film',
  kind: 'ai-avatar',
  seconds: 1200,
  input: { script: 'A film of twenty minutes' },
};

export async function tellStory(stage: Stage): Promise<void> {
  const { client, ledger, accountId, outputFolder } = stage;
  chapter(`1. Account ${accountId} gets 150 credits`);
  await grant(stage, 150);
  say(balanceInWords(await client.balance(accountId)));

  chapter('2. The six kinds run at the same time; what each may cost is reserved before it starts');
  await playTogether(stage, SIX_KINDS);
  say('\nThe ByteDance clip came out half as long as asked for, so only what was made was charged.');

  chapter('3. One fails: the provider refuses it, and its credits come back');
  await playTogether(stage, [FAILING]);

  chapter('4. One is too dear: it never runs, and the answer says what would cover it');
  const { result } = await client.generations.start({ ...TOO_DEAR, accountId });
  if (result) say(resultInWords(result));

  chapter('5. The statement');
  say(balanceInWords(await client.balance(accountId)));

  chapter('6. The journal, oldest first');
  const { entries } = await client.history(accountId);
  say(historyInWords(accountId, entries.reverse()));

  chapter('7. The audit: every invariant, derived again from the journal');
  const { accounts, entries: count, violations } = await ledger.audit();
  say(auditInWords(accounts, count, violations));
  if (violations.length > 0) throw new Error('The audit found violations.');

  chapter('Where to look');
  say(`The six outputs are in ${outputFolder}: a sound, a picture and clips that open in a browser.`);
  say(`Each generation was a workflow, like ${generationWorkflowId(accountId, 'veo3')}. This demo's servers are gone;`);
  say("`npm run dev` runs the same stack with Temporal's UI open on it, and `npx holdfast --help` talks to it.");
}

async function grant({ ledger, accountId }: Stage, credits: number): Promise<void> {
  const expiresAt = new Date(Date.now() + A_YEAR_MS).toISOString();
  const body = { credits, source: 'promotion' as const, reason: 'Welcome', by: 'demo', expiresAt };
  const granted = await ledger.grant(accountId, 'welcome', body);
  if (!granted.ok) throw new Error(granted.refusal.message);
}

async function playTogether({ client, accountId }: Stage, scenes: Scene[]): Promise<void> {
  const lines = new ProgressLines();
  const width = Math.max(...SIX_KINDS.map(({ title }) => title.length));
  const running: Promise<void>[] = [];
  for (const { title, ...scene } of scenes) {
    // One after the other, so that the journal reads the same every time; they run side by side all the same.
    const admission = await client.generations.start({ ...scene, accountId });
    if (admission.status !== 'admitted') throw new Error(`${title} was not admitted.`);
    const reserved = String(admission.reserved).padStart(2);
    const line = lines.add(`${title.padEnd(width)}  ${reserved} reserved`);
    running.push(follow(client, accountId, scene.requestId, line));
  }
  await Promise.all(running);
}

async function follow(client: HoldfastClient, accountId: string, requestId: string, line: ProgressLine): Promise<void> {
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
  if (status !== 'committed') return `${status} (${reason})`;
  return `${charged} charged${reserved > charged ? `, ${reserved - charged} came back` : ''}`;
}

function chapter(title: string): void {
  say(`\n${title}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
