import { HoldfastCredits } from './holdfast-credits';

if (!customElements.get('holdfast-credits'))
  customElements.define('holdfast-credits', HoldfastCredits);

export { HoldfastCredits };
