import { z } from 'zod';
import type { ImportedAccount } from '../../contract/import';
import { ledgerRefusal } from '../connection/answers';
import { flag, json, value } from '../connection/sql-function';
import { byHand } from './parameters';

const importedLine = z.union([
  z.object({ made: z.boolean(), credits: z.int() }),
  z.object({ refusal: ledgerRefusal }),
]);

/** What is taken over from another system. */
export const IMPORT_FUNCTIONS = {
  import_accounts: value(
    ['operator'],
    { accounts: json<ImportedAccount[]>(), ...byHand, isDry: flag },
    z.array(importedLine),
  ),
} as const;
