import type { ErrorCode } from '../../contract/errors';

/** A driver's error, or one of Node's. */
export interface DriverError {
  code: string;
  message: string;
  /** The system call that failed. */
  syscall?: string | undefined;
}

/** Node's and OpenSSL's codes of a certificate, a key or a handshake that isn't right. */
const TLS = /^(ERR_(TLS|SSL|OSSL)_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|SELF_SIGNED_|DEPTH_ZERO_)/;
const UNKNOWN_AUTHORITY = /^(UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|SELF_SIGNED_|DEPTH_ZERO_)/;

const UNPREPARED = /^(26000|42P05)$/;

const ENCRYPTED = 'sslmode=verify-full';
const UNCHECKED = 'sslmode=no-verify encrypts without checking who answers';

/**
 * What to change where the database's URL, its server or a pooler in front isn't set up as the
 * ledger needs it; undefined for any other error.
 */
export function setUpProblem(error: DriverError): { code: ErrorCode; message: string } | undefined {
  const tls = tlsAdvice(error);
  if (tls !== undefined) {
    const message = `The connection to Postgres can't be secured: ${error.message}. ${tls}`;
    return { code: 'LEDGER_TLS_FAILED', message };
  }
  const unsuitable = poolerAdvice(error);
  if (unsuitable === undefined) return undefined;
  const message = `The pooler in front of Postgres doesn't fit: ${error.message}. ${unsuitable}`;
  return { code: 'DATABASE_UNSUITABLE', message };
}

function tlsAdvice({ code, message, syscall }: DriverError): string | undefined {
  if (UNKNOWN_AUTHORITY.test(code))
    return `Name the root of the server's certificate in the database's URL: ${ENCRYPTED}&sslrootcert=/path/to/root.pem. ${UNCHECKED}.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The URL's host must be one that the server's certificate names. ${UNCHECKED}.`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return "Renew the server's certificate, or set this machine's clock.";
  if (TLS.test(code))
    return "Check the server's certificate, and the files that sslrootcert, sslcert and sslkey name.";
  // A socket's path that isn't there fails in `connect`, and a broken connection in `read`.
  if (syscall === 'open' || code === 'EISDIR')
    return "sslrootcert, sslcert and sslkey of the database's URL must name files that this process may read.";
  if (/does not support SSL/i.test(message))
    return 'Turn TLS on at the server, or take sslmode out of the URL if the network may read it all.';
  if (/no encryption|SSL required/i.test(message))
    return `The server takes encrypted connections alone: put ${ENCRYPTED} into the database's URL.`;
  return undefined;
}

/** Of transactions that have no session of their own, and of parameters that a pooler refuses. */
function poolerAdvice({ code, message }: DriverError): string | undefined {
  if (UNPREPARED.test(code))
    return 'The ledger needs a session to itself: pool_mode=session, which is PgBouncer’s default.';
  if (/unsupported startup parameter/i.test(message))
    return 'Take the parameter out of the database’s URL, or name it in the pooler’s ignore_startup_parameters.';
  return undefined;
}
