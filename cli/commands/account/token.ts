import type { Command } from 'commander';
import { z } from 'zod';
import { readTokenSettings } from '../../../config/read-environment';
import { defaultOf } from '../../../config/variables';
import { HoldfastError } from '../../../contract/errors';
import { answered, whole } from '../../../contract/fields';
import { checkAccountId } from '../../../contract/ids';
import { shown } from '../../../contract/json';
import {
  ACCOUNT_SCOPES,
  ALL_SCOPES,
  SCOPE_CLAIMS,
  type Scope,
  SERVICE_CLAIM,
  SERVICE_SCOPES,
} from '../../../contract/scopes';
import { signToken, type TokenSignerOptions } from '../../../tokens/sign-token';
import type { CliConfig } from '../../cli-config';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';

const printed = z.object({
  token: z.string(),
  kind: z.enum(['account', 'service']),
  subject: z.string(),
  scopes: z.array(z.string()),
  expiresAt: answered.instant,
});

interface TokenOptions {
  service?: string;
  scope: string[];
  minutes: number;
}

const ALL = 'all';

export function addToken(program: Command, run: Run): void {
  addCommand(
    program,
    'token',
    'Print a token for the HTTP API, signed with HOLDFAST_JWT_SECRET: for development',
    [
      'holdfast token acme',
      'holdfast token acme --scope generations:write --scope balance:read --minutes 480',
      'HOLDFAST_TOKEN=$(holdfast token --service ops --scope all) holdfast stuck --api http://127.0.0.1:8090',
    ],
  )
    .argument('[account]', 'the account that it is for', checkAccountId)
    .option('--service <name>', 'for a service of this name instead: it reaches every account')
    .option(
      '--scope <scope>',
      'what it allows, once per scope, or all; an account’s without any only reads',
      (scope: string, more: string[]) => [...more, scope],
      [],
    )
    .option(
      '--minutes <n>',
      'how long it counts, 1 to 1440',
      wholeOf(whole(1, 1_440), '--minutes'),
      60,
    )
    .action(
      run(printed, async ({ connections }, account: string | undefined, asked: TokenOptions) => {
        const { service, minutes } = asked;
        if ((account === undefined) === (service === undefined || service === ''))
          throw new HoldfastError('INVALID_ARGUMENT', 'Name an account, or a --service.');
        const kind = account === undefined ? ('service' as const) : ('account' as const);
        const subject = account ?? service ?? '';
        const scopes = scopesOf(kind, asked.scope);
        const signer = signerOf(connections.config);
        const claims = {
          ...(kind === 'service' && { [SERVICE_CLAIM]: true }),
          ...(scopes.length > 0 && { [SCOPE_CLAIMS[kind][0]]: scopes.join(' ') }),
        };
        const expiresAt = new Date(Date.now() + minutes * 60_000).toISOString();
        const token = await signToken(signer, subject, claims, `${minutes}m`);
        return { json: { token, kind, subject, scopes, expiresAt }, text: [token] };
      }),
    );
}

/** @throws HoldfastError INVALID_ARGUMENT for a scope that doesn't count in such a token */
function scopesOf(kind: 'account' | 'service', asked: string[]): Scope[] {
  const counting: readonly Scope[] = kind === 'service' ? ALL_SCOPES : ACCOUNT_SCOPES;
  if (asked.length === 0 && kind === 'service') {
    const message = `A service’s token without scopes may do nothing: give it some by --scope, or --scope ${ALL}.`;
    throw new HoldfastError('INVALID_ARGUMENT', message);
  }
  if (asked.includes(ALL)) return [...counting];
  return asked.map((name) => {
    const scope = counting.find((one) => one === name);
    if (scope !== undefined) return scope;
    const why = SERVICE_SCOPES.some((one) => one === name)
      ? `The scope ${shown(name)} counts in a service’s token alone.`
      : `There is no scope ${shown(name)}; there are ${counting.join(', ')}.`;
    throw new HoldfastError('INVALID_ARGUMENT', why);
  });
}

/**
 * The environment's secret, else that of the running stack.
 *
 * @throws HoldfastError INVALID_ARGUMENT where there is none
 */
function signerOf({ tokens: { environment, ofStack } }: CliConfig): TokenSignerOptions {
  const {
    HOLDFAST_JWT_SECRET: secret,
    HOLDFAST_JWT_ISSUER: issuer,
    HOLDFAST_JWT_AUDIENCE: audience = defaultOf('HOLDFAST_JWT_AUDIENCE'),
  } = readTokenSettings(environment);
  if (secret !== undefined && issuer !== undefined) return { secret, issuer, audience };
  if (secret === undefined && ofStack) return ofStack;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'No secret that signs tokens is known here: set HOLDFAST_JWT_SECRET and HOLDFAST_JWT_ISSUER as the web process has them, or start `npm run dev` in this checkout. Where keys are published (HOLDFAST_JWKS_URL), their issuer alone signs tokens.',
  );
}
