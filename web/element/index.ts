import { html, render } from 'lit-html';

export class HoldfastCredits extends HTMLElement {
  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    render(html`<p>Credits</p>`, root);
  }
}

customElements.define('holdfast-credits', HoldfastCredits);
