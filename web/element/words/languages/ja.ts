import type { Translation } from '../english';
import type { Format } from '../format';

const unit = () => 'クレジット';
const credits = (format: Format, count: number) => `${format.count(count)}クレジット`;

export const WORDS: Translation = {
  language: 'ja',
  credits,
  unit,

  page: {
    title: 'クレジット',
    account: (account) => `${account}としてログイン中`,
    logOut: 'ログアウト',
  },

  headings: {
    balance: 'クレジット残高',
    next: '今後の予定',
    more: 'クレジットを購入',
    make: '作成できるもの',
    went: 'クレジットの使いみち',
    parts: 'クレジットの内訳',
  },

  sources: {
    plan: (name) => name ?? 'プラン',
    pack: () => '購入',
    promotion: () => 'プロモーション',
    adjustment: () => '調整',
  },

  balance: {
    reserved: (format, reserved, running) =>
      `生成中の${format.count(running)}件のために確保: ${format.count(reserved)}。使われなかった分は戻ります。`,
    since: (at) => `${at}から`,
    progress: (share, ago) => `${share}完了 (${ago}の時点)`,
    other: (kind, status) => `${kind}: ${status}`,
    zero: 'クレジットが残っていません。',
    zeroBuy: 'クレジットが残っていません。購入するか、次の付与をお待ちください。',
    zeroReserved: 'すべてのクレジットが確保されています。使われなかった分は戻ります。',
    low: (format, below) => `残りわずかです: ${credits(format, below)}未満。`,
    fresh: 'まだクレジットがありません。プランが始まると付与されます。',
    latest: (format, kind, charged, moment) =>
      `最新: ${kind}、${moment}。${charged === 0 ? '請求はありません。' : `${credits(format, charged)}を使用。`}`,
    pendingExpiry: (format, ended) => `${credits(format, ended)}は使えなくなりました。`,
    frozen: (format, frozen) =>
      `${credits(format, frozen)}は、パックの支払いについて銀行が判断するまで凍結されています。`,
    owed: (format, owed) =>
      `未払いは${credits(format, owed)}です。パックの返金前に使われた分で、次のクレジットから先に差し引かれます。`,
    stopped: (kind, reason) =>
      kind === null
        ? `現在、生成を開始できません: ${reason}`
        : `現在、${kind}を開始できません: ${reason}`,
    cancel: 'キャンセル',
    cancelCosts: 'キャンセルすると、それまでに使った分が請求されます。',
    cancelling: 'キャンセル中…',
  },

  waiting: {
    one: (format, kind, required) => `${kind}は${credits(format, required)}を待っています`,
    place: (format, place) => (place === 1 ? '次の順番' : `${format.count(place)}番目`),
    until: (at) => `${at}まで`,
    short: (format, kind, required, have) =>
      `待機中の${kind}には${format.count(required)}が必要です。残高は${format.count(have)}で、${format.count(required - have)}足りません。`,
    why: '足りるようになると自動で始まります。それまで請求はありません。',
  },

  next: {
    renews: (format, granted, day, inDays, plan) =>
      `${day} (${inDays}) に${plan}が更新され、+${format.count(granted)}。`,
    paidAhead: (format, granted, day, inDays, plan) =>
      `${day} (${inDays}) に+${format.count(granted)}: ${plan}、支払い済み。`,
    carried: (format, left, day) =>
      `${day}より前に更新すると、未使用のクレジットは繰り越されます。更新しないと、${credits(format, left)}がその時に失効します。`,
    carriedNone: (day) => `${day}より前に更新すると、未使用のクレジットは繰り越されます。`,
    changes: (plan, day) => `${day}に${plan}へ変わります。`,
    ends: (format, left, day) =>
      `サブスクリプションは${day}に終わります。それまでに更新しないと、${credits(format, left)}も失効します。`,
    grace: (day) =>
      `お支払いの期限です。クレジットは${day}まで使えます。残すには、それまでに更新してください。`,
    lapsed: (format, left, day) =>
      `サブスクリプションは${day}に終わったため、${credits(format, left)}は使えません。`,
    window: (at) => `終わる前にお支払い済みの場合は、確認でき次第戻ります (${at}まで)。`,
    closed: (day) => `サブスクリプションは${day}に終わりました。未使用のクレジットも失効しました。`,
    other: (status) => `サブスクリプションの状態: 「${status}」。`,
    none: 'サブスクリプションがありません。プランに入ると、請求期間ごとにクレジットが付与され、追加の購入もできます。',
    promotion: (format, left, source, day) =>
      `${credits(format, left)} (${source}) は${day}に失効します。`,
    renew: 'プランの更新・変更',
    subscribe: 'プランを選ぶ',
  },

  more: {
    each: (price) => `1クレジットあたり${price}`,
    saves: (share) => `${share}お得`,
    buy: (price) => `${price}で購入`,
    ask: (format, count, price) => `${credits(format, count)}を${price}で購入しますか?`,
    rules: (day) =>
      day === null
        ? 'すぐに使えます。クレジットは返金できません。'
        : `すぐに使えます。更新しない場合は${day}まで。クレジットは返金できません。`,
    changed: (format, count, now, earlier) =>
      `価格が変わりました: ${credits(format, count)}は${earlier}ではなく${now}です。請求はありません。`,
    never: '今はしない',
    close: '閉じる',
    sending: '支払い中…',
    pending: '銀行の判断を待っています。このページを離れても、決まり次第クレジットが届きます。',
    unknown:
      '応答がなかったため、請求されたかどうかまだ分かりません。もう一度試しても、二重に請求されることはありません。',
    other: (status) =>
      `支払いの状態は「${status}」で、請求されたかどうかまだ分かりません。もう一度試しても、二重に請求されることはありません。`,
    again: 'もう一度試す',
    done: (format, count, day) =>
      `${credits(format, count)}を追加しました。${day === null ? '' : `更新しない場合は${day}まで有効です。`}`,
    declined: '銀行が支払いを拒否しました。請求はありません。',
    returned: '支払いが届く前にサブスクリプションが終わりました。代金は返金されます。',
    subscribeFirst:
      'パックの購入には有効なサブスクリプションが必要です。購入したクレジットはサブスクリプションとともに失効するためです。',
    none: '現在販売中のパックはありません。',
  },

  topUp: {
    title: '自動チャージと残高の通知',
    on: (format, count, below) =>
      `オン: 残りが${format.count(below)}未満になると${credits(format, count)}を購入します。`,
    off: 'オフ。オンにすると、残りが少なくなった時にパックを購入します。',
    spent: (spent, cap) => `今月は上限${cap}のうち${spent}を使いました。`,
    stopped: (why) =>
      why === 'price-changed'
        ? '停止しました: 保存した時よりパックの価格が上がっています。続けるには、もう一度保存してください。'
        : `停止しました: ${why}。続けるには、もう一度保存してください。`,
    retry: (at) => `前回の支払いは拒否されました。${at}にもう一度試します。`,
    enable: 'パックを自動で購入する',
    pack: 'パック',
    packOption: (format, count, price) => `${credits(format, count)} ${price}`,
    below: 'クレジットの残りがこれを下回った時',
    cap: (currency) => `1か月の上限 (${currency})`,
    save: '保存',
    saveAndBuy: (format, count, price) => `保存して今すぐ${format.count(count)}を${price}で購入`,
    saving: '保存中…',
    saved: '保存しました。',
    savedAndBuys: (format, count, price) =>
      `保存しました。${credits(format, count)}を${price}で購入しています。`,
    notKnown: (moment) =>
      `応答がなかったため、保存されたかどうか分かりません。${moment}を過ぎると保存されません。`,
    noticeTitle: 'クレジットの残りがこれを下回ったら知らせる',
    noticeHint: '空欄: 知らせない。',
    rules: '購入のたびに、ご自身で購入した時と同じように請求されます。クレジットは返金できません。',
  },

  dimensions: {
    audio: { false: '音声なし', true: '音声あり' },
  },

  make: {
    each: (format, count) => `1回の生成につき${credits(format, count)}`,
    eachUnit: (format, count, per) =>
      `${per === 1 ? '1秒' : format.seconds(per)}につき${credits(format, count)}`,
    atMost: (length) => `最大${length}`,
    length: (name) => `${name}の長さ`,
    lengthExact: (name) => `${name}の長さ (秒)`,
    unit: '秒',
    result: (format, price) => `${credits(format, price)}:`,
    count: (format, count) => `あと${format.count(count)}回作成できます`,
    range: (format, longest) => `${format.count(0.001)}から${longest}までを入力してください。`,
    short: (format, price, have) =>
      `${format.count(price)}が必要ですが、残高は${format.count(have)}です。`,
    ways: (buy, shorten) => {
      if (buy === null) return shorten === null ? '' : `${shorten}ことができます。`;
      return shorten === null ? `${buy}。` : `${buy}、または${shorten}。`;
    },
    buy: (format, count, price) => `${format.count(count)}を${price}で購入`,
    shorten: (length) => `長さを${length}にする`,
    none: '現在提供している生成の種類はありません。',
  },

  went: {
    period: '期間',
    days: (format, count) => `${format.count(count)}日間`,
    kind: '種類',
    allKinds: 'すべての種類',
    chart: '1日あたりの使用クレジット',
    total: (format, total, count) => `${format.count(count)}日間に${credits(format, total)}を使用`,
    onDay: (day, parts) => `${day}: ${parts.length === 0 ? 'なし' : parts.join('、')}`,
    part: (format, kind, used) => `${kind} ${format.count(used)}`,
    unused: (format, count, kind) =>
      `この${format.count(count)}日間、${kind === null ? '' : `${kind}に`}クレジットは使われていません。`,
    asTable: '表で見る',
    day: '日',
    sum: '合計',
    fresh: 'まだありません。生成ごとの費用が、明細とともにここに並びます。',
    nothing: (format, count, kind) =>
      `この${format.count(count)}日間、${kind === null ? '' : `${kind}の`}動きはありません。`,
    more: 'もっと見る',
    loadingMore: '読み込み中…',
    failed: '現在表示できません。',
    csv: 'CSVをダウンロード',
    csvBusy: '準備中…',
    csvFailed: 'ファイルを準備できませんでした。',
    change: (change) => `${change}クレジット`,
    running: (format, reserved) => `${format.count(reserved)}を確保中`,
    uncharged: '請求なし',
    granted: {
      plan: (plan) => plan ?? 'プラン',
      pack: (format, count) => `${credits(format, count)}を購入`,
      promotion: 'プロモーション',
      adjustment: '調整',
      unknown: 'クレジットの追加',
    },
    expired: (format, count) => `${credits(format, count)}が失効`,
    deducted: '訂正',
    refunded: (format, count) => `返金されたパックの${credits(format, count)}`,
    notRefunded: '返金が行われなかったため戻りました',
    owed: (format, count) => `未払い${credits(format, count)}：パックの返金前に使用`,
    repaid: '未払い分の支払い',
    frozen: (format, count) => `${credits(format, count)}を凍結：パックの支払いを銀行が確認中`,
    unfrozen: (format, count) => `${credits(format, count)}の凍結を解除`,
    lost: (format, count) => `銀行が支払いを取り戻したパックの${credits(format, count)}`,
    receipt: {
      loading: '明細を読み込み中…',
      failed: '現在、明細を表示できません。',
      quoted: '見積もり',
      charged: '請求',
      returned: '返却',
      length: '長さ',
      started: '開始',
      ended: '終了',
      from: '支払い元',
      heldFrom: '確保元',
      output: '結果',
      open: '開く',
      why: '理由',
      cancelled: (format, charged, reserved) =>
        `キャンセルされました。それまでに${credits(format, reserved)}のうち${format.count(charged)}が使われました。`,
      id: 'リクエスト',
    },
    reasons: {
      cancelled: '間に合ううちにキャンセルされました。',
      orphaned: '完了する前に中断されました。',
      'timed-out': '時間がかかりすぎたため停止しました。',
      ADMISSION_TIMED_OUT: '時間内に開始できませんでした。',
      WAIT_TIMED_OUT: '待っていたクレジットが時間内に届きませんでした。',
      PRICE_CHANGED: '待っている間に価格が変わりました。',
      PROVIDER_FAULT: '生成するサービスから意味のある応答がありませんでした。',
      'content-refused': '内容が拒否されました。',
    },
  },

  parts: {
    order: '上から順に使われます。',
    left: (format, left, of) => `残り${format.count(left)} / ${credits(format, of)}`,
    until: (day) => `${day}まで`,
    withPlan: (day) => `${day}まで (更新すると延長)`,
    none: 'まだありません。プラン、パック、プロモーションのクレジットがここに並びます。',
  },

  connection: {
    offline:
      '現在サーバーに接続できません。最後に分かった数字を表示しています。クレジットは無事です。',
    offlineEmpty: '現在サーバーに接続できません。請求はありません。接続を試み続けています。',
    expired:
      'ログインの有効期限が切れました。クレジットは無事です。もう一度ログインすると確認できます。',
    login: 'もう一度ログイン',
    error: '現在クレジットを表示できません。請求はありません。',
    code: (code) => `サポート用コード: ${code}`,
    retry: 'もう一度試す',
    loading: 'クレジットを読み込み中…',
  },

  problems: {
    nothing: '請求はありません。',
    SUBSCRIPTION_REQUIRED: '請求はありません。パックには有効なサブスクリプションが必要です。',
    UNKNOWN_PACK: '請求はありません。このパックの販売は終わりました。',
    CANCEL_LIMIT_REACHED: '変更はありません。回数が多すぎるため、そのまま続きます。',
    RATE_LIMITED: '請求はありません。回数が多すぎます。1分後にもう一度お試しください。',
    INVALID_MONTHLY_CAP: '変更はありません。1か月の上限がパック1つの価格より低くなっています。',
    INVALID_THRESHOLD: '変更はありません。0より大きい整数を入力してください。',
    TOP_UP_THRESHOLD_TOO_HIGH: '変更はありません。しきい値はパック1つより小さくしてください。',
    ADMISSION_STOPPED: '請求はありません。アカウントは現在停止されています。',
    ACCOUNT_IN_DEBT:
      '請求はありません。返金されたパックの未払いクレジットがあります。先にご購入ください。',
    PAYMENT_METHOD_NOT_OWNED: '請求はありません。この支払い方法はご自身のものではありません。',
    PAYMENT_METHOD_REFUSED: '請求はありません。別の支払い方法をお使いください。',
    PAYMENT_ATTEMPTS_EXCEEDED:
      '請求はありません。支払いの失敗が続きました。後でもう一度お試しください。',
    PURCHASE_LIMIT_REACHED: '請求はありません。本日の上限です。明日もう一度お試しください。',
    offline: '応答がありませんでした。オンラインの時にもう一度お試しください。',
    unchanged: '変更はありません。',
  },
};
