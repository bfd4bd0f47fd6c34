import type { Translation } from '../english';
import type { Format } from '../format';
import { pluralOf } from '../plural';

const plural = pluralOf('es');
const unit = (count: number) => plural(count, { one: 'crédito', other: 'créditos' });
const credits = (format: Format, count: number) => `${format.count(count)} ${unit(count)}`;
const days = (format: Format, count: number) =>
  `${format.count(count)} ${plural(count, { one: 'día', other: 'días' })}`;

export const WORDS: Translation = {
  language: 'es',
  credits,
  unit,

  page: {
    title: 'Créditos',
    account: (account) => `Sesión iniciada como ${account}`,
    logOut: 'Cerrar sesión',
  },

  headings: {
    balance: 'Sus créditos',
    next: 'Qué viene después',
    more: 'Comprar créditos',
    make: 'Qué puede crear',
    went: 'En qué se usaron sus créditos',
    parts: 'De qué se componen sus créditos',
  },

  sources: {
    plan: (name) => name ?? 'Plan',
    pack: () => 'Compra',
    promotion: () => 'Promoción',
    adjustment: () => 'Ajuste',
  },

  balance: {
    reserved: (format, reserved, running) =>
      `Reservados para ${running === 1 ? 'una generación en curso' : `${format.count(running)} generaciones en curso`}: ${format.count(reserved)}. Lo que no se use vuelve.`,
    since: (at) => `desde el ${at}`,
    progress: (share, ago) => `${share} hecho, según datos de ${ago}`,
    other: (kind, status) => `${kind}: ${status}`,
    zero: 'No le quedan créditos.',
    zeroBuy: 'No le quedan créditos. Compre más o espere los próximos.',
    zeroReserved: 'Todos sus créditos están reservados ahora. Lo que no se use vuelve.',
    low: (format, below) => `Quedan pocos: menos de ${credits(format, below)}.`,
    fresh: 'Aún no ha tenido créditos. Llegan cuando empieza su plan.',
    latest: (format, kind, charged, moment) =>
      `Última: ${kind}, ${moment}. ${charged === 0 ? 'No se cobró nada.' : `Cobro: ${credits(format, charged)}.`}`,
    pendingExpiry: (format, ended) => `Ya no se pueden usar: ${credits(format, ended)}.`,
    frozen: (format, frozen) =>
      `${credits(format, frozen)} están bloqueados hasta que su banco decida sobre el pago de su paquete.`,
    owed: (format, owed) =>
      `Debe ${credits(format, owed)}: ya se habían usado cuando se reembolsó su paquete. Sus próximos créditos lo pagan primero.`,
    stopped: (kind, reason) =>
      kind === null
        ? `Ahora no puede empezar ninguna generación: ${reason}`
        : `Ahora no puede empezar ${kind}: ${reason}`,
    cancel: 'Cancelar',
    cancelCosts: 'Si la cancela, paga lo que haya usado hasta entonces.',
    cancelling: 'Cancelando …',
  },

  waiting: {
    one: (format, kind, required) => `${kind} espera ${credits(format, required)}`,
    place: (format, place) =>
      place === 1 ? 'la próxima de la cola' : `número ${format.count(place)} de la cola`,
    until: (at) => `hasta el ${at}`,
    short: (format, kind, required, have) =>
      `${kind} en espera necesita ${format.count(required)}; usted tiene ${format.count(have)}: faltan ${format.count(required - have)}.`,
    why: 'Empieza por sí sola en cuanto haya suficientes. Antes no se cobra nada.',
  },

  next: {
    renews: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} el ${day} (${inDays}), cuando se renueve ${plan}.`,
    paidAhead: (format, granted, day, inDays, plan) =>
      `+${format.count(granted)} el ${day} (${inDays}): ${plan}, ya pagado.`,
    carried: (format, left, day) =>
      `Los créditos sin usar se conservan si renueva antes del ${day}. Si no, entonces ${plural(left, { one: 'vence', other: 'vencen' })} ${credits(format, left)}.`,
    carriedNone: (day) => `Los créditos sin usar se conservan si renueva antes del ${day}.`,
    changes: (plan, day) => `Cambia a ${plan} el ${day}.`,
    ends: (format, left, day) =>
      `Su suscripción termina el ${day}, y con ella ${credits(format, left)}, salvo que renueve antes.`,
    grace: (day) =>
      `Hay un pago pendiente. Sus créditos se pueden usar hasta el ${day}; renueve antes para conservarlos.`,
    lapsed: (format, left, day) =>
      `Su suscripción terminó el ${day}, así que no se pueden usar: ${credits(format, left)}.`,
    window: (at) => `Si pagó antes del final, vuelven en cuanto sepamos del pago, hasta el ${at}.`,
    closed: (day) => `Su suscripción terminó el ${day}. Los créditos sin usar vencieron con ella.`,
    other: (status) => `Su suscripción está «${status}».`,
    none: 'No tiene suscripción. Un plan trae créditos en cada período de facturación y permite comprar más.',
    promotion: (format, left, source, day) =>
      `${credits(format, left)} (${source}) ${plural(left, { one: 'vence', other: 'vencen' })} el ${day}.`,
    renew: 'Renovar o cambiar de plan',
    subscribe: 'Elegir un plan',
  },

  more: {
    each: (price) => `${price} por crédito`,
    saves: (share) => `ahorra un ${share}`,
    buy: (price) => `Comprar por ${price}`,
    ask: (format, count, price) => `¿Comprar ${credits(format, count)} por ${price}?`,
    rules: (day) =>
      day === null
        ? 'Se pueden usar enseguida. Los créditos no son reembolsables.'
        : `Se pueden usar enseguida, hasta el ${day} salvo que renueve. Los créditos no son reembolsables.`,
    changed: (format, count, now, earlier) =>
      `El precio ha cambiado: ${credits(format, count)} por ${now} ahora, no ${earlier}. No se cobró nada.`,
    never: 'Ahora no',
    close: 'Cerrar',
    sending: 'Pagando …',
    pending:
      'Su banco aún no ha decidido. Los créditos llegan en cuanto lo haga, también si deja esta página.',
    unknown:
      'No llegó respuesta, así que aún no sabemos si se le cobró. Volver a intentarlo nunca cobra dos veces.',
    other: (status) =>
      `El pago está «${status}», así que aún no sabemos si se le cobró. Volver a intentarlo nunca cobra dos veces.`,
    again: 'Volver a intentar',
    done: (format, count, day) =>
      `${credits(format, count)} más. ${day === null ? '' : `Valen hasta el ${day} salvo que renueve.`}`,
    declined: 'Su banco rechazó el pago. No se cobró nada.',
    returned: 'Su suscripción terminó antes de que llegara el pago. Se le devuelve el dinero.',
    subscribeFirst:
      'Los paquetes necesitan una suscripción en curso, porque los créditos comprados vencen con ella.',
    none: 'Ahora no hay paquetes a la venta.',
  },

  topUp: {
    title: 'Recarga automática y aviso de pocos créditos',
    on: (format, count, below) =>
      `Activa: compra ${credits(format, count)} cuando quedan menos de ${format.count(below)}.`,
    off: 'Inactiva. Actívela, y se compra un paquete cuando queden pocos.',
    spent: (spent, cap) => `${spent} gastados este mes, de ${cap} como máximo.`,
    stopped: (why) =>
      why === 'price-changed'
        ? 'Se ha detenido: el paquete cuesta más que cuando guardó esto. Guárdelo otra vez para que siga.'
        : `Se ha detenido: ${why}. Guárdelo otra vez para que siga.`,
    retry: (at) => `El último pago fue rechazado. Nuevo intento el ${at}.`,
    enable: 'Comprar un paquete automáticamente',
    pack: 'Paquete',
    packOption: (format, count, price) => `${credits(format, count)} por ${price}`,
    below: 'Cuando queden menos créditos que',
    cap: (currency) => `Como máximo al mes, en ${currency}`,
    save: 'Guardar',
    saveAndBuy: (format, count, price) =>
      `Guardar y comprar ${format.count(count)} por ${price} ahora`,
    saving: 'Guardando …',
    saved: 'Guardado.',
    savedAndBuys: (format, count, price) =>
      `Guardado. Se están comprando ${credits(format, count)} por ${price}.`,
    notKnown: (moment) =>
      `No llegó respuesta, así que no se sabe si se guardó. Después del ${moment} ya no se guardará.`,
    noticeTitle: 'Avisarme cuando queden menos créditos que',
    noticeHint: 'Vacío: nunca.',
    rules:
      'Cada compra se cobra como si la hubiera hecho usted. Los créditos no son reembolsables.',
  },

  dimensions: {
    audio: { false: 'sin sonido', true: 'con sonido' },
  },

  make: {
    each: (format, count) => `${credits(format, count)} por generación`,
    eachUnit: (format, count, per) =>
      `${credits(format, count)} por ${per === 1 ? 'segundo' : format.seconds(per)}`,
    atMost: (length) => `hasta ${length}`,
    length: (name) => `Duración de ${name}`,
    lengthExact: (name) => `Duración de ${name}, en segundos`,
    unit: 's',
    result: (format, price) => `${credits(format, price)}:`,
    count: (format, count) =>
      count === 1 ? 'puede crear una' : `puede crear ${format.count(count)}`,
    range: (format, longest) => `Escriba de ${format.count(0.001)} a ${longest}.`,
    short: (format, price, have) =>
      `Costaría ${format.count(price)} y usted tiene ${format.count(have)}.`,
    ways: (buy, shorten) => {
      if (buy === null) return shorten === null ? '' : `Puede ${shorten}.`;
      return shorten === null ? `${buy}.` : `${buy} o ${shorten}.`;
    },
    buy: (format, count, price) => `Comprar ${format.count(count)} por ${price}`,
    shorten: (length) => `acortarla a ${length}`,
    none: 'Ahora no se ofrece ningún tipo de generación.',
  },

  went: {
    period: 'Período',
    days,
    kind: 'Tipo',
    allKinds: 'Todos los tipos',
    chart: 'Créditos usados por día',
    total: (format, total, count) => `Usados en ${days(format, count)}: ${credits(format, total)}`,
    onDay: (day, parts) => `${day}: ${parts.length === 0 ? 'nada' : parts.join(', ')}`,
    part: (format, kind, used) => `${kind} ${format.count(used)}`,
    unused: (format, count, kind) =>
      `No se usaron créditos${kind === null ? '' : ` para ${kind}`} en los últimos ${days(format, count)}.`,
    asTable: 'Mostrar como tabla',
    day: 'Día',
    sum: 'Total',
    fresh: 'Nada todavía. Aquí figura lo que costó cada generación, con su recibo.',
    nothing: (format, count, kind) =>
      `No pasó nada${kind === null ? '' : ` con ${kind}`} en los últimos ${days(format, count)}.`,
    more: 'Mostrar más',
    loadingMore: 'Cargando …',
    failed: 'Esto no se puede mostrar ahora.',
    csv: 'Descargar como CSV',
    csvBusy: 'Preparando …',
    csvFailed: 'No se pudo preparar el archivo.',
    change: (change, count) => `${change} ${unit(Math.abs(count))}`,
    running: (format, reserved) =>
      `${format.count(reserved)} ${plural(reserved, { one: 'reservado', other: 'reservados' })}`,
    uncharged: 'sin cobro',
    granted: {
      plan: (plan) => plan ?? 'Plan',
      pack: (format, count) => `Compra de ${credits(format, count)}`,
      promotion: 'Promoción',
      adjustment: 'Ajuste',
      unknown: 'Créditos añadidos',
    },
    expired: (format, count) =>
      `${plural(count, { one: 'Venció', other: 'Vencieron' })} ${credits(format, count)}`,
    deducted: 'Ajuste',
    refunded: (format, count) => `${credits(format, count)} de un paquete reembolsado`,
    notRefunded: 'Devueltos: el reembolso no se hizo',
    owed: (format, count) =>
      `${credits(format, count)} adeudados: usados antes de reembolsar su paquete`,
    repaid: 'Deuda pagada',
    frozen: (format, count) =>
      `${credits(format, count)} bloqueados: su banco revisa el pago de su paquete`,
    unfrozen: (format, count) => `${credits(format, count)} desbloqueados`,
    lost: (format, count) => `${credits(format, count)} de un paquete cuyo pago retiró su banco`,
    receipt: {
      loading: 'Cargando el recibo …',
      failed: 'El recibo no se puede mostrar ahora.',
      quoted: 'Presupuesto',
      charged: 'Cobrado',
      returned: 'Devuelto',
      length: 'Duración',
      started: 'Inicio',
      ended: 'Fin',
      from: 'Pagado con',
      heldFrom: 'Reservado de',
      output: 'Resultado',
      open: 'Abrir',
      why: 'Motivo',
      cancelled: (format, charged, reserved) =>
        `Se canceló; hasta entonces se usaron ${format.count(charged)} de ${credits(format, reserved)}.`,
      id: 'Solicitud',
    },
    reasons: {
      cancelled: 'Se canceló a tiempo.',
      orphaned: 'Se interrumpió antes de terminar.',
      'timed-out': 'Tardó demasiado y se detuvo.',
      ADMISSION_TIMED_OUT: 'No pudo empezar a tiempo.',
      WAIT_TIMED_OUT: 'Los créditos que esperaba no llegaron a tiempo.',
      PRICE_CHANGED: 'El precio cambió mientras esperaba.',
      PROVIDER_FAULT: 'El servicio que debía hacerla no dio una respuesta con sentido.',
      'content-refused': 'El contenido fue rechazado.',
    },
  },

  parts: {
    order: 'Se usan de arriba abajo.',
    left: (format, left, of) => `${format.count(left)} de ${credits(format, of)}`,
    until: (day) => `hasta el ${day}`,
    withPlan: (day) => `hasta el ${day}, más tiempo si renueva`,
    none: 'Nada todavía. Aquí figuran los créditos de su plan, de paquetes y de promociones.',
  },

  connection: {
    offline:
      'Ahora no podemos conectar con el servidor. Estas son las últimas cifras; sus créditos están a salvo.',
    offlineEmpty:
      'Ahora no podemos conectar con el servidor. No se cobró nada. Seguimos intentándolo.',
    expired:
      'Su sesión ha caducado. Sus créditos están a salvo. Inicie sesión otra vez para verlos.',
    login: 'Iniciar sesión otra vez',
    error: 'Sus créditos no se pueden mostrar ahora. No se cobró nada.',
    code: (code) => `Código para soporte: ${code}`,
    retry: 'Volver a intentar',
    loading: 'Cargando sus créditos …',
  },

  problems: {
    nothing: 'No se cobró nada.',
    SUBSCRIPTION_REQUIRED: 'No se cobró nada. Los paquetes necesitan una suscripción en curso.',
    UNKNOWN_PACK: 'No se cobró nada. Este paquete ya no se vende.',
    CANCEL_LIMIT_REACHED: 'No se cambió nada. Fueron demasiadas veces, así que sigue en curso.',
    RATE_LIMITED: 'No se cobró nada. Fueron demasiadas veces; inténtelo en un minuto.',
    INVALID_MONTHLY_CAP:
      'No se cambió nada. El límite mensual es menor que el precio de un paquete.',
    INVALID_THRESHOLD: 'No se cambió nada. Escriba un número entero mayor que 0.',
    TOP_UP_THRESHOLD_TOO_HIGH: 'No se cambió nada. El umbral debe ser menor que un paquete.',
    ADMISSION_STOPPED: 'No se cobró nada. Su cuenta está detenida en este momento.',
    ACCOUNT_IN_DEBT: 'No se cobró nada. Debe créditos de un paquete reembolsado; compre antes.',
    PAYMENT_METHOD_NOT_OWNED: 'No se cobró nada. Este medio de pago no es suyo.',
    PAYMENT_METHOD_REFUSED: 'No se cobró nada. Use otro medio de pago.',
    PAYMENT_ATTEMPTS_EXCEEDED:
      'No se cobró nada. Han fallado demasiados pagos; inténtelo más tarde.',
    PURCHASE_LIMIT_REACHED: 'No se cobró nada. Es todo por hoy; inténtelo mañana.',
    offline: 'No llegó respuesta. Inténtelo cuando tenga conexión.',
    unchanged: 'No se cambió nada.',
  },
};
