import { type JWTPayload, SignJWT } from 'jose';
import type { AuthOptions } from '../../web/http/authentication';

/** A token that the web process with this secret takes. `validity` is such as `12h`. */
export function signToken(
  { issuer, audience, secret }: Extract<AuthOptions, { secret: string }>,
  subject: string,
  claims: JWTPayload,
  validity: string,
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(validity)
    .sign(new TextEncoder().encode(secret));
}
