import { html } from '../html';
import type { PageWords } from './english';

export const WORDS: PageWords = {
  language: 'ar',
  nothingCharged: 'لم يُخصم أي شيء.',
  tryAgain: 'إعادة المحاولة',
  support: (code) => html`إذا استمر ذلك فأبلغ الدعم بهذا الرمز: ${code}`,
  withoutScript: 'الرصيد أعلاه هو رصيدك وقت تحميل هذه الصفحة. كل ما عداه يحتاج إلى JavaScript.',
  logIn: {
    title: 'تسجيل الدخول – الرصيد',
    heading: 'سجّل الدخول لرؤية رصيدك',
    alone: 'لا يرى رصيدك أحد غيرك، بعد تسجيل الدخول.',
    expired: 'انتهت صلاحية تسجيل دخولك.',
    empty: 'هذا الرابط لا يحتوي على بيانات دخول.',
    product: 'افتح رصيدك من المنتج الذي تستخدمه فيه، وهو يسجّل دخولك هنا.',
    link: 'تسجيل الدخول',
    reload: 'سجّلت الدخول بالفعل؟ أعد تحميل الصفحة',
  },
  failure: {
    title: 'غير متاح – الرصيد',
    heading: 'لا يمكن عرض رصيدك الآن',
    server: 'رصيدك باقٍ كما كان؛ هذه الصفحة وحدها لا تصل إليه.',
  },
  loggingIn: {
    title: 'جارٍ تسجيل الدخول – الرصيد',
    busy: 'جارٍ تسجيل دخولك…',
    withoutScript: 'تسجيل الدخول يحتاج إلى JavaScript.',
  },
  refused: {
    heading: 'تسجيل الدخول هذا غير صالح هنا',
    product: 'افتح رصيدك مرة أخرى من المنتج الذي تستخدمه فيه.',
    link: 'تسجيل الدخول مرة أخرى',
  },
  other: {
    heading: 'هل تريد المتابعة بحساب آخر؟',
    both: (now, linked) =>
      html`أنت مسجّل الدخول باسم ${now}. هذا الرابط يسجّل الدخول باسم ${linked}.`,
    goOn: (linked) => html`المتابعة باسم ${linked}`,
    stay: (now) => html`البقاء باسم ${now}`,
  },
  unreachable: {
    heading: 'تعذّر الوصول إلى الخادم',
    look: 'تحقق من اتصالك بالإنترنت ثم أعد المحاولة.',
  },
};
