import type { Translation } from '../english';
import type { Format } from '../format';
import { pluralOf } from '../plural';

const plural = pluralOf('de');
const unit = (count: number) => plural(count, { one: 'Credit', other: 'Credits' });
const credits = (format: Format, count: number) => `${format.count(count)} ${unit(count)}`;
const days = (format: Format, count: number) =>
  `${format.count(count)} ${plural(count, { one: 'Tag', other: 'Tage' })}`;
const inDaysOf = (format: Format, count: number) =>
  `${format.count(count)} ${plural(count, { one: 'Tag', other: 'Tagen' })}`;

export const WORDS: Translation = {
  language: 'de',
  credits,
  unit,

  page: {
    title: 'Credits',
    account: (account) => `Angemeldet als ${account}`,
    logOut: 'Abmelden',
  },

  headings: {
    balance: 'Ihre Credits',
    next: 'Wie es weitergeht',
    more: 'Credits kaufen',
    make: 'Was Sie erzeugen können',
    went: 'Wofür Ihre Credits verbraucht wurden',
    parts: 'Woraus Ihre Credits bestehen',
  },

  sources: {
    plan: (name) => name ?? 'Tarif',
    pack: () => 'Gekauft',
    promotion: () => 'Aktion',
    adjustment: () => 'Korrektur',
  },

  balance: {
    reserved: (format, reserved, running) =>
      `Reserviert für ${running === 1 ? 'eine laufende Generierung' : `${format.count(running)} laufende Generierungen`}: ${format.count(reserved)}. Was nicht gebraucht wird, kommt zurück.`,
    since: (at) => `seit ${at}`,
    progress: (share, ago) => `${share} fertig, Stand ${ago}`,
    other: (kind, status) => `${kind}: ${status}`,
    zero: 'Sie haben keine Credits mehr.',
    zeroBuy: 'Sie haben keine Credits mehr. Kaufen Sie welche, oder warten Sie auf die nächsten.',
    zeroReserved:
      'Alle Ihre Credits sind gerade reserviert. Was nicht gebraucht wird, kommt zurück.',
    low: (format, below) => `Es wird knapp: weniger als ${credits(format, below)} übrig.`,
    fresh: 'Sie hatten noch keine Credits. Sie kommen, wenn Ihr Tarif beginnt.',
    latest: (format, kind, charged, moment) =>
      `Zuletzt: ${kind}, ${moment}. ${charged === 0 ? 'Nichts wurde berechnet.' : `${credits(format, charged)} berechnet.`}`,
    pendingExpiry: (format, ended) => `${credits(format, ended)} nicht mehr verwendbar.`,
    frozen: (format, frozen) =>
      `${credits(format, frozen)} sind eingefroren, bis Ihre Bank über die Zahlung ihres Pakets entschieden hat.`,
    owed: (format, owed) =>
      `Sie schulden ${credits(format, owed)}: Sie waren verbraucht, als ihr Paket erstattet wurde. Ihre nächsten Credits begleichen das zuerst.`,
    stopped: (kind, reason) =>
      kind === null
        ? `Zurzeit können keine Generierungen beginnen: ${reason}`
        : `Zurzeit kann kein ${kind} beginnen: ${reason}`,
    cancel: 'Abbrechen',
    cancelCosts: 'Wenn Sie abbrechen, zahlen Sie, was bis dahin verbraucht ist.',
    cancelling: 'Wird abgebrochen …',
  },

  waiting: {
    one: (format, kind, required) => `${kind} wartet auf ${credits(format, required)}`,
    place: (format, place) =>
      place === 1 ? 'als Nächstes an der Reihe' : `an Stelle ${format.count(place)}`,
    until: (at) => `bis ${at}`,
    short: (format, kind, required, have) =>
      `Für das wartende ${kind} sind ${format.count(required)} nötig; Sie haben ${format.count(have)}: ${format.count(required - have)} zu wenig.`,
    why: 'Es beginnt von selbst, sobald genug da sind. Vorher wird nichts berechnet.',
  },

  next: {
    renews: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} am ${day} (${inDays}), wenn ${plan} sich verlängert.`,
    paidAhead: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} am ${day} (${inDays}): ${plan}, schon bezahlt.`,
    carried: (format, left, day) =>
      `Nicht verbrauchte Credits bleiben, wenn Sie vor dem ${day} verlängern. Sonst enden dann ${credits(format, left)}.`,
    carriedNone: (day) => `Nicht verbrauchte Credits bleiben, wenn Sie vor dem ${day} verlängern.`,
    changes: (plan, day) => `Sie wechseln am ${day} zu ${plan}.`,
    ends: (format, left, day) =>
      `Ihr Abonnement endet am ${day}, und mit ihm ${credits(format, left)}, wenn Sie bis dahin nicht verlängern.`,
    grace: (day) =>
      `Eine Zahlung ist fällig. Ihre Credits bleiben bis ${day} verwendbar; verlängern Sie bis dahin, um sie zu behalten.`,
    lapsed: (format, left, day) =>
      `Ihr Abonnement endete am ${day}, daher nicht verwendbar: ${credits(format, left)}.`,
    window: (at) =>
      `Wenn Sie vor dem Ende gezahlt haben, kommen sie zurück, sobald wir von der Zahlung erfahren, bis ${at}.`,
    closed: (day) => `Ihr Abonnement endete am ${day}. Nicht verbrauchte Credits endeten mit ihm.`,
    other: (status) => `Ihr Abonnement ist „${status}“.`,
    none: 'Sie haben kein Abonnement. Ein Tarif bringt in jedem Abrechnungszeitraum Credits, und mit ihm können Sie weitere kaufen.',
    promotion: (format, left, source, day) =>
      `Am ${day} ${plural(left, { one: 'endet', other: 'enden' })} ${credits(format, left)} (${source}).`,
    renew: 'Tarif verlängern oder wechseln',
    subscribe: 'Tarif wählen',
  },

  more: {
    each: (price) => `${price} je Credit`,
    saves: (share) => `${share} sparen`,
    buy: (price) => `Für ${price} kaufen`,
    ask: (format, count, price) => `${credits(format, count)} für ${price} kaufen?`,
    rules: (day) =>
      day === null
        ? 'Sofort verwendbar. Credits werden nicht erstattet.'
        : `Sofort verwendbar, bis ${day}, wenn Sie nicht verlängern. Credits werden nicht erstattet.`,
    changed: (format, count, now, earlier) =>
      `Der Preis hat sich geändert: ${credits(format, count)} zu jetzt ${now}, nicht ${earlier}. Nichts wurde berechnet.`,
    never: 'Nicht jetzt',
    close: 'Schließen',
    sending: 'Wird bezahlt …',
    pending:
      'Ihre Bank hat noch nicht entschieden. Die Credits kommen, sobald sie es hat, auch wenn Sie diese Seite verlassen.',
    unknown:
      'Es kam keine Antwort, daher ist noch nicht bekannt, ob Ihnen etwas berechnet wurde. Ein neuer Versuch wird nie zweimal berechnet.',
    other: (status) =>
      `Die Zahlung ist „${status}“, daher ist noch nicht bekannt, ob Ihnen etwas berechnet wurde. Ein neuer Versuch wird nie zweimal berechnet.`,
    again: 'Noch einmal versuchen',
    done: (format, count, day) =>
      `${credits(format, count)} hinzugefügt. ${day === null ? '' : `Gültig bis ${day}, wenn Sie nicht verlängern.`}`,
    declined: 'Ihre Bank hat die Zahlung abgelehnt. Nichts wurde berechnet.',
    returned: 'Ihr Abonnement endete, bevor die Zahlung ankam. Das Geld geht an Sie zurück.',
    subscribeFirst:
      'Pakete gibt es nur mit laufendem Abonnement, denn gekaufte Credits enden mit ihm.',
    none: 'Zurzeit gibt es keine Pakete zu kaufen.',
  },

  topUp: {
    title: 'Automatisch nachkaufen und Hinweis bei wenig Credits',
    on: (format, count, below) =>
      `An: kauft ${credits(format, count)}, wenn weniger als ${format.count(below)} übrig sind.`,
    off: 'Aus. Schalten Sie es ein, und ein Paket wird gekauft, wenn es knapp wird.',
    spent: (spent, cap) => `${spent} von höchstens ${cap} in diesem Monat ausgegeben.`,
    stopped: (why) =>
      why === 'price-changed'
        ? 'Angehalten: Das Paket kostet mehr als beim Speichern. Speichern Sie noch einmal, damit es weitergeht.'
        : `Angehalten: ${why}. Speichern Sie noch einmal, damit es weitergeht.`,
    retry: (at) => `Die letzte Zahlung wurde abgelehnt. Der nächste Versuch ist am ${at}.`,
    enable: 'Automatisch ein Paket kaufen',
    pack: 'Paket',
    packOption: (format, count, price) => `${credits(format, count)} für ${price}`,
    below: 'Wenn weniger Credits übrig sind als',
    cap: (currency) => `Höchstens im Monat, in ${currency}`,
    save: 'Speichern',
    saveAndBuy: (format, count, price) =>
      `Speichern und jetzt ${format.count(count)} für ${price} kaufen`,
    saving: 'Wird gespeichert …',
    saved: 'Gespeichert.',
    savedAndBuys: (format, count, price) =>
      `Gespeichert. ${credits(format, count)} für ${price} werden jetzt gekauft.`,
    notKnown: (moment) =>
      `Es kam keine Antwort, daher ist nicht bekannt, ob gespeichert wurde. Nach ${moment} geschieht es nicht mehr.`,
    noticeTitle: 'Hinweis, wenn weniger Credits übrig sind als',
    noticeHint: 'Leer: nie.',
    rules:
      'Jeder Kauf wird berechnet, als hätten Sie ihn selbst gemacht. Credits werden nicht erstattet.',
  },

  dimensions: {
    audio: { false: 'ohne Ton', true: 'mit Ton' },
  },

  make: {
    each: (format, count) => `${credits(format, count)} je Generierung`,
    eachUnit: (format, count, per) =>
      `${credits(format, count)} je ${per === 1 ? 'Sekunde' : format.seconds(per)}`,
    atMost: (length) => `bis zu ${length}`,
    length: (name) => `Länge von ${name}`,
    lengthExact: (name) => `Länge von ${name}, in Sekunden`,
    unit: 's',
    result: (format, price) => `${credits(format, price)}:`,
    count: (format, count) =>
      count === 1
        ? 'eine davon können Sie erzeugen'
        : `${format.count(count)} davon können Sie erzeugen`,
    range: (format, longest) => `Bitte ${format.count(0.001)} bis ${longest} eingeben.`,
    short: (format, price, have) =>
      `Das würde ${format.count(price)} kosten, und Sie haben ${format.count(have)}.`,
    ways: (buy, shorten) => {
      if (buy === null) return shorten === null ? '' : `Sie können es ${shorten}.`;
      return shorten === null ? `${buy}.` : `${buy}, oder ${shorten}.`;
    },
    buy: (format, count, price) => `${format.count(count)} für ${price} kaufen`,
    shorten: (length) => `auf ${length} kürzen`,
    none: 'Zurzeit wird keine Art von Generierung angeboten.',
  },

  went: {
    period: 'Zeitraum',
    days,
    kind: 'Art',
    allKinds: 'Alle Arten',
    chart: 'Verbrauchte Credits je Tag',
    total: (format, total, count) =>
      `${credits(format, total)} in ${inDaysOf(format, count)} verbraucht`,
    onDay: (day, parts) => `${day}: ${parts.length === 0 ? 'nichts' : parts.join(', ')}`,
    part: (format, kind, used) => `${kind} ${format.count(used)}`,
    unused: (format, count, kind) =>
      `In den letzten ${inDaysOf(format, count)} wurden keine Credits${kind === null ? '' : ` für ${kind}`} verbraucht.`,
    asTable: 'Als Tabelle zeigen',
    day: 'Tag',
    sum: 'Summe',
    fresh: 'Noch nichts. Hier steht, was jede Generierung gekostet hat, mit ihrem Beleg.',
    nothing: (format, count, kind) =>
      `In den letzten ${inDaysOf(format, count)} ist${kind === null ? '' : ` mit ${kind}`} nichts geschehen.`,
    more: 'Mehr zeigen',
    loadingMore: 'Wird geladen …',
    failed: 'Das kann gerade nicht gezeigt werden.',
    csv: 'Als CSV herunterladen',
    csvBusy: 'Wird vorbereitet …',
    csvFailed: 'Die Datei konnte nicht vorbereitet werden.',
    change: (change, count) => `${change} ${unit(Math.abs(count))}`,
    running: (format, reserved) => `${format.count(reserved)} reserviert`,
    uncharged: 'nichts berechnet',
    granted: {
      plan: (plan) => plan ?? 'Tarif',
      pack: (format, count) => `${credits(format, count)} gekauft`,
      promotion: 'Aktion',
      adjustment: 'Korrektur',
      unknown: 'Credits hinzugefügt',
    },
    expired: (format, count) =>
      `${credits(format, count)} ${plural(count, { one: 'endete', other: 'endeten' })}`,
    deducted: 'Korrektur',
    refunded: (format, count) => `${credits(format, count)} eines erstatteten Pakets`,
    notRefunded: 'Zurück: Die Erstattung kam nicht zustande',
    owed: (format, count) =>
      `${credits(format, count)} geschuldet: vor der Erstattung ihres Pakets verbraucht`,
    repaid: 'Schuld beglichen',
    frozen: (format, count) =>
      `${credits(format, count)} eingefroren: Ihre Bank prüft die Zahlung ihres Pakets`,
    unfrozen: (format, count) => `${credits(format, count)} nicht mehr eingefroren`,
    lost: (format, count) =>
      `${credits(format, count)} eines Pakets, dessen Zahlung Ihre Bank zurückgeholt hat`,
    receipt: {
      loading: 'Der Beleg wird geladen …',
      failed: 'Der Beleg kann gerade nicht gezeigt werden.',
      quoted: 'Angebot',
      charged: 'Berechnet',
      returned: 'Zurück',
      length: 'Länge',
      started: 'Begonnen',
      ended: 'Beendet',
      from: 'Bezahlt aus',
      heldFrom: 'Reserviert aus',
      output: 'Ergebnis',
      open: 'Öffnen',
      why: 'Grund',
      cancelled: (format, charged, reserved) =>
        `Abgebrochen; ${format.count(charged)} von ${credits(format, reserved)} waren bis dahin verbraucht.`,
      id: 'Auftrag',
    },
    reasons: {
      cancelled: 'Rechtzeitig abgebrochen.',
      orphaned: 'Unterbrochen, bevor es fertig war.',
      'timed-out': 'Es dauerte zu lange und wurde beendet.',
      ADMISSION_TIMED_OUT: 'Es konnte nicht rechtzeitig beginnen.',
      WAIT_TIMED_OUT: 'Die Credits, auf die es wartete, kamen nicht rechtzeitig.',
      PRICE_CHANGED: 'Der Preis hatte sich geändert, während es wartete.',
      PROVIDER_FAULT: 'Der Dienst, der es erzeugen sollte, gab keine sinnvolle Antwort.',
      'content-refused': 'Der Inhalt wurde abgelehnt.',
    },
  },

  parts: {
    order: 'Wird von oben nach unten verbraucht.',
    left: (format, left, of) => `${format.count(left)} von ${credits(format, of)} übrig`,
    until: (day) => `bis ${day}`,
    withPlan: (day) => `bis ${day}, länger mit Verlängerung`,
    none: 'Noch nichts. Hier stehen Credits aus Ihrem Tarif, aus Paketen und aus Aktionen.',
  },

  connection: {
    offline:
      'Wir erreichen den Server gerade nicht. Dies ist der letzte bekannte Stand; Ihre Credits sind sicher.',
    offlineEmpty:
      'Wir erreichen den Server gerade nicht. Nichts wurde berechnet. Wir versuchen es weiter.',
    expired:
      'Ihre Anmeldung ist abgelaufen. Ihre Credits sind sicher. Melden Sie sich noch einmal an, um den Stand zu sehen.',
    login: 'Noch einmal anmelden',
    error: 'Ihre Credits können gerade nicht gezeigt werden. Nichts wurde berechnet.',
    code: (code) => `Code für den Support: ${code}`,
    retry: 'Noch einmal versuchen',
    loading: 'Ihre Credits werden geladen …',
  },

  problems: {
    nothing: 'Nichts wurde berechnet.',
    SUBSCRIPTION_REQUIRED: 'Nichts wurde berechnet. Pakete gibt es nur mit laufendem Abonnement.',
    UNKNOWN_PACK: 'Nichts wurde berechnet. Dieses Paket wird nicht mehr verkauft.',
    CANCEL_LIMIT_REACHED: 'Nichts wurde geändert. Das war zu oft, daher läuft es weiter.',
    RATE_LIMITED:
      'Nichts wurde berechnet. Das war zu oft; versuchen Sie es in einer Minute noch einmal.',
    INVALID_MONTHLY_CAP:
      'Nichts wurde geändert. Die Obergrenze im Monat liegt unter dem Preis eines Pakets.',
    INVALID_THRESHOLD: 'Nichts wurde geändert. Bitte eine ganze Zahl über 0 eingeben.',
    TOP_UP_THRESHOLD_TOO_HIGH:
      'Nichts wurde geändert. Die Schwelle muss unter der Größe eines Pakets liegen.',
    ADMISSION_STOPPED: 'Nichts wurde berechnet. Ihr Konto ist zurzeit angehalten.',
    ACCOUNT_IN_DEBT:
      'Nichts wurde berechnet. Sie schulden Credits eines erstatteten Pakets; kaufen Sie erst welche.',
    PAYMENT_METHOD_NOT_OWNED:
      'Nichts wurde berechnet. Dieses Zahlungsmittel gehört nicht zu Ihrem Konto.',
    PAYMENT_METHOD_REFUSED:
      'Nichts wurde berechnet. Bitte verwenden Sie ein anderes Zahlungsmittel.',
    PAYMENT_ATTEMPTS_EXCEEDED:
      'Nichts wurde berechnet. Zu viele Zahlungen sind fehlgeschlagen; versuchen Sie es später noch einmal.',
    PURCHASE_LIMIT_REACHED:
      'Nichts wurde berechnet. Mehr geht heute nicht; versuchen Sie es morgen noch einmal.',
    offline: 'Es kam keine Antwort. Versuchen Sie es noch einmal, wenn Sie online sind.',
    unchanged: 'Nichts wurde geändert.',
  },
};
