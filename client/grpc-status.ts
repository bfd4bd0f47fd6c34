import { isGrpcServiceError } from '@temporalio/client';

/** The codes of gRPC that Temporal's errors carry. */
export const GRPC_STATUS = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
} as const;

/** Whether Temporal has answered with this status. */
export function hasGrpcStatus(error: unknown, status: keyof typeof GRPC_STATUS): boolean {
  return isGrpcServiceError(error) && error.code === GRPC_STATUS[status];
}

/** For `catch`: undefined in place of an answer with this status; any other error is thrown on. */
export function unlessStatus(status: keyof typeof GRPC_STATUS): (error: unknown) => undefined {
  return (error) => {
    if (hasGrpcStatus(error, status)) return undefined;
    throw error;
  };
}

/** Temporal's own error, which its client may wrap in one of its own. */
export function serviceErrorOf(error: unknown) {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find(isGrpcServiceError);
}
