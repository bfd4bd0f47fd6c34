import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { BRIEF, variablesOf } from './command-line';

/** The reason and the name that an intervention asks for. */
export const WORD = ['--reason', 'Ticket 4711', '--by', 'sam'];
export const YES = [...WORD, '--yes'];

/** A stack with a worker where things are soon stuck, and the variables of its commands. */
export async function openInterventionStack(): Promise<{
  stack: Holdfast;
  variables: Record<string, string>;
}> {
  const stack = await openHoldfast();
  const variables = { ...variablesOf(stack), ...BRIEF };
  await stack.limitTime('text-to-image', 1);
  await stack.startWorker();
  return { stack, variables };
}

/** The id of a new account with credits. */
export async function fundedIn(stack: Holdfast, credits = 10): Promise<string> {
  const account = uniqueId('stuck');
  await stack.fund(account, credits);
  return account;
}
