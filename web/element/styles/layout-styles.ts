/** One column on a phone, two where the element itself has room: it may stand in a narrow part of a wide page. */
export const LAYOUT = `
.all { display: grid; gap: 16px; align-items: start; grid-template-columns: minmax(0, 1fr); }
.card {
  display: grid; gap: 12px; align-content: start;
  padding: 16px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface);
}
@container (min-width: 760px) {
  .all {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    grid-template-rows: auto auto auto 1fr;
    grid-template-areas: 'banner banner' 'balance more' 'next more' 'make went' 'parts went';
  }
  .card { padding: 20px; }
  .banner { grid-area: banner; }
  .balance { grid-area: balance; }
  .next { grid-area: next; }
  .more { grid-area: more; }
  .make { grid-area: make; }
  .went { grid-area: went; }
  .parts { grid-area: parts; }
}
@container (min-width: 1040px) {
  .all {
    grid-template-columns: repeat(12, minmax(0, 1fr));
    grid-template-rows: auto auto auto 1fr;
    grid-template-areas:
      'banner banner banner banner banner banner banner banner banner banner banner banner'
      'balance balance balance balance next next next next more more more more'
      'make make make make make make went went went went went went'
      'parts parts parts parts parts parts went went went went went went';
  }
  .balance, .next, .more { align-self: stretch; }
}
.banner { padding: 12px 16px; border-radius: 12px; background: var(--low-ground); color: var(--low); }
.banner.expired, .banner.error { background: var(--bad-ground); color: var(--bad); }
.banner:empty { display: none; }
.number { display: flex; align-items: baseline; gap: 8px; }
.digits { font-size: 48px; line-height: 56px; font-weight: 650; letter-spacing: -.02em; }
.unit { color: var(--quiet); }
.share { display: block; width: 100%; height: 8px; margin-bottom: 8px; border-radius: 4px; overflow: hidden; }
.share .held { fill: var(--control); opacity: .5; }
.share .free { fill: var(--accent-text); }
.latest { min-height: 40px; }
.level { padding: 8px 12px; border-radius: 8px; background: var(--sunken); }
.level.low { background: var(--low-ground); }
.level.zero { background: var(--bad-ground); }
.row { display: flex; align-items: center; gap: 12px; }
.dot {
  display: inline-block; width: 8px; height: 8px; margin-inline-end: 4px; border-radius: 50%;
  background: var(--accent-text); animation: breathe 1.6s ease-in-out infinite alternate;
}
@keyframes breathe { to { opacity: .35; } }
.part { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding-block: 8px; border-top: 1px solid var(--line); }
.part .quiet { grid-column: 1 / -1; padding-inline-start: 18px; }
.part:first-child { border-top: 0; }
.source { display: inline-block; width: 10px; height: 10px; margin-inline-end: 8px; border-radius: 3px; background: var(--accent-text); }
.source.from-pack { background: var(--good); }
.source.from-promotion { background: var(--low); }
.source.from-adjustment { background: var(--quiet); }
.bone { border-radius: 8px; background: var(--sunken); }
.all[data-stale] .digits { color: var(--quiet); }
@media (prefers-reduced-motion: reduce) { .dot { animation: none; } }
`;
