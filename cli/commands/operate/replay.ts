import type { Command } from 'commander';
import {
  type BrokenRun,
  REPLAYED_MAX,
  type ReplayReport,
  RUNNING,
  replayLimit,
  replayReport,
} from '../../../contract/replay';
import { addCommand, type Run } from '../../command';
import { EXIT } from '../../errors';
import { wholeOf } from '../../options';
import { Counter } from '../../terminal/counter';
import { onInterruption } from '../../terminal/interruption';
import { notOk } from '../../terminal/red';
import type { Screen } from '../../terminal/screen';
import type { Line } from '../../terminal/table';
import { counted } from '../../words';

const SHOWN_MAX = 20;
/** On a terminal that is none, a line after each so many. */
const TOLD_EVERY = 500;

interface Options {
  query: string;
  limit: number;
}

export function addReplay(program: Command, run: Run): void {
  addCommand(
    program,
    'replay',
    'Before a deploy: which of the running workflows could this build not continue, and why',
    [
      'holdfast replay',
      `holdfast replay --query 'WorkflowType = "billingCycleWorkflow" AND ${RUNNING}' --limit 5000`,
      'holdfast replay --json | jq .broken',
    ],
  )
    .option('--query <query>', 'which workflows, as in Temporal’s lists', RUNNING)
    .option(
      '--limit <number>',
      'how many of them at most',
      wholeOf(replayLimit, '--limit'),
      REPLAYED_MAX,
    )
    .action(
      run(replayReport, async ({ connections, screen }, { query, limit }: Options) => {
        const interruption = onInterruption(screen);
        const stopped = new AbortController();
        void interruption.requested.then(() => stopped.abort());
        const progress = progressOn(screen);
        try {
          const { signal } = stopped;
          const report = await connections.replay({
            ...{ query, limit, signal, onProgress: progress.show },
          });
          const isWell = report.status === 'done' && report.broken.length === 0;
          return {
            json: report,
            text: reportInWords(report),
            exitCode: isWell ? EXIT.done : EXIT.unwanted,
          };
        } finally {
          progress.stop();
          interruption.ignore();
        }
      }),
    );
}

/** A bar on a terminal, else a line now and then. */
function progressOn(screen: Screen) {
  const { progressStream } = screen;
  const bar = progressStream && new Counter('Replayed', progressStream);
  return {
    show: (looked: number, total: number | null) => {
      if (bar && total !== null) bar.show(looked, total);
      else if (looked % TOLD_EVERY === 0)
        screen.note(`${counted(looked, 'workflow', 'workflows')} looked at …`);
    },
    stop: () => bar?.stop(),
  };
}

function reportInWords(report: ReplayReport): Line[] {
  const { status, query, looked, replayed, broken, gone, foreign } = report;
  if (status === 'done' && looked === 0) return [`No workflow matches ${query}.`];
  return [
    ...(status === 'interrupted' ? ['Interrupted before all were replayed.'] : []),
    `${counted(looked, 'workflow', 'workflows')}${ofHowMany(report)} looked at. ` +
      `${counted(replayed, 'replays', 'replay')} on this build.`,
    ...(gone > 0 ? [`  ${gone} had been deleted before they could be read`] : []),
    ...foreign.map(
      ({ workflowType, runs }) => `  ${runs} of ${workflowType} on other task queues: left out`,
    ),
    ...brokenInWords(broken),
  ];
}

function ofHowMany({ matching, looked }: ReplayReport): string {
  return matching !== null && matching > looked ? ` of ${matching.toLocaleString('en-US')}` : '';
}

function brokenInWords(broken: BrokenRun[]): Line[] {
  if (broken.length === 0) return [];
  const more = broken.length - SHOWN_MAX;
  return [
    notOk(`${counted(broken.length, 'workflow', 'workflows')} this build could NOT continue:`),
    ...broken
      .slice(0, SHOWN_MAX)
      .flatMap((run) => [
        `  - ${run.workflowId}, run ${run.runId} of ${run.workflowType}: ${run.reason}`,
        `    ${run.why}`,
      ]),
    ...(broken.some(({ reason }) => reason === 'unreadable') ? [`  → ${GIVE_KEYS}`] : []),
    ...(more > 0 ? [`  … and ${more} more; --json has all`] : []),
  ];
}

const GIVE_KEYS = 'set HOLDFAST_CODEC_KEYS as the workers have it';
