// In the browser: the price before one presses, the progress, the output, and the way to a pack.
const form = document.querySelector('#make');
const price = document.querySelector('#price');
const refusal = document.querySelector('#refusal');
const films = document.querySelector('#films');

const ask = async (path, body) => {
  const method = body ? 'POST' : 'GET';
  const response = await fetch(path, { method, body: body && new URLSearchParams(body) });
  return response.json();
};

async function showPrice() {
  const { credits } = await ask(`/price?what=${form.what.value}`);
  price.textContent = `for ${credits} credits`;
}

const WORDS = {
  INSUFFICIENT_CREDITS: 'You have too few credits for it. Buy a pack below.',
  ADMISSION_STOPPED: 'Nothing can be made right now.',
};

async function follow(id, prompt) {
  const row = films.appendChild(document.createElement('li'));
  row.dataset.film = id;
  for (;;) {
    const { status, progress, charged, reason } = await ask(`/films/${id}`);
    if (status === 'open' || status === 'unknown') {
      row.textContent = `${prompt}: ${Math.round((progress ?? 0) * 100)}%`;
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    if (status === 'committed')
      row.innerHTML = `<a href="/films/${id}/output">See it</a>, for ${charged} credits`;
    else row.textContent = `Nothing came of it, and nothing was charged (${reason}).`;
    return;
  }
}

form.addEventListener('change', showPrice);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const [id, prompt] = [crypto.randomUUID(), form.prompt.value];
  const { isStarted, why } = await ask('/films', { id, what: form.what.value, prompt });
  refusal.hidden = isStarted;
  if (isStarted) return void follow(id, prompt);
  refusal.textContent = WORDS[why] ?? `It can't be made: ${why}.`;
  document.querySelector('#credits').scrollIntoView({ behavior: 'smooth' });
});
showPrice();
