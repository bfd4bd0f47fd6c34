import { type JWTPayload, SignJWT } from 'jose';

/** What the web process checks tokens by, where a secret signs them. */
export interface TokenSignerOptions {
  issuer: string;
  audience: string;
  secret: string;
}

/** A token that the web process with this secret takes. `validity` is such as `12h`. */
export function signToken(
  { issuer, audience, secret }: TokenSignerOptions,
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
