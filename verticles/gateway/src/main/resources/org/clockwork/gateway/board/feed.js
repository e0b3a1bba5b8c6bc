/** What happened that is worth a line: workers that come and go, requests that were not met. */

import { clock, millis, words } from './format.js';

export class Feed {
  #element;
  #state;
  #newest;

  constructor(element, state) {
    this.#element = element;
    this.#state = state;
  }

  update() {
    const { feed } = this.#state;
    if (feed[0] === this.#newest) return;
    this.#newest = feed[0];
    this.#element.replaceChildren(...feed.slice(0, 120).map(line));
  }
}

function line(event) {
  const item = document.createElement('li');
  item.dataset.kind = event.kind;
  const time = document.createElement('time');
  time.textContent = clock(event.t);
  const text = document.createElement('span');
  if (event.miss) {
    const link = document.createElement('a');
    link.href = '#explain=' + encodeURIComponent(event.miss.request);
    link.textContent = event.miss.request;
    text.append(link, ` ${words(event.miss.ending)} after ${millis(event.miss.latency)}, ${event.miss.model}`);
  } else {
    text.textContent = event.text;
  }
  item.append(time, text);
  return item;
}
