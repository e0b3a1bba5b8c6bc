/** All devices at a glance; each is a button that has it shown closely. */

import { naturally, percent } from './format.js';

export class Fleet {
  #element;
  #buttons = new Map();
  #state;
  #first = 0;
  #order = [];
  #sorted = '';

  /** @param onChoice is told that others are to be shown */
  constructor(element, state, onChoice) {
    this.#element = element;
    this.#state = state;
    this.onChoice = onChoice;
  }

  /** The devices to be shown closely, so many. */
  shown(capacity) {
    this.#first = Math.max(0, Math.min(this.#first, this.#order.length - capacity));
    return this.#order.slice(this.#first, this.#first + capacity);
  }

  get size() {
    return this.#order.length;
  }

  get first() {
    return this.#first;
  }

  /** Shows others, by so many further on. */
  page(by) {
    this.#first = Math.max(0, this.#first + by);
    this.onChoice();
  }

  update(capacity) {
    this.#sort();
    const shown = new Set(this.shown(capacity));
    this.#order.forEach((device) => {
      const button = this.#buttons.get(device.no);
      button.style.setProperty('--exec', device.exec.toFixed(2));
      button.style.setProperty('--load-share', device.load.toFixed(2));
      const pressed = String(shown.has(device));
      if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
    });
  }

  describe() {
    this.#order.forEach((device) => {
      const text = `${device.id}, ${device.kind}: EXEC ${percent(device.exec)} busy, LOAD ${percent(device.load)}, ${device.used} of ${device.pages} pages`;
      const button = this.#buttons.get(device.no);
      button.title = text;
      button.setAttribute('aria-label', text);
    });
  }

  /** Comings and goings alone change the order. */
  #sort() {
    this.#order = [...this.#state.devices.values()].sort((a, b) => naturally(a.id, b.id));
    const sorted = this.#order.map((device) => device.no).join();
    if (sorted === this.#sorted) return;
    this.#sorted = sorted;
    const before = this.#buttons;
    this.#buttons = new Map();
    this.#order.forEach((device) => this.#buttons.set(device.no, before.get(device.no) ?? this.#button(device.no)));
    this.#element.replaceChildren(...this.#buttons.values());
    this.describe();
    this.onChoice();
  }

  #button(no) {
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => {
      this.#first = this.#order.findIndex((device) => device.no === no);
      this.onChoice();
    });
    return button;
  }
}
