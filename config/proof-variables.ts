import { optional, type Setting, standard, WORKER } from './setting';
import { oneOf, plainText, safeUrl, secret } from './values';

/** What proves a command that adds credits: docs/how-to/production.md. */
export const PROOF_SETTINGS = {
  HOLDFAST_VERIFY_COMMANDS: optional(
    WORKER,
    oneOf('warn', 'required'),
    '`required`: what adds credits by its caller’s word (grants by workflow, subscriptions, renewals, plan changes) needs a proof, which the worker verifies. `warn` carries it out all the same, and logs what would be refused. See [production.md](how-to/production.md#proofs-of-commands).',
  ),
  HOLDFAST_PROOF_ISSUER: optional(
    ['worker', 'cli'],
    plainText,
    'Who signs the proofs: their `iss`. Required where commands are verified.',
  ),
  HOLDFAST_PROOF_AUDIENCE: standard(
    ['worker', 'cli'],
    plainText,
    'holdfast-commands',
    'Their `aud`; another one for each ledger.',
  ),
  HOLDFAST_PROOF_SECRET: optional(
    ['worker', 'cli'],
    secret,
    'Either what they are signed with (HS256), which the web process must not know; the command line signs its own commands with it,',
  ),
  HOLDFAST_PROOF_JWKS_URL: optional(
    WORKER,
    safeUrl,
    'or where their issuer publishes its keys (RS256, ES256, EdDSA).',
  ),
} satisfies Record<string, Setting>;
