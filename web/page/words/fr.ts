import { html } from '../html';
import type { PageWords } from './english';

export const WORDS: PageWords = {
  language: 'fr',
  nothingCharged: 'Rien n’a été débité.',
  tryAgain: 'Réessayer',
  support: (code) => html`Si cela persiste, indiquez au support : ${code}`,
  withoutScript:
    'Le solde ci-dessus date du chargement de cette page. Tout le reste nécessite JavaScript.',
  logIn: {
    title: 'Connexion – Crédits',
    heading: 'Connectez-vous pour voir vos crédits',
    alone: 'Vous seul voyez votre solde, une fois connecté.',
    expired: 'Votre connexion a expiré.',
    empty: 'Ce lien ne contient aucune connexion.',
    product: 'Ouvrez vos crédits depuis le produit où vous les utilisez : il vous connecte ici.',
    link: 'Se connecter',
    reload: 'Déjà connecté ? Recharger la page',
  },
  failure: {
    title: 'Indisponible – Crédits',
    heading: 'Vos crédits ne peuvent pas être affichés pour le moment',
    server: 'Vos crédits sont là où ils étaient ; seule cette page ne les atteint pas.',
  },
  loggingIn: {
    title: 'Connexion – Crédits',
    busy: 'Connexion en cours…',
    withoutScript: 'La connexion nécessite JavaScript.',
  },
  refused: {
    heading: 'Cette connexion n’est pas valable ici',
    product: 'Ouvrez de nouveau vos crédits depuis le produit où vous les utilisez.',
    link: 'Se reconnecter',
  },
  other: {
    heading: 'Continuer avec un autre compte ?',
    both: (now, linked) =>
      html`Vous êtes connecté en tant que ${now}. Ce lien vous connecte en tant que ${linked}.`,
    goOn: (linked) => html`Continuer en tant que ${linked}`,
    stay: (now) => html`Rester connecté en tant que ${now}`,
  },
  unreachable: {
    heading: 'Le serveur est injoignable',
    look: 'Vérifiez que vous êtes en ligne, puis réessayez.',
  },
};
