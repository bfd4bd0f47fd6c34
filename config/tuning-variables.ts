import { optional, standard, WORKER } from './setting';
import { wholeNumber } from './values';

const percent = wholeNumber(10, 95);

/** How a worker uses its machine. docs/reference/tuning.md explains the defaults. */
export const TUNING_SETTINGS = {
  HOLDFAST_CACHED_WORKFLOWS: optional(
    WORKER,
    wholeNumber(2, 100_000),
    'How many workflows stay in memory between their tasks; by default as many as the heap has room for. See [tuning.md](reference/tuning.md) for this and the next six.',
  ),
  HOLDFAST_WORKFLOW_TASK_SLOTS: standard(
    WORKER,
    wholeNumber(5, 1_000),
    100,
    'How many workflow tasks run at the same time.',
  ),
  HOLDFAST_ACTIVITY_SLOTS: standard(
    WORKER,
    wholeNumber(5, 10_000),
    100,
    'How many activities of the ledger run at the same time; as many of payments, and as many of notices.',
  ),
  HOLDFAST_LOCAL_ACTIVITY_SLOTS: standard(
    WORKER,
    wholeNumber(5, 10_000),
    100,
    'How many calls of the ledger run within workflow tasks at the same time. One account’s have at most four tenths of them.',
  ),
  HOLDFAST_TUNER_MEMORY_PERCENT: optional(
    WORKER,
    percent,
    'Instead of fixed slots: slots are given until the machine’s memory is used so far,',
  ),
  HOLDFAST_TUNER_CPU_PERCENT: optional(WORKER, percent, 'and its processors. Both or neither.'),
  HOLDFAST_POLLERS_MAX: optional(
    WORKER,
    wholeNumber(2, 100),
    'Lets the pollers of each queue become as many as it needs, up to this number; without it they are ten at most.',
  ),
} as const;
