/** Whether a process with this id exists, of any user. */
export function isAlive(pid: number): boolean;
