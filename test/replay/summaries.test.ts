import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { newest } from './commands/recorded-commands';
import { localActivityType, recordedHistories } from './histories';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** The activity of an event that Temporal's UI shows for it, a local one too. */
function activityOf(event: HistoryEvent): string | undefined {
  const { activityTaskScheduledEventAttributes: scheduled, markerRecordedEventAttributes: marker } =
    event;
  if (scheduled) return scheduled.activityType?.name ?? '';
  if (marker?.markerName !== 'core_local_activity') return undefined;
  return localActivityType(marker.details?.data);
}

const RECORDED = newest(recordedHistories()).map(({ name, history }) => ({
  name,
  activities: (history.events ?? []).flatMap((event) => {
    const { summary } = event.userMetadata ?? {};
    const words = summary && defaultPayloadConverter.fromPayload<string>(summary);
    const activity = activityOf(event);
    return activity === undefined ? [] : [{ activity, words }];
  }),
}));

test.each(RECORDED)('every activity in $name has its summary', ({ activities }) => {
  expect(activities.filter(({ words }) => !words)).toEqual([]);
});

test('the activities that move credits are among them', () => {
  const recorded = new Set(
    RECORDED.flatMap(({ activities }) => activities.map(({ activity }) => activity)),
  );
  const moving = [
    ...['admit', 'resume', 'commit', 'chargeCancelled', 'release', 'resolveOrphan', 'grant'],
    ...['subscribe', 'renewSubscription', 'changePlan', 'endSubscription', 'grantCycles'],
    ...['expireTerm', 'settlePurchase', 'applyBillingEvent', 'grantDueCycles'],
    ...['bookDueExpiries', 'bookEndedGrants'],
  ];
  expect(moving.filter((activity) => !recorded.has(activity))).toEqual([]);
});

test('they say what a generation does', () => {
  const committed = RECORDED.find(({ name }) => name.startsWith('generation.committed.'));
  expect(committed?.activities).toEqual([
    { activity: 'admit', words: 'Reserve credits for ai-avatar' },
    { activity: 'generate', words: 'Generate ai-avatar for 4 credits' },
    { activity: 'commit', words: 'Commit 4 credits' },
  ]);
});
