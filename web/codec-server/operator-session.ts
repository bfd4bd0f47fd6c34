import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HoldfastError } from '../../contract/errors';

const NAME = 'holdfast-codec';
const SESSION_MS = 12 * 3_600_000;
/** The UI's own site alone may send it: the UI and the codec server share a registrable domain. */
const COOKIE = { name: NAME, path: '/', httpOnly: true, sameSite: 'strict' } as const;

/** Who may read payloads: who has the secret, as a bearer token or by a session begun with it. */
export class OperatorSessions {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** @throws HoldfastError UNAUTHENTICATED */
  check({ headers }: FastifyRequest): void {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    const isAllowed =
      (bearer !== undefined && isSame(bearer, this.#secret)) || this.#isSession(headers.cookie);
    if (!isAllowed)
      throw new HoldfastError('UNAUTHENTICATED', 'Log in at this server’s page /login first.');
  }

  /** Begins a session of 12 hours. False if the secret is another one. */
  begin(said: string, request: FastifyRequest, reply: FastifyReply): boolean {
    if (!isSame(said, this.#secret)) return false;
    const expiresAtMs = Date.now() + SESSION_MS;
    this.#set(request, reply, this.#sessionUntil(expiresAtMs), new Date(expiresAtMs));
    return true;
  }

  end(request: FastifyRequest, reply: FastifyReply): void {
    this.#set(request, reply, '', new Date(0));
  }

  #isSession(cookie = ''): boolean {
    const session = parseCookie(cookie)[NAME] ?? '';
    const expiresAtMs = Number.parseInt(session, 10);
    return expiresAtMs > Date.now() && isSame(session, this.#sessionUntil(expiresAtMs));
  }

  #sessionUntil(expiresAtMs: number): string {
    const signature = createHmac('sha256', this.#secret).update(`codec session ${expiresAtMs}`);
    return `${expiresAtMs}.${signature.digest('base64url')}`;
  }

  #set(request: FastifyRequest, reply: FastifyReply, value: string, expires: Date): void {
    // A proxy that speaks TLS may stand in front, so the protocol here says nothing.
    const secure = !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(request.hostname);
    reply.header('set-cookie', stringifySetCookie({ ...COOKIE, value, expires, secure }));
  }
}

/** Compared by their hashes, so that the time tells neither content nor length. */
function isSame(said: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(said), hash(wanted));
}
