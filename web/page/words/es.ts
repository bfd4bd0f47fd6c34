import { html } from '../html';
import type { PageWords } from './english';

export const WORDS: PageWords = {
  language: 'es',
  nothingCharged: 'No se ha cobrado nada.',
  tryAgain: 'Volver a intentarlo',
  support: (code) => html`Si sigue así, indique a soporte: ${code}`,
  withoutScript:
    'El saldo de arriba es el del momento en que se cargó esta página. Todo lo demás necesita JavaScript.',
  logIn: {
    title: 'Iniciar sesión – Créditos',
    heading: 'Inicie sesión para ver sus créditos',
    alone: 'Solo usted ve su saldo, una vez iniciada la sesión.',
    expired: 'Su sesión ha caducado.',
    empty: 'Este enlace no contiene ninguna sesión.',
    product: 'Abra sus créditos desde el producto en que los usa: allí se inicia su sesión aquí.',
    link: 'Iniciar sesión',
    reload: '¿Ya ha iniciado sesión? Vuelva a cargar la página',
  },
  failure: {
    title: 'No disponible – Créditos',
    heading: 'Ahora mismo no se pueden mostrar sus créditos',
    server: 'Sus créditos están donde estaban; solo esta página no llega a ellos.',
  },
  loggingIn: {
    title: 'Iniciando sesión – Créditos',
    busy: 'Iniciando sesión…',
    withoutScript: 'Para iniciar sesión se necesita JavaScript.',
  },
  refused: {
    heading: 'Esta sesión no vale aquí',
    product: 'Abra otra vez sus créditos desde el producto en que los usa.',
    link: 'Iniciar sesión de nuevo',
  },
  other: {
    heading: '¿Continuar con otra cuenta?',
    both: (now, linked) =>
      html`Ha iniciado sesión como ${now}. Este enlace inicia sesión como ${linked}.`,
    goOn: (linked) => html`Continuar como ${linked}`,
    stay: (now) => html`Seguir como ${now}`,
  },
  unreachable: {
    heading: 'No se puede conectar con el servidor',
    look: 'Compruebe que tiene conexión y vuelva a intentarlo.',
  },
};
