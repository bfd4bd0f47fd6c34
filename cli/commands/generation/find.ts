import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { type RequestRecord, requestRecord } from '../../../contract/generation';
import { checkRequestId } from '../../../contract/ids';
import { RELEASE_REASONS } from '../../../domain/generation/generation-result';
import { addCommand, type Run } from '../../command';
import { notOk } from '../../terminal/red';
import type { Cell, Line } from '../../terminal/table';
import { table, timeInWords } from '../../words';

const printed = z.object({ requests: z.array(requestRecord.omit({ body: true })) });

export function addFind(program: Command, run: Run): void {
  addCommand(program, 'find', 'Which accounts have a request, and what became of it', [
    'holdfast find order-4711',
    'holdfast find order-4711 --json',
  ])
    .argument('<request>', 'the request id', checkRequestId)
    .action(
      run(printed, async ({ connections }, request: string) => {
        const requests = await connections.ledger().accounts.requestsNamed(request);
        if (requests.length === 0)
          throw new HoldfastError('REQUEST_NOT_FOUND', `No account has a request ${request}.`);
        return { json: { requests }, text: inWords(requests) };
      }),
    );
}

function inWords(requests: RequestRecord[]): Line[] {
  const rows = requests.map((request) => [
    ...[request.accountId, request.kind ?? '–', stateOf(request)],
    ...[request.reserved, request.charged],
    timeInWords(request.reservedAt ?? request.wait?.since ?? null),
    timeInWords(request.resolvedAt),
  ]);
  return table(['account', 'kind', 'state', 'reserved', 'charged', 'since', 'ended'], rows);
}

function stateOf({ status, reason }: RequestRecord): Cell {
  const state = reason === null ? status : `${status} (${reason})`;
  const isWell = status !== 'released' || reason === RELEASE_REASONS.cancelled;
  return isWell ? state : notOk(state);
}
