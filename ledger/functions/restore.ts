import {
  type Remembered,
  type RememberedKey,
  redoneOperation,
  standings,
  waivedOperation,
} from '../../contract/restore';
import { watermark } from '../../contract/watermark';
import { bigint, json, oneOf, operation, text, value } from '../connection/sql-function';
import { account, byHand } from './parameters';

const lost = { ...account, what: oneOf<Remembered['what']>(), id: text };

/** How far the ledger has come, and what it lacks after a restore. */
export const RESTORE_FUNCTIONS = {
  watermark: value(['worker', 'operator'], {}, watermark.nullable()),
  advance_watermark: value(['worker'], {}, watermark.nullable()),
  open_restored: value(['operator'], { told: bigint, ...byHand }, watermark.nullable()),
  remembered_standing: value(['operator'], { operations: json<RememberedKey[]>() }, standings),
  redo_lost: operation(
    ['operator'],
    { ...lost, said: json<Remembered['said']>(), ...byHand },
    redoneOperation,
  ),
  waive_lost: operation(['operator'], { ...lost, ...byHand }, waivedOperation),
} as const;
