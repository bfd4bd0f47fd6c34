import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { testServers } from '../support/test-servers';
import type { Holdfast } from './harness';

const { Acceptance, Request } = temporal.api.update.v1;
const ANY = 'type.googleapis.com/temporal.api.update.v1';

const IDENTITY = 'a worker that is lost';

/**
 * A worker takes the next task, says that a call of it goes on, which begins another task, and is
 * lost. `accepting`: it has accepted the caller's update.
 */
export async function loseWorkerInFirstTask(
  { temporal: { client, namespace, taskQueue } }: Holdfast,
  { accepting = false } = {},
): Promise<void> {
  const asked = { namespace, taskQueue: { name: taskQueue }, identity: IDENTITY };
  const { taskToken, messages } = await client.withDeadline(Date.now() + 60_000, () =>
    client.workflowService.pollWorkflowTaskQueue(asked),
  );
  const accepted = accepting ? messages.map(acceptanceOf) : [];
  await client.workflowService.respondWorkflowTaskCompleted({
    ...{ namespace, taskToken, identity: IDENTITY, forceCreateNewWorkflowTask: true },
    messages: accepted,
    commands: accepted.map(({ id }) => ({
      commandType: temporal.api.enums.v1.CommandType.COMMAND_TYPE_PROTOCOL_MESSAGE,
      protocolMessageCommandAttributes: { messageId: id },
    })),
  });
}

function acceptanceOf(asked: temporal.api.protocol.v1.IMessage) {
  const { id, protocolInstanceId, eventId, body } = asked;
  const acceptance = Acceptance.create({
    acceptedRequestMessageId: id ?? '',
    acceptedRequestSequencingEventId: eventId,
    acceptedRequest: Request.decode(body?.value ?? new Uint8Array()),
  });
  const value = Acceptance.encode(acceptance).finish();
  return { id: `${id}/accept`, protocolInstanceId, body: { type_url: `${ANY}.Acceptance`, value } };
}

/** What a replay of the workflow by today's code says against it. */
export async function replayErrors({ temporal }: Holdfast, workflowId: string): Promise<string[]> {
  const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const options = { workflowBundle: { codePath: testServers().workflowBundlePath } };
  const errors: string[] = [];
  let replayed = 0;
  for await (const { error } of Worker.runReplayHistories(options, [{ workflowId, history }])) {
    replayed += 1;
    if (error) errors.push(String(error));
  }
  return replayed === 1 ? errors : [`${replayed} histories were replayed`];
}
