/** What became of one request, told in words and as a picture; opened by #explain=ID. */

import { millis, words } from './format.js';
import { timeline } from './timeline.js';
import { ask } from './token.js';

const UNDER_WAY_MS = 500;

export class Explain {
  #dialog;
  #title;
  #story;
  #asked = 0;

  constructor(dialog) {
    this.#dialog = dialog;
    this.#title = dialog.querySelector('#title');
    this.#story = dialog.querySelector('#story');
    dialog.querySelector('#close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.addEventListener('close', () => {
      if (location.hash.startsWith('#explain=')) history.replaceState(null, '', location.pathname + location.search);
    });
    addEventListener('hashchange', () => this.#follow());
    this.#follow();
  }

  /** Opens the story of a request, named by its id or its client's own. */
  ask(id) {
    const hash = '#explain=' + encodeURIComponent(id);
    if (location.hash === hash) this.#follow();
    else location.hash = hash;
  }

  async #follow() {
    if (!location.hash.startsWith('#explain=')) return;
    const id = decodeURIComponent(location.hash.slice('#explain='.length));
    const asked = ++this.#asked;
    if (!this.#dialog.open) {
      this.#story.replaceChildren(paragraph('why', 'asking the controller …'));
      this.#title.textContent = 'Request ' + id;
      this.#dialog.showModal();
    }
    try {
      const response = await ask('/explain/' + encodeURIComponent(id));
      const answer = await response.json();
      if (asked !== this.#asked) return;
      this.#tell(answer);
      // It is on its way, or its outcome is: whoever still looks then sees how it ended.
      if (answer.result === 'under_way') setTimeout(() => this.#again(asked), UNDER_WAY_MS);
    } catch (error) {
      if (asked === this.#asked) this.#story.replaceChildren(paragraph('why', String(error.message)));
    }
  }

  #again(asked) {
    if (asked === this.#asked && this.#dialog.open) this.#follow();
  }

  #tell(story) {
    if (story.error) {
      this.#story.replaceChildren(paragraph('why', story.error));
      return;
    }
    this.#title.textContent = 'Request ' + story.request_id;
    const parts = [verdict(story)];
    if (story.cause) parts.push(paragraph('why', story.why));
    parts.push(timeline(story), facts(story), moments(story));
    this.#story.replaceChildren(...parts);
  }
}

function verdict(story) {
  const line = paragraph('verdict', '');
  const result = document.createElement('b');
  result.dataset.result = story.result;
  result.textContent = words(story.result);
  line.append(result);
  if (story.latency_ms !== undefined) line.append(` after ${millis(story.latency_ms)} of ${millis(story.slo_ms)}`);
  if (story.cause) line.append(` · cause: ${words(story.cause)}`);
  return line;
}

function facts(story) {
  const list = document.createElement('dl');
  const add = (name, value) => {
    if (value === undefined) return;
    const term = document.createElement('dt');
    term.textContent = name;
    const what = document.createElement('dd');
    what.append(...[value].flat());
    list.append(term, what);
  };
  add('model', story.model);
  add('its client calls it', story.client_id);
  const others = (story.requests ?? []).filter((id) => id !== story.request_id);
  if (others.length) add('and so these', others.flatMap((id) => [link(id), ' ']));
  add('tenant', story.tenant && `${story.tenant}, priority ${story.priority}`);
  add('rows', story.rows);
  if (story.retry_of) add('a retry of', link(story.retry_of));
  if (story.retry_after_ms) add('told to come again', `${millis(story.retry_after_ms)} later`);
  return list;
}

/** The same as the command line tells it. */
function moments(story) {
  const all = [];
  const add = (at, what) => at !== undefined && all.push({ at, what });
  if (story.model) add(0, 'arrived at its gateway' + (story.cold_start ? '; no GPU held the model' : ''));
  for (const load of story.loads) {
    const where = `LOAD on ${load.worker}-GPU${load.gpu}`;
    add(load.sent_ms, `${where} sent, expected to take ${millis(load.predicted_ms)}`);
    if (load.load_ms) add(load.load_ms[0], `${where} ran ${millis(load.load_ms[1] - load.load_ms[0])}`);
    else add(load.sent_ms, `${where} refused: ${load.refused}`);
  }
  for (const attempt of story.attempts) {
    const where = `${attempt.worker}-GPU${attempt.gpu}`;
    add(attempt.sent_ms, `sent to ${where} with ${attempt.requests} of at most ${attempt.batch_size} requests; EXEC expected from ${millis(attempt.predicted_begin_ms)} to ${millis(attempt.predicted_end_ms)}`);
    for (const other of attempt.in_front) {
      add(attempt.sent_ms, `in front of it there: ${other.batches} of ${other.model}, ${millis(other.exec_ms)}`);
    }
    add(attempt.received_ms, `${where} received it`);
    const phase = (name, span) => span && add(span[0], `${name} on ${where}, ${millis(span[1] - span[0])}`);
    phase('INPUT', attempt.input_ms);
    phase('EXEC', attempt.exec_ms);
    phase('OUTPUT', attempt.output_ms);
    if (attempt.refused) add(attempt.answered_ms, `${where} refused it: ${attempt.refused}`);
  }
  add(story.latency_ms, `ended for the controller: ${words(story.result)}`);
  all.sort((a, b) => a.at - b.at);
  const list = document.createElement('ol');
  list.append(...all.map(({ at, what }) => {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = at.toFixed(3) + ' ms';
    const text = document.createElement('span');
    text.textContent = what;
    item.append(time, text);
    return item;
  }));
  return list;
}

function link(id) {
  const anchor = document.createElement('a');
  anchor.href = '#explain=' + encodeURIComponent(id);
  anchor.textContent = id;
  return anchor;
}

function paragraph(kind, text) {
  const element = document.createElement('p');
  element.className = kind;
  element.textContent = text;
  return element;
}
