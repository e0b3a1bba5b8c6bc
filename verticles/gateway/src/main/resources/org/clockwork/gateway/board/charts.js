/** What five minutes looked like: how requests ended, how long they took, how right predictions were. */

import { Surface, ticks } from './canvas.js';
import { count, millis, round, words } from './format.js';
import { addClasses, classMillis, quantile } from './state.js';

const SECONDS = 300;
const LEFT = 48;
const APART = 17;
const NAME_PIXELS = 42;
const BOTTOM = 18;

/** In the order in which they are stacked. */
const TONES = {
  met: 'good', late: 'warn', queue: 'bad', cold_start: 'cold', no_capacity: 'violet', tenant_limit: 'pink',
  draining: 'grey', timed_out: 'deep', cancelled: 'muted', failed: 'text',
};

class Chart {
  constructor(canvas, state) {
    this.state = state;
    this.surface = new Surface(canvas, () => this.draw());
  }

  themed() {
    this.surface.forgetColours();
    this.draw();
  }

  begin() {
    const context = this.surface.clear();
    this.plotWidth = this.surface.width - LEFT - 6;
    this.plotHeight = this.surface.height - BOTTOM - 6;
    this.last = Math.floor(this.state.t / 1000) - 1;
    return context;
  }

  /** Where a second begins; they end at the right edge. */
  x(second) {
    return LEFT + this.plotWidth * (1 - (this.last + 1 - second) / SECONDS);
  }

  axes(context, values, y, name) {
    context.strokeStyle = this.surface.colour('line');
    context.fillStyle = this.surface.colour('muted');
    context.lineWidth = 1;
    context.textAlign = 'right';
    context.beginPath();
    for (const value of values) {
      const at = Math.round(y(value)) + 0.5;
      context.moveTo(LEFT, at);
      context.lineTo(LEFT + this.plotWidth, at);
      context.fillText(name(value), LEFT - 6, at);
    }
    context.stroke();
    context.textAlign = 'left';
  }

  minutes(context) {
    context.fillStyle = this.surface.colour('muted');
    for (let back = 60; back < SECONDS; back += 60) {
      const x = this.x(this.last + 1 - back);
      context.textAlign = 'center';
      context.fillText(`−${back / 60} min`, x, this.surface.height - 8);
    }
    context.textAlign = 'right';
    context.fillText('now', LEFT + this.plotWidth, this.surface.height - 8);
    context.textAlign = 'left';
  }
}

export class Throughput extends Chart {
  #legend;
  #told = '';

  constructor(canvas, state, legend) {
    super(canvas, state);
    this.#legend = legend;
  }

  draw() {
    const context = this.begin();
    const seconds = [...this.state.seconds.values()].filter((second) => second.number <= this.last);
    const largest = Math.max(1, ...seconds.map((second) => second.counts.reduce((a, b) => a + b, 0)));
    const y = (value) => 6 + this.plotHeight * (1 - value / (largest * 1.05));
    const width = Math.max(1, this.plotWidth / SECONDS + 0.4);
    this.axes(context, ticks(largest, 4), y, count);
    const seen = new Set();
    for (const second of seconds) {
      const x = this.x(second.number);
      let below = 0;
      if (x < LEFT) continue;
      second.counts.forEach((n, ending) => {
        if (n === 0) return;
        const name = this.state.endings[ending];
        seen.add(name);
        context.fillStyle = this.surface.colour(TONES[name] ?? 'grey');
        const top = y(below + n);
        context.fillRect(x, top, width, y(below) - top);
        below += n;
      });
    }
    this.minutes(context);
    this.#explain(seen);
  }

  #explain(seen) {
    const names = this.state.endings.filter((name) => name === 'met' || seen.has(name));
    if (names.join() === this.#told) return;
    this.#told = names.join();
    this.#legend.replaceChildren(...names.map((name) => {
      const item = document.createElement('i');
      item.textContent = words(name);
      item.style.setProperty('--tone', `var(--${TONES[name] ?? 'grey'})`);
      return item;
    }));
  }
}

export class Latency extends Chart {
  draw() {
    const context = this.begin();
    const seconds = [...this.state.seconds.values()].filter((second) => second.number <= this.last);
    const [low, high, most] = bounds(seconds);
    if (!most) return;
    const scale = this.plotHeight / (Math.log(high) - Math.log(low));
    const y = (ms) => 6 + this.plotHeight - (Math.log(ms) - Math.log(low)) * scale;
    const width = Math.max(1, this.plotWidth / SECONDS + 0.4);
    const cell = Math.max(2, (scale * Math.LN2) / 8 + 0.5);
    this.axes(context, decades(low, high, y), y, round);
    context.fillStyle = this.surface.colour('good');
    for (const second of seconds) {
      const x = this.x(second.number);
      if (x < LEFT) continue;
      for (let i = 0; i < second.latencies.length; i += 2) {
        context.globalAlpha = 0.12 + 0.68 * Math.sqrt(second.latencies[i + 1] / most);
        context.fillRect(x, y(classMillis(second.latencies[i])) - cell / 2, width, cell);
      }
    }
    context.globalAlpha = 1;
    this.#line(context, seconds, 0.5, y, 'accent');
    this.#line(context, seconds, 0.99, y, 'bad');
    this.minutes(context);
  }

