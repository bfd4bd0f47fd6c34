import { z } from 'zod';

const HEADER = 'holdfast-proof';

/** Longer ones are refused by the worker too, after more work. */
const PROOF_LENGTH_MAX = 8_192;

const proof = z.string().max(PROOF_LENGTH_MAX).optional().meta({
  description:
    'The proof of this command, where workers want one (docs/how-to/production.md). It is passed on, and never made here.',
});

/** The headers of a route whose command adds credits. */
export function withProof<Shape extends z.ZodRawShape>(headers: z.ZodObject<Shape>) {
  return headers.extend({ [HEADER]: proof });
}

/** The caller's proof, as an option of the client. */
export function proofIn(headers: { [HEADER]?: string }): { proof?: string } {
  return { proof: headers[HEADER] };
}
