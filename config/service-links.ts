import { isIP } from 'node:net';

/**
 * What Kubernetes tells each container of a namespace's Services, by names that follow from theirs:
 * of a Service `holdfast-web` they begin with `HOLDFAST_WEB_`. Each form of name has one of value,
 * which no setting of that name could have.
 */
const FORMS: readonly [name: RegExp, isValue: (value: string) => boolean][] = [
  [/_SERVICE_HOST$/, isAddress],
  [/_PORT(_\d+_(TCP|UDP|SCTP))?$/, (value) => /^(tcp|udp|sctp):\/\/\S+:\d+$/.test(value)],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO$/, (value) => /^(tcp|udp|sctp)$/.test(value)],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, isPort],
  [/_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, isAddress],
];

/** `…_SERVICE_PORT`, and one for each of the Service's named ports. */
const SERVICE_PORT = /^(.+_SERVICE)_PORT(_\w+)?$/;

/** Whether Kubernetes has set the variable; then it is no setting. */
export function isServiceLink(
  name: string,
  value: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (FORMS.some(([form, isValue]) => form.test(name) && isValue(value))) return true;
  // A bare number may be a setting by a wrong name, so the Service's address must be there too.
  const [, service] = SERVICE_PORT.exec(name) ?? [];
  return service !== undefined && isPort(value) && isAddress(environment[`${service}_HOST`] ?? '');
}

function isAddress(value: string): boolean {
  return isIP(value) !== 0;
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value);
}
