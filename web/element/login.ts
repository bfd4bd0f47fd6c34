/**
 * The script of the page that logs in. The address holds the token behind `#`, which browsers send
 * to no server.
 */

type Case = 'busy' | 'nobody' | 'refused' | 'unreachable';

interface Refusal {
  detail: string;
  code: string;
}

/**
 * Begins a session with the token in the address, and opens the credits page. Shows the case if
 * that fails.
 */
export async function logIn(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  // Removes the token from the address and the history, where it would outlive this page.
  history.replaceState(null, '', location.pathname);
  if (token === null) return show('nobody');
  try {
    const answer = await fetch('/credits/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) location.replace('/credits');
    else show('refused', (await answer.json()) as Refusal);
  } catch {
    show('unreachable');
  }
}

function show(name: Case, refusal?: Refusal): void {
  const cases = document.querySelector('#cases');
  const template = cases?.querySelector<HTMLTemplateElement>(`template[data-case="${name}"]`);
  if (!cases || !template) return;
  const shown = document.importNode(template.content, true);
  for (const part of ['detail', 'code'] as const) {
    const place = shown.querySelector(`[data-part="${part}"]`);
    if (place) place.textContent = refusal?.[part] ?? '';
  }
  cases.querySelector('section')?.replaceWith(shown);
}

addEventListener('hashchange', () => void logIn());
void logIn();