  #line(context, seconds, share, y, colour) {
    context.strokeStyle = this.surface.colour(colour);
    context.lineWidth = 1.5;
    context.beginPath();
    let previous = -2;
    for (const second of seconds.sort((a, b) => a.number - b.number)) {
      const quantiles = (second.quantiles ??= {});
      if (!(share in quantiles)) {
        const classes = new Map();
        addClasses(classes, second.latencies);
        quantiles[share] = quantile(classes, share);
      }
      const x = this.x(second.number) + this.plotWidth / SECONDS / 2;
      if (quantiles[share] === undefined || x < LEFT) continue;
      if (second.number === previous + 1) context.lineTo(x, y(quantiles[share]));
      else context.moveTo(x, y(quantiles[share]));
      previous = second.number;
    }
    context.stroke();
  }
}

export class Errors extends Chart {
  figure = 'infer_start';

  draw() {
    const context = this.begin();
    const both = this.state.errors.get(this.figure);
    if (!both) {
      context.fillStyle = this.surface.colour('muted');
      context.textAlign = 'center';
      context.fillText('nothing predicted since this page was opened', this.surface.width / 2, this.surface.height / 2);
      context.textAlign = 'left';
      return;
    }
    const middle = this.surface.width / 2;
    const largest = Math.max(1, ...both.early.keys(), ...both.late.keys());
    const width = (middle - 12) / (largest + 1);
    const most = Math.max(...both.early.values(), ...both.late.values());
    const base = this.surface.height - BOTTOM;
    const sum = (map) => [...map.values()].reduce((a, b) => a + b, 0);
    const side = (map, direction, colour) => {
      context.fillStyle = this.surface.colour(colour);
      for (const [index, n] of map) {
        const height = (this.plotHeight - 34) * Math.sqrt(n / most);
        const x = direction > 0 ? middle + 1 + index * width : middle - 1 - (index + 1) * width;
        context.fillRect(x, base - height, Math.max(1, width - 0.5), height);
      }
    };
    side(both.early, -1, 'accent');
    side(both.late, 1, 'warn');
    this.#scale(context, middle, width, largest, base);
    const total = sum(both.early) + sum(both.late);
    const tell = (map, word) => `${word} ${count(Math.round(100 * sum(map) / total))} % · p50 ${millis(quantile(map, 0.5))} · p99 ${millis(quantile(map, 0.99))}`;
    context.fillStyle = this.surface.colour('text');
    context.fillText(tell(both.early, 'early'), 4, 14, middle - 12);
    context.fillText(tell(both.late, 'late'), middle + 8, 14, middle - 12);
  }

  #scale(context, middle, width, largest, base) {
    context.strokeStyle = this.surface.colour('line');
    context.fillStyle = this.surface.colour('muted');
    context.textAlign = 'center';
    context.beginPath();
    context.moveTo(middle, 24);
    context.lineTo(middle, base);
    let named = 0;
    for (let power = 0.01; power < classMillis(largest); power *= 10) {
      let index = 0;
      while (classMillis(index) < power) index++;
      const offset = (index + 0.5) * width;
      if (offset - named < NAME_PIXELS) continue;
      named = offset;
      context.fillText(round(power), middle + offset, base + 10);
      context.fillText(round(power), middle - offset, base + 10);
    }
    context.stroke();
    context.fillText('0', middle, base + 10);
    context.textAlign = 'left';
  }
}

/** Round values between both, none closer to the next than its name needs. */
function decades(low, high, y) {
  const values = [];
  for (let power = 1e-3; power < high; power *= 10) values.push(power, 2 * power, 5 * power);
  let last = Infinity;
  return values.filter((ms) => {
    const fits = ms >= low && ms <= high && last - y(ms) >= APART;
    if (fits) last = y(ms);
    return fits;
  });
}

/** The least and the greatest latency that there is, a little apart, and the most of one kind. */
function bounds(seconds) {
  let low = Infinity;
  let high = 0;
  let most = 0;
  for (const { latencies } of seconds) {
    for (let i = 0; i < latencies.length; i += 2) {
      low = Math.min(low, classMillis(latencies[i]));
      high = Math.max(high, classMillis(latencies[i]));
      most = Math.max(most, latencies[i + 1]);
    }
  }
  return [low / 1.3, high * 1.3, most];
}
