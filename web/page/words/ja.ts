import { html } from '../html';
import type { PageWords } from './english';

export const WORDS: PageWords = {
  language: 'ja',
  nothingCharged: '料金は発生していません。',
  tryAgain: 'もう一度試す',
  support: (code) => html`解決しない場合は、次のコードをサポートにお伝えください：${code}`,
  withoutScript:
    '上の残高は、このページを読み込んだ時点のものです。ほかの機能にはJavaScriptが必要です。',
  logIn: {
    title: 'ログイン – クレジット',
    heading: 'クレジットを確認するにはログインしてください',
    alone: '残高は、ログインしたご本人にだけ表示されます。',
    expired: 'ログインの有効期限が切れました。',
    empty: 'このリンクにはログイン情報がありません。',
    product: 'ご利用中の製品からクレジットのページを開いてください。自動的にログインします。',
    link: 'ログイン',
    reload: 'ログイン済みの場合は、ページを再読み込みしてください',
  },
  failure: {
    title: '表示できません – クレジット',
    heading: '現在、クレジットを表示できません',
    server: 'クレジットはそのまま残っています。このページから取得できないだけです。',
  },
  loggingIn: {
    title: 'ログイン中 – クレジット',
    busy: 'ログインしています…',
    withoutScript: 'ログインにはJavaScriptが必要です。',
  },
  refused: {
    heading: 'このログインはここでは使えません',
    product: 'ご利用中の製品から、もう一度クレジットのページを開いてください。',
    link: 'もう一度ログインする',
  },
  other: {
    heading: '別のアカウントで続けますか？',
    both: (now, linked) =>
      html`現在 ${now} としてログインしています。このリンクは ${linked} としてログインします。`,
    goOn: (linked) => html`${linked} として続ける`,
    stay: (now) => html`${now} のままにする`,
  },
  unreachable: {
    heading: 'サーバーに接続できません',
    look: 'インターネット接続を確認して、もう一度お試しください。',
  },
};
