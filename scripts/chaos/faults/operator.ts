import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NAMESPACE, type World } from '../world/world';

/** Who ends and resets workflows by hand, over a way of their own. */
export class Operator {
  private constructor(
    private readonly connection: Connection,
    private readonly temporal: Client,
  ) {}

  static async open({ temporal }: World): Promise<Operator> {
    const connection = await Connection.connect({ address: `127.0.0.1:${temporal.port()}` });
    return new Operator(connection, new Client({ connection, namespace: NAMESPACE }));
  }

  async terminate(workflowId: string): Promise<void> {
    await this.#briefly(() => this.temporal.workflow.getHandle(workflowId).terminate('chaos'));
  }

  /** As by `temporal workflow reset`: it begins again from its first task, in a new run. */
  async reset(workflowId: string): Promise<void> {
    await this.#briefly(async () => {
      const handle = this.temporal.workflow.getHandle(workflowId);
      const { runId } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const task = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
      await this.temporal.workflowService.resetWorkflowExecution({
        namespace: NAMESPACE,
        workflowExecution: { workflowId, runId },
        workflowTaskFinishEventId: task,
        requestId: randomUUID(),
        reason: 'chaos',
      });
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #briefly<T>(call: () => Promise<T>): Promise<T> {
    return this.connection.withDeadline(Date.now() + 5_000, call);
  }
}
