import type { Attributes, Meter } from '@opentelemetry/api';
import { secondsHistogram, WAIT_SECONDS } from './metrics';
import type { Outcome } from './outcomes';

/** Counts what the ledger has decided at the call of this process. */
export function countOutcomes(meter: Meter): (outcome: Outcome) => void {
  const counter = (name: string, description: string) =>
    meter.createCounter(`holdfast_${name}_total`, { description });
  const counters = {
    admission: counter('admissions', 'Requests by the answer to them.'),
    generation: counter('generations', 'Admitted generations by how they ended.'),
    purchase: counter('purchases', 'Purchases by what has become of them.'),
    subscription: counter('subscriptions', 'Subscriptions by what has been done to them.'),
    grant: counter('grants', 'Grants by operators and workflows.'),
    expiry: counter('expiries', 'Accounts whose ended grants have been booked.'),
    notice: counter('notices', 'Notices by what has become of their delivery.'),
  };
  const credits = counter('credits', 'Credits by what has become of them.');
  const waited = secondsHistogram(
    meter,
    'holdfast_waiting_seconds',
    'How long a request waited for credits until it was served, or was not.',
    WAIT_SECONDS,
  );
  for (const { what, ...labels } of AT_FIRST) counters[what].add(0, labelsOf(what, labels));
  return ({ what, outcome, code = '', kind = '', credits: moved, waitedSeconds }) => {
    counters[what].add(1, labelsOf(what, { outcome, code, kind }));
    for (const [how, count] of Object.entries(moved)) if (count > 0) credits.add(count, { how });
    if (waitedSeconds !== undefined) waited.record(waitedSeconds, { outcome });
  };
}

/** Alerts look at their increase, and an increase begins at a first figure: so these begin at 0. */
const AT_FIRST: { what: Outcome['what']; outcome: string; code: string; kind: string }[] = [
  { what: 'admission', outcome: 'refused', code: 'ADMISSION_TIMED_OUT', kind: '' },
  { what: 'purchase', outcome: 'declined', code: '', kind: '' },
  { what: 'notice', outcome: 'failed', code: '', kind: '' },
];

/** A series has the labels that say something of it, and always the same ones. */
function labelsOf(
  what: Outcome['what'],
  { outcome, code, kind }: Record<string, string>,
): Attributes {
  if (what === 'admission') return { kind, outcome, code };
  if (what === 'generation') return { kind, outcome };
  return what === 'purchase' || what === 'subscription' || what === 'grant'
    ? { outcome, code }
    : { outcome };
}
