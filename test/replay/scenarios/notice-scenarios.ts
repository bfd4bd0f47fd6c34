import type { Notifier } from '../../../providers/notifier';
import { PermanentNotifierError } from '../../../providers/provider-errors';
import { noticesWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { noticesOf, untilSettled, writeNotice } from '../../workflows/notice/notice-support';
import { type Recorded, recordedAs } from './scenario';

export const NOTICE_SCENARIOS = recordedAs('v2', [
  { name: 'notices.delivered', run: deliverTwo },
  { name: 'notices.tried-again', run: deliverAtLast },
  { name: 'notices.given-up', run: giveUpTheFirst },
  { name: 'notices.told-meanwhile', run: writeMeanwhile },
  { name: 'notices.goes-on', run: deliverMany },
  { name: 'notices.none', run: deliverNothing },
  { name: 'notices.open', run: (holdfast) => keepTrying(holdfast) },
  { name: 'notices.cancelled', run: cancelDeliveries },
]);

/**
 * Writes notices for an account of the scenario's own, because other scenarios may cause notices at
 * the same time.
 */
async function withNotices(
  holdfast: Holdfast,
  name: string,
  count: number,
  deliver: Notifier['deliver'],
): Promise<string> {
  const account = `notices-${name}`;
  await holdfast.fund(account, 10);
  for (let n = 1; n <= count; n += 1) await writeNotice(holdfast, account);
  await holdfast.startWorker({}, { notifier: { deliver } });
  await holdfast.ledger.outbox.attend(account);
  return account;
}

async function deliverTwo(holdfast: Holdfast): Promise<string> {
  const account = await withNotices(holdfast, 'delivered', 2, async () => {});
  await noticesOf(holdfast, account).result();
  return noticesWorkflowId(account);
}

async function deliverAtLast(holdfast: Holdfast): Promise<string> {
  let attempts = 0;
  const account = await withNotices(holdfast, 'tried-again', 1, async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('Not now.');
  });
  await noticesOf(holdfast, account).result();
  return noticesWorkflowId(account);
}

async function giveUpTheFirst(holdfast: Holdfast): Promise<string> {
  const account = await withNotices(holdfast, 'given-up', 2, async ({ noticeId }) => {
    if (noticeId === 1) throw new PermanentNotifierError('Gone.');
  });
  await noticesOf(holdfast, account).result();
  return noticesWorkflowId(account);
}

async function writeMeanwhile(holdfast: Holdfast): Promise<string> {
  const account = await withNotices(
    holdfast,
    'told-meanwhile',
    1,
    async ({ accountId, noticeId }) => {
      if (noticeId > 1) return;
      await writeNotice(holdfast, accountId);
      await holdfast.ledger.outbox.attend(accountId);
    },
  );
  await noticesOf(holdfast, account).result();
  return noticesWorkflowId(account);
}

/** Records the run that continues in a new one. */
async function deliverMany(holdfast: Holdfast): Promise<Recorded> {
  const account = await withNotices(holdfast, 'goes-on', 60, async () => {});
  const { runId } = await noticesOf(holdfast, account).describe();
  await untilSettled(holdfast, account, 60);
  return { workflowId: noticesWorkflowId(account), runId };
}

async function deliverNothing(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const account = 'notices-none';
  const { client, taskQueue } = holdfast.temporal;
  const start = {
    workflowId: noticesWorkflowId(account),
    taskQueue,
    args: [{ accountId: account }],
  };
  await client.workflow.execute('noticesWorkflow', start);
  return start.workflowId;
}

async function keepTrying(holdfast: Holdfast, name = 'open'): Promise<string> {
  let attempts = 0;
  const account = await withNotices(holdfast, name, 1, async () => {
    attempts += 1;
    throw new Error('Not now.');
  });
  await eventually(async () => attempts > 0);
  return noticesWorkflowId(account);
}

async function cancelDeliveries(holdfast: Holdfast): Promise<string> {
  const workflowId = await keepTrying(holdfast, 'cancelled');
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return workflowId;
}
