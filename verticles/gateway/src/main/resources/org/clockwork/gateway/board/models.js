/** The models, as a table of thousands of rows of which those in sight are made. */

import { bytes, count, naturally, percent } from './format.js';

const ROW = 28;
const MARGIN_ROWS = 4;

const COLUMNS = [
  { title: 'Model', key: (model) => model.name, show: (model) => model.name },
  { title: 'Copies', key: (model) => model.on.size, show: (model) => count(model.on.size) },
  { title: 'Weights', key: (model) => model.bytes, show: (model) => (model.bytes ? bytes(model.bytes) : '–') },
  { title: 'Per second', key: (model) => model.ended, show: (model) => count(model.ended) },
  { title: 'Met', key: (model) => (model.ended ? model.met / model.ended : -1), show: (model) => percent(model.ended ? model.met / model.ended : NaN) },
  { title: 'Queued', key: (model) => model.queued, show: (model) => count(model.queued) },
  { title: 'Cold', key: (model) => model.cold, show: (model) => count(model.cold) },
];

export class Models {
  #state;
  #column = 3;
  #descending = true;
  #wanted = '';
  #rows = [];
  #body;
  #room;
  #titles;
  #cells = [];

  constructor(element, filter, state) {
    this.#state = state;
    const titles = document.createElement('div');
    titles.className = 'row titles';
    titles.setAttribute('role', 'row');
    this.#titles = COLUMNS.map((column, place) => this.#title(column, place));
    titles.append(...this.#titles);
    this.#body = document.createElement('div');
    this.#body.className = 'rows';
    this.#body.tabIndex = 0;
    this.#body.setAttribute('role', 'rowgroup');
    this.#room = document.createElement('div');
    this.#body.append(this.#room);
    this.#body.addEventListener('scroll', () => this.#show());
    element.append(titles, this.#body);
    filter.addEventListener('input', () => {
      this.#wanted = filter.value.trim().toLowerCase();
      this.update();
    });
    this.#mark();
  }

  #title(column, place) {
    const cell = document.createElement('div');
    cell.setAttribute('role', 'columnheader');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = column.title;
    button.addEventListener('click', () => {
      this.#descending = this.#column === place ? !this.#descending : place > 0;
      this.#column = place;
      this.#mark();
      this.update();
    });
    cell.append(button);
    return cell;
  }

  #mark() {
    this.#titles.forEach((title, place) => {
      title.setAttribute('aria-sort', place !== this.#column ? 'none' : this.#descending ? 'descending' : 'ascending');
    });
  }

  update() {
    const { key } = COLUMNS[this.#column];
    const sign = this.#descending ? -1 : 1;
    const rows = [];
    for (const model of this.#state.models.values()) {
      if (!this.#wanted || model.name.toLowerCase().includes(this.#wanted)) rows.push({ model, key: key(model) });
    }
    const compare = this.#column === 0 ? naturally : (a, b) => a - b;
    // Rates of equal models flicker; their order by id does not.
    rows.sort((a, b) => sign * compare(a.key, b.key) || a.model.id - b.model.id);
    this.#rows = rows;
    this.#room.style.height = rows.length * ROW + 'px';
    this.#show();
  }

  #show() {
    const first = Math.max(0, Math.floor(this.#body.scrollTop / ROW) - MARGIN_ROWS);
    const most = Math.ceil(this.#body.clientHeight / ROW) + 2 * MARGIN_ROWS;
    const last = Math.min(this.#rows.length, first + most);
    for (let i = first; i < last; i++) this.#fill(i - first, i);
    this.#cells.forEach(({ row }, place) => (row.hidden = place >= last - first));
  }

  /** Rows are used again: what scrolls out of sight comes back as another one. */
  #fill(place, index) {
    if (!this.#cells[place]) {
      const row = document.createElement('div');
      row.className = 'row';
      row.setAttribute('role', 'row');
      const cells = COLUMNS.map(() => document.createElement('span'));
      cells.forEach((cell) => cell.setAttribute('role', 'cell'));
      row.append(...cells);
      this.#body.append(row);
      this.#cells[place] = { row, cells };
    }
    const { row, cells } = this.#cells[place];
    const { model } = this.#rows[index];
    row.style.top = index * ROW + 'px';
    row.classList.toggle('idle', model.ended === 0);
    COLUMNS.forEach((column, i) => {
      const text = column.show(model);
      if (cells[i].textContent !== text) cells[i].textContent = text;
    });
    if (cells[0].title !== model.name) cells[0].title = model.name;
  }
}
