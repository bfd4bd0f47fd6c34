import { setTimeout as pause } from 'node:timers/promises';
import {
  type GenerationAdmission,
  type GenerationRequest,
  generationWorkflowId,
} from '../../../client/client';
import type { Simulation } from '../../../contract/simulations';
import { type AskedRequest, nameOf } from '../comparison/asked';
import { expectConflict, expectSame, once } from './duplicates';
import type { Customer } from './product';
import { type Answered, untilAnswered } from './until-answered';

const PLAIN = 0.6;
const SIMULATIONS: readonly Simulation[] = [
  ...(['transient', 'rate-limited', 'permanent', 'refused', 'shorter'] as const),
  ...(['finish-after-cancel', 'hang', 'overbilled', 'misbilled', 'slow'] as const),
];
/** They never end by themselves. */
const HANGING: readonly unknown[] = ['hang', 'overbilled', 'misbilled'];

const THROUGH_WEB = 0.2;
const CANCELLED = 0.08;

export interface GenerationTraits {
  /** Whether the requests wait for credits that aren't there. */
  waits: boolean;
}

function requestOf(customer: Customer, { waits }: GenerationTraits): GenerationRequest {
  const { accountId, random } = customer;
  const requestId = customer.nextId();
  const kind = random.among(['text-to-speech', 'text-to-image', 'ai-avatar']);
  const simulate = random.chance(PLAIN) ? undefined : random.among(SIMULATIONS);
  return {
    ...{ accountId, requestId, kind, input: { prompt: requestId, ...(simulate && { simulate }) } },
    ...(kind === 'ai-avatar' && { seconds: random.between(1, 20) }),
    ...(waits && { onInsufficientCredits: 'wait' as const, waitTimeout: 'PT20S' }),
  };
}

/** A generation from its request to its end, perhaps cancelled, and perhaps asked for twice. */
export async function generate(customer: Customer, traits: GenerationTraits): Promise<void> {
  const { asked, random } = customer;
  const request = requestOf(customer, traits);
  const { accountId, requestId } = request;
  const through = random.chance(THROUGH_WEB) ? 'web' : 'client';
  const kept: AskedRequest = { accountId, requestId, through, begun: false };
  asked.requests.set(nameOf(accountId, requestId), kept);
  const workflowId = generationWorkflowId(accountId, requestId);
  asked.running.add(workflowId);
  try {
    await (through === 'web' ? startByWeb : startByClient)(customer, request, kept);
    if (!kept.begun) return;
    if (HANGING.includes(simulationOf(request)) || random.chance(CANCELLED))
      await cancel(customer, request);
    await follow(customer, kept);
  } finally {
    asked.end(workflowId);
  }
  await repeatAtTimes(customer, request, kept);
}

function simulationOf({ input }: GenerationRequest): unknown {
  return (input as { simulate?: unknown }).simulate;
}

async function startByClient(
  customer: Customer,
  request: GenerationRequest,
  kept: AskedRequest,
): Promise<void> {
  const { generations } = customer.product.client;
  const start = () => generations.start(request);
  const answers = await once(customer, () =>
    untilAnswered(customer, 'start a generation', request.requestId, start),
  );
  // Of two at once one may be refused before the credits have come, and begin nothing.
  const begun = answers.find((answer) => answer.ok && answer.value.status !== 'ended');
  keepAdmission(kept, begun ?? (answers[0] as Answered<GenerationAdmission>));
}

function keepAdmission(kept: AskedRequest, answer: Answered<GenerationAdmission>): void {
  if (!answer.ok) kept.end = { status: 'rejected', charged: 0, reason: answer.code };
  else if (answer.value.result) {
    const { status, charged, reason } = answer.value.result;
    kept.begun = status !== 'rejected';
    kept.end = { status, charged, reason };
  } else kept.begun = true;
}

async function startByWeb(
  customer: Customer,
  { accountId, requestId, ...body }: GenerationRequest,
  kept: AskedRequest,
): Promise<void> {
  const post = () => customer.product.web.post(accountId, '/generations', requestId, body);
  const answer = await untilAnswered(customer, 'start a generation', requestId, post);
  if (answer.ok) kept.begun = true;
  else kept.end = { status: 'rejected', charged: 0, reason: answer.code };
}

async function cancel(customer: Customer, { accountId, requestId }: GenerationRequest) {
  await pause(customer.random.between(0, 1_000));
  const { generations } = customer.product.client;
  const ask = () => generations.cancel(accountId, requestId);
  await untilAnswered(customer, 'cancel a generation', requestId, ask);
}

/** The end of a generation, which is asked for until it is known. */
async function follow(customer: Customer, kept: AskedRequest): Promise<void> {
  const { accountId, requestId } = kept;
  const { generations } = customer.product.client;
  const ask = () => generations.result(accountId, requestId);
  const answer = await untilAnswered(customer, 'end a generation', requestId, ask);
  if (!answer.ok) {
    customer.asked.findings.push(`generation ${requestId} began, and its end is ${answer.code}`);
    return;
  }
  const { status, charged, reason } = answer.value;
  kept.end = { status, charged, reason };
}

/** The same request again has the same end; another one under its id is refused. */
async function repeatAtTimes(
  customer: Customer,
  request: GenerationRequest,
  { end }: AskedRequest,
): Promise<void> {
  const { generations } = customer.product.client;
  await expectSame(customer, `generation ${request.requestId}`, {
    first: end && { status: end.status, charged: end.charged },
    // The first answer was the admission, while it still ran.
    again: async () =>
      (await generations.start(request)).result ??
      (await generations.result(request.accountId, request.requestId)),
    outcomeOf: ({ status, charged }) => ({ status, charged }),
  });
  await expectConflict(customer, `generation ${request.requestId}`, () =>
    generations.start({ ...request, input: { prompt: 'another' } }),
  );
}
