import { SignJWT } from 'jose';
import { COMMAND_CLAIM, PROOF_TYPE } from '../contract/proof';

/** Who signs proofs, with a secret that the worker knows. */
export interface ProofSignerOptions {
  issuer: string;
  audience: string;
  /** The proofs' `sub`: who gives the commands. */
  subject: string;
  secret: string;
}

/** Long enough for every repetition of one call. */
const VALIDITY = '5m';

/** Signs proofs with a secret (HS256): what a client takes as its `proof`. */
export function createProofSigner({ issuer, audience, subject, secret }: ProofSignerOptions) {
  const key = new TextEncoder().encode(secret);
  return ({ commandHash }: { commandHash: string }): Promise<string> =>
    new SignJWT({ [COMMAND_CLAIM]: commandHash })
      .setProtectedHeader({ alg: 'HS256', typ: PROOF_TYPE })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(VALIDITY)
      .sign(key);
}
