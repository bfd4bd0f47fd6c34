import type { Translation } from '../english';
import type { Format } from '../format';
import { pluralOf } from '../plural';

const plural = pluralOf('ar');
const unit = (count: number) =>
  plural(count, { two: 'رصيدان', few: 'أرصدة', many: 'رصيدًا', other: 'رصيد' });
const credits = (format: Format, count: number) => `${format.count(count)} ${unit(count)}`;
const days = (format: Format, count: number) =>
  `${format.count(count)} ${plural(count, { two: 'يومان', few: 'أيام', many: 'يومًا', other: 'يوم' })}`;

export const WORDS: Translation = {
  language: 'ar',
  credits,
  unit,

  page: {
    title: 'الرصيد',
    account: (account) => `تم تسجيل الدخول باسم ${account}`,
    logOut: 'تسجيل الخروج',
  },

  headings: {
    balance: 'رصيدك',
    next: 'ما القادم',
    more: 'شراء رصيد',
    make: 'ما يمكنك إنشاؤه',
    went: 'أين صُرف رصيدك',
    parts: 'ممَّ يتكوّن رصيدك',
  },

  sources: {
    plan: (name) => name ?? 'الخطة',
    pack: () => 'شراء',
    promotion: () => 'عرض ترويجي',
    adjustment: () => 'تسوية',
  },

  balance: {
    reserved: (format, reserved, running) =>
      `محجوز لعمليات الإنشاء الجارية (${format.count(running)}): ${format.count(reserved)}. ما لا يُستعمل يعود إليك.`,
    since: (at) => `منذ ${at}`,
    progress: (share, ago) => `اكتمل ${share}، بحسب آخر تحديث ${ago}`,
    other: (kind, status) => `${kind}: ${status}`,
    zero: 'لم يبقَ لديك رصيد.',
    zeroBuy: 'لم يبقَ لديك رصيد. اشترِ المزيد، أو انتظر الدفعة القادمة.',
    zeroReserved: 'كل رصيدك محجوز الآن. ما لا يُستعمل يعود إليك.',
    low: (format, below) => `الرصيد يوشك على النفاد: بقي أقل من ${credits(format, below)}.`,
    fresh: 'لم يصلك رصيد بعد. يصل عندما تبدأ خطتك.',
    latest: (format, kind, charged, moment) =>
      `الأحدث: ${kind}، ${moment}. ${charged === 0 ? 'لم يُحسم شيء.' : `حُسم ${credits(format, charged)}.`}`,
    pendingExpiry: (format, ended) => `لم يعد صالحًا للاستعمال: ${credits(format, ended)}.`,
    frozen: (format, frozen) => `${credits(format, frozen)} مجمّدة إلى أن يبتّ البنك في دفعة حزمتها.`,
    owed: (format, owed) =>
      `عليك ${credits(format, owed)}: استُعملت قبل استرداد ثمن حزمتها. يسددها رصيدك القادم أولًا.`,
    stopped: (kind, reason) =>
      kind === null
        ? `لا يمكن بدء أي عملية إنشاء الآن: ${reason}`
        : `لا يمكن بدء ${kind} الآن: ${reason}`,
    cancel: 'إلغاء',
    cancelCosts: 'إذا ألغيتها فستدفع ثمن ما استُعمل حتى ذلك الحين.',
    cancelling: 'جارٍ الإلغاء…',
  },

  waiting: {
    one: (format, kind, required) => `${kind} بانتظار ${credits(format, required)}`,
    place: (format, place) =>
      place === 1 ? 'التالي في الدور' : `رقم ${format.count(place)} في الدور`,
    until: (at) => `حتى ${at}`,
    short: (format, kind, required, have) =>
      `يحتاج ${kind} المنتظر إلى ${format.count(required)}؛ لديك ${format.count(have)}: ينقصك ${format.count(required - have)}.`,
    why: 'يبدأ تلقائيًا متى توفّر ما يكفي. لا يُحسم شيء قبل ذلك.',
  },

  next: {
    renews: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} في ${day} (${inDays})، عند تجديد ${plan}.`,
    paidAhead: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} في ${day} (${inDays}): ${plan}، مدفوع مسبقًا.`,
    carried: (format, left, day) =>
      `يُرحَّل الرصيد غير المستعمل إذا جدّدت قبل ${day}. وإلا فسينتهي حينها ${credits(format, left)}.`,
    carriedNone: (day) => `يُرحَّل الرصيد غير المستعمل إذا جدّدت قبل ${day}.`,
    changes: (plan, day) => `ستنتقل إلى ${plan} في ${day}.`,
    ends: (format, left, day) =>
      `ينتهي اشتراكك في ${day}، وينتهي معه ${credits(format, left)} ما لم تجدّد قبل ذلك.`,
    grace: (day) => `هناك دفعة مستحقة. يبقى رصيدك صالحًا حتى ${day}؛ جدّد قبل ذلك لتحتفظ به.`,
    lapsed: (format, left, day) =>
      `انتهى اشتراكك في ${day}، لذا لا يمكن استعمال ${credits(format, left)}.`,
    window: (at) => `إذا كنت قد دفعت قبل انتهائه فسيعود الرصيد حالما يصلنا خبر الدفع، حتى ${at}.`,
    closed: (day) => `انتهى اشتراكك في ${day}. وانتهى معه الرصيد غير المستعمل.`,
    other: (status) => `حالة اشتراكك: «${status}».`,
    none: 'ليس لديك اشتراك. تمنحك الخطة رصيدًا في كل دورة فوترة، وتتيح لك شراء المزيد.',
    promotion: (format, left, source, day) =>
      `ينتهي ${credits(format, left)} (${source}) في ${day}.`,
    renew: 'تجديد الخطة أو تغييرها',
    subscribe: 'اختيار خطة',
  },

  more: {
    each: (price) => `${price} لكل رصيد`,
    saves: (share) => `وفّر ${share}`,
    buy: (price) => `شراء مقابل ${price}`,
    ask: (format, count, price) => `هل تريد شراء ${credits(format, count)} مقابل ${price}؟`,
    rules: (day) =>
      day === null
        ? 'صالح للاستعمال فورًا. لا يُردّ ثمن الرصيد.'
        : `صالح للاستعمال فورًا، حتى ${day} ما لم تجدّد. لا يُردّ ثمن الرصيد.`,
    changed: (format, count, now, earlier) =>
      `تغيّر السعر: ثمن ${credits(format, count)} الآن ${now} وليس ${earlier}. لم يُحسم شيء.`,
    never: 'ليس الآن',
    close: 'إغلاق',
    sending: 'جارٍ الدفع…',
    pending: 'لم يقرّر مصرفك بعد. يصل الرصيد حالما يفعل، حتى لو غادرت هذه الصفحة.',
    unknown:
      'لم يصل رد، لذا لا نعرف بعد إن كان المبلغ قد حُسم منك. المحاولة مرة أخرى لا تحسم مرتين أبدًا.',
    other: (status) =>
      `حالة الدفع «${status}»، لذا لا نعرف بعد إن كان المبلغ قد حُسم منك. المحاولة مرة أخرى لا تحسم مرتين أبدًا.`,
    again: 'المحاولة مرة أخرى',
    done: (format, count, day) =>
      `أُضيف ${credits(format, count)}. ${day === null ? '' : `صالح حتى ${day} ما لم تجدّد.`}`,
    declined: 'رفض مصرفك الدفع. لم يُحسم شيء.',
    returned: 'انتهى اشتراكك قبل وصول الدفع. سيُعاد المال إليك.',
    subscribeFirst: 'تحتاج الحزم إلى اشتراك سارٍ، لأن الرصيد المشترى ينتهي معه.',
    none: 'لا توجد حزم معروضة للبيع حاليًا.',
  },

  topUp: {
    title: 'الشحن التلقائي وتنبيه انخفاض الرصيد',
    on: (format, count, below) =>
      `مفعّل: يشتري ${credits(format, count)} عندما يبقى أقل من ${format.count(below)}.`,
    off: 'متوقف. فعّله لتُشترى حزمة عندما يوشك الرصيد على النفاد.',
    spent: (spent, cap) => `صُرف ${spent} من ${cap} كحد أقصى هذا الشهر.`,
    stopped: (why) =>
      why === 'price-changed'
        ? 'توقّف: صار ثمن الحزمة أعلى مما كان عند الحفظ. احفظ مرة أخرى ليستمر.'
        : `توقّف: ${why}. احفظ مرة أخرى ليستمر.`,
    retry: (at) => `رُفضت الدفعة الأخيرة. المحاولة القادمة في ${at}.`,
    enable: 'شراء حزمة تلقائيًا',
    pack: 'الحزمة',
    packOption: (format, count, price) => `${credits(format, count)} مقابل ${price}`,
    below: 'عندما يبقى من الرصيد أقل من',
    cap: (currency) => `الحد الأقصى في الشهر، بعملة ${currency}`,
    save: 'حفظ',
    saveAndBuy: (format, count, price) => `حفظ وشراء ${format.count(count)} مقابل ${price} الآن`,
    saving: 'جارٍ الحفظ…',
    saved: 'تم الحفظ.',
    savedAndBuys: (format, count, price) =>
      `تم الحفظ. يجري الآن شراء ${credits(format, count)} مقابل ${price}.`,
    notKnown: (moment) => `لم يصل رد، لذا لا يُعرف إن كان قد حُفظ. بعد ${moment} لن يُحفظ.`,
    noticeTitle: 'أخبرني عندما يبقى من الرصيد أقل من',
    noticeHint: 'فارغ: أبدًا.',
    rules: 'تُحسم كل عملية شراء كما لو قمت بها بنفسك. لا يُردّ ثمن الرصيد.',
  },

  dimensions: {
    audio: { false: 'بلا صوت', true: 'مع صوت' },
  },

  make: {
    each: (format, count) => `${credits(format, count)} لكل عملية إنشاء`,
    eachUnit: (format, count, per) =>
      `${credits(format, count)} لكل ${per === 1 ? 'ثانية' : format.seconds(per)}`,
    atMost: (length) => `حتى ${length}`,
    length: (name) => `مدة ${name}`,
    lengthExact: (name) => `مدة ${name} بالثواني`,
    unit: 'ث',
    result: (format, price) => `${credits(format, price)}:`,
    count: (format, count) => `يمكنك إنشاء ${format.count(count)} منها`,
    range: (format, longest) => `أدخل قيمة من ${format.count(0.001)} إلى ${longest}.`,
    short: (format, price, have) => `سيكلّف هذا ${format.count(price)} ولديك ${format.count(have)}.`,
    ways: (buy, shorten) => {
      if (buy === null) return shorten === null ? '' : `يمكنك ${shorten}.`;
      return shorten === null ? `${buy}.` : `${buy}، أو ${shorten}.`;
    },
    buy: (format, count, price) => `شراء ${format.count(count)} مقابل ${price}`,
    shorten: (length) => `تقصيره إلى ${length}`,
    none: 'لا تُعرض أي أنواع للإنشاء حاليًا.',
  },

  went: {
    period: 'الفترة',
    days,
    kind: 'النوع',
    allKinds: 'كل الأنواع',
    chart: 'الرصيد المستعمل في اليوم',
    total: (format, total, count) => `استُعمل ${credits(format, total)} خلال ${days(format, count)}`,
    onDay: (day, parts) => `${day}: ${parts.length === 0 ? 'لا شيء' : parts.join('، ')}`,
    part: (format, kind, used) => `${kind} ${format.count(used)}`,
    unused: (format, count, kind) =>
      `لم يُستعمل رصيد${kind === null ? '' : ` في ${kind}`} خلال آخر ${days(format, count)}.`,
    asTable: 'عرض كجدول',
    day: 'اليوم',
    sum: 'المجموع',
    fresh: 'لا شيء بعد. تظهر هنا كلفة كل عملية إنشاء مع إيصالها.',
    nothing: (format, count, kind) =>
      `لم يحدث شيء${kind === null ? '' : ` في ${kind}`} خلال آخر ${days(format, count)}.`,
    more: 'عرض المزيد',
    loadingMore: 'جارٍ التحميل…',
    failed: 'لا يمكن عرض هذا الآن.',
    csv: 'تنزيل بصيغة CSV',
    csvBusy: 'جارٍ التحضير…',
    csvFailed: 'تعذّر تحضير الملف.',
    change: (change, count) => `${change} ${unit(Math.abs(count))}`,
    running: (format, reserved) => `محجوز ${format.count(reserved)}`,
    uncharged: 'لم يُحسم شيء',
    granted: {
      plan: (plan) => plan ?? 'الخطة',
      pack: (format, count) => `شراء ${credits(format, count)}`,
      promotion: 'عرض ترويجي',
      adjustment: 'تسوية',
      unknown: 'رصيد مضاف',
    },
    expired: (format, count) => `انتهى ${credits(format, count)}`,
    deducted: 'تصحيح',
    refunded: (format, count) => `${credits(format, count)} من حزمة استُرد ثمنها`,
    notRefunded: 'عادت: لم يتم رد المبلغ',
    owed: (format, count) => `${credits(format, count)} مستحقة: استُعملت قبل استرداد ثمن حزمتها`,
    repaid: 'سداد المستحق',
    frozen: (format, count) => `تجميد ${credits(format, count)}: البنك ينظر في دفعة حزمتها`,
    unfrozen: (format, count) => `إلغاء تجميد ${credits(format, count)}`,
    lost: (format, count) => `${credits(format, count)} من حزمة استرد البنك ثمنها`,
    receipt: {
      loading: 'جارٍ تحميل الإيصال…',
      failed: 'لا يمكن عرض الإيصال الآن.',
      quoted: 'السعر المعروض',
      charged: 'المحسوم',
      returned: 'المُعاد',
      length: 'المدة',
      started: 'البداية',
      ended: 'النهاية',
      from: 'دُفع من',
      heldFrom: 'محجوز من',
      output: 'النتيجة',
      open: 'فتح',
      why: 'السبب',
      cancelled: (format, charged, reserved) =>
        `أُلغيت؛ وكان قد استُعمل حتى حينها ${format.count(charged)} من ${credits(format, reserved)}.`,
      id: 'الطلب',
    },
    reasons: {
      cancelled: 'أُلغيت في الوقت المناسب.',
      orphaned: 'انقطعت قبل أن تكتمل.',
      'timed-out': 'استغرقت وقتًا أطول من المسموح فأُوقفت.',
      ADMISSION_TIMED_OUT: 'تعذّر بدؤها في الوقت المحدد.',
      WAIT_TIMED_OUT: 'لم يصل الرصيد الذي انتظرته في الوقت المحدد.',
      PRICE_CHANGED: 'تغيّر السعر أثناء انتظارها.',
      PROVIDER_FAULT: 'لم تُعطِ الخدمة المسؤولة عن إنشائها ردًا مفهومًا.',
      'content-refused': 'رُفض المحتوى.',
    },
  },

  parts: {
    order: 'يُستعمل من الأعلى إلى الأسفل.',
    left: (format, left, of) => `بقي ${format.count(left)} من ${credits(format, of)}`,
    until: (day) => `حتى ${day}`,
    withPlan: (day) => `حتى ${day}، ولمدة أطول إذا جدّدت`,
    none: 'لا شيء بعد. يظهر هنا رصيد خطتك والحزم والعروض الترويجية.',
  },

  connection: {
    offline: 'لا يمكننا الوصول إلى الخادم الآن. هذه آخر الأرقام المعروفة؛ رصيدك في أمان.',
    offlineEmpty: 'لا يمكننا الوصول إلى الخادم الآن. لم يُحسم شيء. نواصل المحاولة.',
    expired: 'انتهت صلاحية تسجيل دخولك. رصيدك في أمان. سجّل الدخول مرة أخرى لعرضه.',
    login: 'تسجيل الدخول مرة أخرى',
    error: 'لا يمكن عرض رصيدك الآن. لم يُحسم شيء.',
    code: (code) => `الرمز لفريق الدعم: ${code}`,
    retry: 'المحاولة مرة أخرى',
    loading: 'جارٍ تحميل رصيدك…',
  },

  problems: {
    nothing: 'لم يُحسم شيء.',
    SUBSCRIPTION_REQUIRED: 'لم يُحسم شيء. تحتاج الحزم إلى اشتراك سارٍ.',
    UNKNOWN_PACK: 'لم يُحسم شيء. لم تعد هذه الحزمة تُباع.',
    CANCEL_LIMIT_REACHED: 'لم يتغيّر شيء. تكرّر هذا أكثر من المسموح، لذا تستمر العملية.',
    RATE_LIMITED: 'لم يُحسم شيء. تكرّر هذا أكثر من المسموح؛ حاول مرة أخرى بعد دقيقة.',
    INVALID_MONTHLY_CAP: 'لم يتغيّر شيء. الحد الشهري أقل من ثمن حزمة واحدة.',
    INVALID_THRESHOLD: 'لم يتغيّر شيء. أدخل عددًا صحيحًا أكبر من 0.',
    TOP_UP_THRESHOLD_TOO_HIGH: 'لم يتغيّر شيء. يجب أن يكون الحد أقل من حزمة واحدة.',
    ADMISSION_STOPPED: 'لم يُحسم شيء. حسابك موقوف حاليًا.',
    ACCOUNT_IN_DEBT: 'لم يُحسم شيء. عليك رصيد من حزمة استُرد ثمنها؛ اشترِ رصيدًا أولًا.',
    PAYMENT_METHOD_NOT_OWNED: 'لم يُحسم شيء. وسيلة الدفع هذه ليست لك.',
    PAYMENT_METHOD_REFUSED: 'لم يُحسم شيء. استعمل وسيلة دفع أخرى.',
    PAYMENT_ATTEMPTS_EXCEEDED: 'لم يُحسم شيء. فشلت دفعات كثيرة؛ حاول مرة أخرى لاحقًا.',
    PURCHASE_LIMIT_REACHED: 'لم يُحسم شيء. هذا كل المسموح اليوم؛ حاول مرة أخرى غدًا.',
    offline: 'لم يصل رد. حاول مرة أخرى عندما تكون متصلًا.',
    unchanged: 'لم يتغيّر شيء.',
  },
};
