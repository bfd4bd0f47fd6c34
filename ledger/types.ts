export interface DueCursor {
  expiresAt: string;
  accountId: string;
  requestId: string;
}

export interface DueReservation extends DueCursor {
  credits: number;
}
