import type { Translation } from '../english';
import type { Format } from '../format';
import { pluralOf } from '../plural';

const plural = pluralOf('fr');
const unit = (count: number) => plural(count, { one: 'crédit', other: 'crédits' });
const credits = (format: Format, count: number) => `${format.count(count)} ${unit(count)}`;
const days = (format: Format, count: number) =>
  `${format.count(count)} ${plural(count, { one: 'jour', other: 'jours' })}`;

export const WORDS: Translation = {
  language: 'fr',
  credits,
  unit,

  page: {
    title: 'Crédits',
    account: (account) => `Connecté en tant que ${account}`,
    logOut: 'Se déconnecter',
  },

  headings: {
    balance: 'Vos crédits',
    next: 'Ce qui vient ensuite',
    more: 'Acheter des crédits',
    make: 'Ce que vous pouvez créer',
    went: 'À quoi vos crédits ont servi',
    parts: 'De quoi se composent vos crédits',
  },

  sources: {
    plan: (name) => name ?? 'Forfait',
    pack: () => 'Achat',
    promotion: () => 'Promotion',
    adjustment: () => 'Correction',
  },

  balance: {
    reserved: (format, reserved, running) =>
      `Réservés pour ${running === 1 ? 'une génération en cours' : `${format.count(running)} générations en cours`} : ${format.count(reserved)}. Ce qui n’est pas utilisé revient.`,
    since: (at) => `depuis le ${at}`,
    progress: (share, ago) => `${share} terminés, état ${ago}`,
    other: (kind, status) => `${kind} : ${status}`,
    zero: 'Vous n’avez plus de crédits.',
    zeroBuy: 'Vous n’avez plus de crédits. Achetez-en, ou attendez les prochains.',
    zeroReserved: 'Tous vos crédits sont réservés en ce moment. Ce qui n’est pas utilisé revient.',
    low: (format, below) => `Il en reste peu : moins de ${credits(format, below)}.`,
    fresh: 'Vous n’avez pas encore eu de crédits. Ils arrivent quand votre forfait commence.',
    latest: (format, kind, charged, moment) =>
      `Dernière génération : ${kind}, ${moment}. ${charged === 0 ? 'Rien n’a été débité.' : `Débit : ${credits(format, charged)}.`}`,
    pendingExpiry: (format, ended) => `Plus utilisables : ${credits(format, ended)}.`,
    frozen: (format, frozen) =>
      `${credits(format, frozen)} sont bloqués jusqu’à ce que votre banque ait statué sur le paiement de leur pack.`,
    owed: (format, owed) =>
      `Vous devez ${credits(format, owed)} : ils étaient utilisés quand leur pack a été remboursé. Vos prochains crédits les paient d’abord.`,
    stopped: (kind, reason) =>
      kind === null
        ? `Aucune génération ne peut commencer en ce moment : ${reason}`
        : `${kind} ne peut pas commencer en ce moment : ${reason}`,
    cancel: 'Annuler',
    cancelCosts: 'Si vous l’annulez, vous payez ce qu’elle a utilisé jusque-là.',
    cancelling: 'Annulation …',
  },

  waiting: {
    one: (format, kind, required) => `${kind} attend ${credits(format, required)}`,
    place: (format, place) =>
      place === 1 ? 'la prochaine de la file' : `numéro ${format.count(place)} dans la file`,
    until: (at) => `jusqu’au ${at}`,
    short: (format, kind, required, have) =>
      `${kind} en attente demande ${format.count(required)} ; vous avez ${format.count(have)} : il en manque ${format.count(required - have)}.`,
    why: 'Elle commence d’elle-même dès qu’il y en a assez. Rien n’est débité avant.',
  },

  next: {
    renews: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} le ${day} (${inDays}), au renouvellement de ${plan}.`,
    paidAhead: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} le ${day} (${inDays}) : ${plan}, déjà payé.`,
    carried: (format, left, day) =>
      `Les crédits non utilisés sont conservés si vous renouvelez avant le ${day}. Sinon, ${credits(format, left)} ${plural(left, { one: 'expire', other: 'expirent' })} alors.`,
    carriedNone: (day) =>
      `Les crédits non utilisés sont conservés si vous renouvelez avant le ${day}.`,
    changes: (plan, day) => `Vous passez à ${plan} le ${day}.`,
    ends: (format, left, day) =>
      `Votre abonnement se termine le ${day}, et avec lui ${credits(format, left)}, sauf si vous renouvelez d’ici là.`,
    grace: (day) =>
      `Un paiement est dû. Vos crédits restent utilisables jusqu’au ${day} ; renouvelez d’ici là pour les garder.`,
    lapsed: (format, left, day) =>
      `Votre abonnement s’est terminé le ${day}, donc inutilisables : ${credits(format, left)}.`,
    window: (at) =>
      `Si vous aviez payé avant la fin, ils reviennent dès que nous apprenons le paiement, jusqu’au ${at}.`,
    closed: (day) =>
      `Votre abonnement s’est terminé le ${day}. Les crédits non utilisés ont expiré avec lui.`,
    other: (status) => `Votre abonnement est « ${status} ».`,
    none: 'Vous n’avez pas d’abonnement. Un forfait apporte des crédits à chaque période de facturation, et permet d’en acheter d’autres.',
    promotion: (format, left, source, day) =>
      `${credits(format, left)} (${source}) ${plural(left, { one: 'expire', other: 'expirent' })} le ${day}.`,
    renew: 'Renouveler ou changer de forfait',
    subscribe: 'Choisir un forfait',
  },

  more: {
    each: (price) => `${price} par crédit`,
    saves: (share) => `${share} d’économie`,
    buy: (price) => `Acheter pour ${price}`,
    ask: (format, count, price) => `Acheter ${credits(format, count)} pour ${price} ?`,
    rules: (day) =>
      day === null
        ? 'Utilisables aussitôt. Les crédits ne sont pas remboursables.'
        : `Utilisables aussitôt, jusqu’au ${day} sauf renouvellement. Les crédits ne sont pas remboursables.`,
    changed: (format, count, now, earlier) =>
      `Le prix a changé : ${credits(format, count)} à ${now} maintenant, et non ${earlier}. Rien n’a été débité.`,
    never: 'Pas maintenant',
    close: 'Fermer',
    sending: 'Paiement …',
    pending:
      'Votre banque n’a pas encore décidé. Les crédits arrivent dès qu’elle l’a fait, même si vous quittez cette page.',
    unknown:
      'Aucune réponse n’est venue, nous ne savons donc pas encore si vous avez été débité. Réessayer ne débite jamais deux fois.',
    other: (status) =>
      `Le paiement est « ${status} », nous ne savons donc pas encore si vous avez été débité. Réessayer ne débite jamais deux fois.`,
    again: 'Réessayer',
    done: (format, count, day) =>
      `${credits(format, count)} de plus. ${day === null ? '' : `Valables jusqu’au ${day} sauf renouvellement.`}`,
    declined: 'Votre banque a refusé le paiement. Rien n’a été débité.',
    returned:
      'Votre abonnement s’est terminé avant l’arrivée du paiement. L’argent vous est rendu.',
    subscribeFirst:
      'Les packs demandent un abonnement en cours, car les crédits achetés expirent avec lui.',
    none: 'Aucun pack n’est en vente en ce moment.',
  },

  topUp: {
    title: 'Recharge automatique et alerte de solde bas',
    on: (format, count, below) =>
      `Active : achète ${credits(format, count)} quand il en reste moins de ${format.count(below)}.`,
    off: 'Inactive. Activez-la, et un pack est acheté quand il en reste peu.',
    spent: (spent, cap) => `${spent} dépensés ce mois-ci, ${cap} au plus.`,
    stopped: (why) =>
      why === 'price-changed'
        ? 'Elle s’est arrêtée : le pack coûte plus que lors de votre enregistrement. Enregistrez de nouveau pour qu’elle reprenne.'
        : `Elle s’est arrêtée : ${why}. Enregistrez de nouveau pour qu’elle reprenne.`,
    retry: (at) => `Le dernier paiement a été refusé. Nouvel essai le ${at}.`,
    enable: 'Acheter un pack automatiquement',
    pack: 'Pack',
    packOption: (format, count, price) => `${credits(format, count)} pour ${price}`,
    below: 'Quand il reste moins de crédits que',
    cap: (currency) => `Au plus par mois, en ${currency}`,
    save: 'Enregistrer',
    saveAndBuy: (format, count, price) =>
      `Enregistrer et acheter ${format.count(count)} pour ${price} maintenant`,
    saving: 'Enregistrement …',
    saved: 'Enregistré.',
    savedAndBuys: (format, count, price) =>
      `Enregistré. Achat en cours : ${credits(format, count)} pour ${price}.`,
    notKnown: (moment) =>
      `Aucune réponse n’est venue, on ne sait donc pas si c’est enregistré. Après le ${moment}, ce ne le sera plus.`,
    noticeTitle: 'Me prévenir quand il reste moins de crédits que',
    noticeHint: 'Vide : jamais.',
    rules:
      'Chaque achat est débité comme si vous l’aviez fait vous-même. Les crédits ne sont pas remboursables.',
  },

  dimensions: {
    audio: { false: 'sans son', true: 'avec son' },
  },

  make: {
    each: (format, count) => `${credits(format, count)} par génération`,
    eachUnit: (format, count, per) =>
      `${credits(format, count)} par ${per === 1 ? 'seconde' : format.seconds(per)}`,
    atMost: (length) => `jusqu’à ${length}`,
    length: (name) => `Durée de ${name}`,
    lengthExact: (name) => `Durée de ${name}, en secondes`,
    unit: 's',
    result: (format, price) => `${credits(format, price)} :`,
    count: (format, count) =>
      count === 1 ? 'vous pouvez en créer une' : `vous pouvez en créer ${format.count(count)}`,
    range: (format, longest) => `Saisissez de ${format.count(0.001)} à ${longest}.`,
    short: (format, price, have) =>
      `Cela coûterait ${format.count(price)} et vous avez ${format.count(have)}.`,
    ways: (buy, shorten) => {
      if (buy === null) return shorten === null ? '' : `Vous pouvez ${shorten}.`;
      return shorten === null ? `${buy}.` : `${buy}, ou ${shorten}.`;
    },
    buy: (format, count, price) => `Acheter ${format.count(count)} pour ${price}`,
    shorten: (length) => `la ramener à ${length}`,
    none: 'Aucun type de génération n’est proposé en ce moment.',
  },

  went: {
    period: 'Période',
    days,
    kind: 'Type',
    allKinds: 'Tous les types',
    chart: 'Crédits utilisés par jour',
    total: (format, total, count) =>
      `Utilisés en ${days(format, count)} : ${credits(format, total)}`,
    onDay: (day, parts) => `${day} : ${parts.length === 0 ? 'rien' : parts.join(', ')}`,
    part: (format, kind, used) => `${kind} ${format.count(used)}`,
    unused: (format, count, kind) =>
      `Aucun crédit n’a été utilisé${kind === null ? '' : ` pour ${kind}`} durant les ${days(format, count)} passés.`,
    asTable: 'Afficher en tableau',
    day: 'Jour',
    sum: 'Total',
    fresh: 'Rien encore. Le coût de chaque génération figure ici, avec son reçu.',
    nothing: (format, count, kind) =>
      `Il ne s’est rien passé${kind === null ? '' : ` avec ${kind}`} durant les ${days(format, count)} passés.`,
    more: 'Afficher plus',
    loadingMore: 'Chargement …',
    failed: 'Impossible d’afficher ceci en ce moment.',
    csv: 'Télécharger en CSV',
    csvBusy: 'Préparation …',
    csvFailed: 'Le fichier n’a pas pu être préparé.',
    change: (change, count) => `${change} ${unit(Math.abs(count))}`,
    running: (format, reserved) =>
      `${format.count(reserved)} ${plural(reserved, { one: 'réservé', other: 'réservés' })}`,
    uncharged: 'rien de débité',
    granted: {
      plan: (plan) => plan ?? 'Forfait',
      pack: (format, count) => `Achat de ${credits(format, count)}`,
      promotion: 'Promotion',
      adjustment: 'Correction',
      unknown: 'Crédits ajoutés',
    },
    expired: (format, count) =>
      `${credits(format, count)} ${plural(count, { one: 'expiré', other: 'expirés' })}`,
    deducted: 'Correction',
    refunded: (format, count) => `${credits(format, count)} d’un pack remboursé`,
    notRefunded: 'Rendus : le remboursement n’a pas eu lieu',
    owed: (format, count) =>
      `${credits(format, count)} dus : utilisés avant le remboursement de leur pack`,
    repaid: 'Dette réglée',
    frozen: (format, count) =>
      `${credits(format, count)} bloqués : votre banque examine le paiement de leur pack`,
    unfrozen: (format, count) => `${credits(format, count)} débloqués`,
    lost: (format, count) =>
      `${credits(format, count)} d’un pack dont votre banque a repris le paiement`,
    receipt: {
      loading: 'Chargement du reçu …',
      failed: 'Impossible d’afficher le reçu en ce moment.',
      quoted: 'Devis',
      charged: 'Débité',
      returned: 'Rendu',
      length: 'Durée',
      started: 'Début',
      ended: 'Fin',
      from: 'Payé avec',
      heldFrom: 'Réservé sur',
      output: 'Résultat',
      open: 'Ouvrir',
      why: 'Raison',
      cancelled: (format, charged, reserved) =>
        `Annulée ; ${format.count(charged)} sur ${credits(format, reserved)} étaient utilisés alors.`,
      id: 'Demande',
    },
    reasons: {
      cancelled: 'Elle a été annulée à temps.',
      orphaned: 'Elle a été interrompue avant la fin.',
      'timed-out': 'Elle durait trop et a été arrêtée.',
      ADMISSION_TIMED_OUT: 'Elle n’a pas pu commencer à temps.',
      WAIT_TIMED_OUT: 'Les crédits qu’elle attendait ne sont pas venus à temps.',
      PRICE_CHANGED: 'Le prix avait changé pendant l’attente.',
      PROVIDER_FAULT: 'Le service qui devait la faire n’a pas donné de réponse sensée.',
      'content-refused': 'Le contenu a été refusé.',
    },
  },

  parts: {
    order: 'Utilisés de haut en bas.',
    left: (format, left, of) => `${format.count(left)} sur ${credits(format, of)}`,
    until: (day) => `jusqu’au ${day}`,
    withPlan: (day) => `jusqu’au ${day}, plus longtemps si vous renouvelez`,
    none: 'Rien encore. Les crédits du forfait, des packs et des promotions figurent ici.',
  },

  connection: {
    offline:
      'Nous ne pouvons pas joindre le serveur en ce moment. Voici les derniers chiffres connus ; vos crédits sont en sécurité.',
    offlineEmpty:
      'Nous ne pouvons pas joindre le serveur en ce moment. Rien n’a été débité. Nous continuons d’essayer.',
    expired:
      'Votre connexion a expiré. Vos crédits sont en sécurité. Reconnectez-vous pour les voir.',
    login: 'Se reconnecter',
    error: 'Vos crédits ne peuvent pas être affichés en ce moment. Rien n’a été débité.',
    code: (code) => `Code pour l’assistance : ${code}`,
    retry: 'Réessayer',
    loading: 'Chargement de vos crédits …',
  },

  problems: {
    nothing: 'Rien n’a été débité.',
    SUBSCRIPTION_REQUIRED: 'Rien n’a été débité. Les packs demandent un abonnement en cours.',
    UNKNOWN_PACK: 'Rien n’a été débité. Ce pack n’est plus vendu.',
    CANCEL_LIMIT_REACHED: 'Rien n’a été changé. C’était trop souvent, elle continue donc.',
    RATE_LIMITED: 'Rien n’a été débité. C’était trop souvent ; réessayez dans une minute.',
    INVALID_MONTHLY_CAP:
      'Rien n’a été changé. La limite mensuelle est inférieure au prix d’un pack.',
    INVALID_THRESHOLD: 'Rien n’a été changé. Saisissez un nombre entier supérieur à 0.',
    TOP_UP_THRESHOLD_TOO_HIGH: 'Rien n’a été changé. Le seuil doit être inférieur à un pack.',
    ADMISSION_STOPPED: 'Rien n’a été débité. Votre compte est suspendu en ce moment.',
    ACCOUNT_IN_DEBT:
      'Rien n’a été débité. Vous devez des crédits d’un pack remboursé ; achetez-en d’abord.',
    PAYMENT_METHOD_NOT_OWNED: 'Rien n’a été débité. Ce moyen de paiement n’est pas le vôtre.',
    PAYMENT_METHOD_REFUSED: 'Rien n’a été débité. Utilisez un autre moyen de paiement.',
    PAYMENT_ATTEMPTS_EXCEEDED:
      'Rien n’a été débité. Trop de paiements ont échoué ; réessayez plus tard.',
    PURCHASE_LIMIT_REACHED: 'Rien n’a été débité. C’est tout pour aujourd’hui ; réessayez demain.',
    offline: 'Aucune réponse n’est venue. Réessayez quand vous serez en ligne.',
    unchanged: 'Rien n’a été changé.',
  },
};
