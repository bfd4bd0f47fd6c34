/**
 * The script of the page that logs in. The address holds the token behind `#`, which browsers send
 * to no server.
 */

type Case = 'busy' | 'nobody' | 'refused' | 'other' | 'unreachable';

/** What the server says of a login that begins no session. */
interface Refusal {
  detail: string;
  code: string;
  /** With SESSION_EXISTS: the account of the link, and the one that the visitor is logged in to. */
  accountId?: string;
  loggedInAs?: string;
}

/**
 * Begins a session with the token in the address, and opens the credits page. Shows the case if
 * that fails.
 */
export async function logIn(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  // Removes the token from the address and the history, where it would outlive this page.
  history.replaceState(null, '', location.pathname);
  if (token === null) show('nobody');
  else await begin({ token });
}

/** `replaces` is the account whose session the visitor agrees to leave. */
async function begin(login: { token: string; replaces?: string }): Promise<void> {
  try {
    const answer = await fetch('/credits/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(login),
    });
    if (answer.ok) return location.replace('/credits');
    const refusal = (await answer.json()) as Refusal;
    if (refusal.code !== 'SESSION_EXISTS') return show('refused', refusal);
    show('other', refusal);
    const button = document.querySelector('[data-part="switch"]');
    const replaces = refusal.loggedInAs;
    button?.addEventListener('click', () => void begin({ ...login, replaces }));
  } catch {
    show('unreachable');
  }
}

const PARTS = ['detail', 'code', 'accountId', 'loggedInAs'] as const;

function show(name: Case, refusal?: Refusal): void {
  const cases = document.querySelector('#cases');
  const template = cases?.querySelector<HTMLTemplateElement>(`template[data-case="${name}"]`);
  if (!cases || !template) return;
  const shown = document.importNode(template.content, true);
  for (const part of PARTS) {
    for (const place of shown.querySelectorAll(`[data-part="${part}"]`))
      place.textContent = refusal?.[part] ?? '';
  }
  cases.querySelector('section')?.replaceWith(shown);
}

addEventListener('hashchange', () => void logIn());
void logIn();
