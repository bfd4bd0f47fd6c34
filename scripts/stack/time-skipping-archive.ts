import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { freePort, isListening } from './server-process';

const { COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION } = temporal.api.enums.v1.CommandType;

/** The file in which the server's script finds the archive of `archiveClasses`. */
export const CLASS_ARCHIVE = 'classes.jsa';
const JAVA_VERSION_FILE = 'classes.java-version';

/** Runs one workflow, so that the server loads the classes for it. */
async function exercise(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '1m' });
  try {
    const service = connection.workflowService;
    const caller = { namespace: 'default', identity: 'archive' };
    const taskQueue = { name: 'archive' };
    const workflow = { workflowId: 'archive', workflowType: { name: 'archive' }, taskQueue };
    await service.startWorkflowExecution({ ...caller, ...workflow, requestId: 'archive' });
    const { taskToken } = await service.pollWorkflowTaskQueue({ ...caller, taskQueue });
    const commands = [
      {
        commandType: COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        completeWorkflowExecutionCommandAttributes: {},
      },
    ];
    await service.respondWorkflowTaskCompleted({ ...caller, taskToken, commands });
    await service.getWorkflowExecutionHistory({ ...caller, execution: { workflowId: 'archive' } });
  } finally {
    await connection.close();
  }
}

/**
 * Archives the server's classes as Java holds them in memory, once for each version of Java.
 * Loading and checking them is two thirds of a start. If the archive can't be made, the server
 * starts without it.
 */
export async function archiveClasses(
  script: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const place = (name: string) => path.join(path.dirname(script), name);
  // A server that doesn't run in Java has no libraries beside it.
  if (!existsSync(place('lib'))) return;
  const { stderr: version } = spawnSync('java', ['-version'], { env, encoding: 'utf8' });
  const isCurrent =
    existsSync(place(JAVA_VERSION_FILE)) &&
    readFileSync(place(JAVA_VERSION_FILE), 'utf8') === version;
  if (isCurrent && existsSync(place(CLASS_ARCHIVE))) return;
  rmSync(place(CLASS_ARCHIVE), { force: true });
  const unfinished = place(`classes-${process.pid}.jsa`);
  const port = await freePort();
  const options = { ...env, JDK_JAVA_OPTIONS: `-XX:ArchiveClassesAtExit=${unfinished}` };
  const server = spawn(script, [String(port)], { env: options, stdio: 'ignore' });
  const ended = once(server, 'exit');
  try {
    while (!(await isListening(port))) {
      if (server.exitCode !== null) throw new Error('It ended by itself.');
      await delay(100);
    }
    await exercise(`127.0.0.1:${port}`);
    server.kill('SIGTERM');
    await ended;
    renameSync(unfinished, place(CLASS_ARCHIVE));
    writeFileSync(place(JAVA_VERSION_FILE), version);
  } catch {
    server.kill('SIGKILL');
    rmSync(unfinished, { force: true });
  }
}
