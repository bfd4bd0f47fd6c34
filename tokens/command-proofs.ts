import { defaultOf } from '../config/variables';
import { HoldfastError, type Refusal } from '../contract/errors';
import {
  type CheckProof,
  COMMAND_CLAIM,
  PROOF_TYPE,
  type ProvenCommand,
  type RecordedProof,
} from '../contract/proof';
import { commandHashOf } from '../domain/command-hash';
import { refusalOf, TokenRefusal } from './refusal';
import { createVerifier, type KeySource, type Verify } from './verifier';

/** Whose proofs count, and what checks them. */
export type ProofOptions = {
  /** `warn` carries every command out, and logs those that `required` refuses. */
  mode: 'warn' | 'required';
  issuer: string;
  audience: string;
} & KeySource;

/** Logs a command that is refused, or would be. */
export type Warn = (message: string, fields: Record<string, unknown>) => void;

/**
 * Checks proofs. The refusals are PROOF_REQUIRED and PROOF_REJECTED, which names the check that
 * failed. If the keys can't be fetched, it throws KEYS_UNAVAILABLE: the command waits for them.
 *
 * @throws Error if the secret is too short
 */
export function createProofCheck(options: ProofOptions, warn: Warn): CheckProof {
  const verify = createVerifier(options);
  return async (command, request, recorded) => {
    const fault = await faultOf(verify, options, commandHashOf(command, request), recorded);
    if (fault === undefined) return undefined;
    const isRequired = options.mode === 'required';
    if (isRequired && fault.code === 'KEYS_UNAVAILABLE') throw fault;
    const refusal = refusalFor(command, fault);
    const claimed = fault instanceof TokenRefusal ? fault.claimed : undefined;
    const { accountId } = request;
    const { code, details } = refusal;
    warn(isRequired ? 'a command is refused' : 'a command will be refused', {
      ...{ command, accountId, code, ...details, claimed },
    });
    return isRequired ? refusal : undefined;
  };
}

/** What is wrong with the proof, or that there is none. */
async function faultOf(
  verify: Verify,
  { issuer, audience }: ProofOptions,
  commandHash: string,
  recorded: RecordedProof | undefined,
): Promise<HoldfastError | undefined> {
  if (recorded === undefined) return new HoldfastError('PROOF_REQUIRED', 'It has none.');
  const { proof, recordedAt } = recorded;
  try {
    const { payload } = await verify(proof, {
      ...{ issuer, audience, typ: PROOF_TYPE, currentDate: new Date(recordedAt) },
      clockTolerance: defaultOf('HOLDFAST_JWT_CLOCK_TOLERANCE_SECONDS'),
      requiredClaims: ['exp', 'sub', COMMAND_CLAIM],
    });
    if (payload[COMMAND_CLAIM] === commandHash) return undefined;
    throw new TokenRefusal(COMMAND_CLAIM, 'The token is for another command.');
  } catch (error) {
    return refusalOf(error, proof);
  }
}

function refusalFor(command: ProvenCommand, fault: HoldfastError): Refusal {
  return {
    code: fault instanceof TokenRefusal ? 'PROOF_REJECTED' : fault.code,
    message: `${command} needs a proof: a token that was signed for this one command. ${fault.message}`,
    details: fault.details,
  };
}
