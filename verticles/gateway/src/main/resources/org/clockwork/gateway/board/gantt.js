/** What the devices shown ran, drawn as it happens: a strip of four executors for each. */

import { Surface, ticks } from './canvas.js';
import { clock, count, millis, percent, words } from './format.js';
import { INFER, LOAD, Run } from './state.js';

/** Behind the newest frame: by then what happened at that moment has arrived, and nothing jumps. */
const DELAY_MS = 450;
const STRIP = 60;
const AXIS = 20;

/** Of the window, for the devices shown. */
const SHARE = 0.6;

/** Of each executor, from the top of its strip. */
const LANES = {
  exec: { y: 7, height: 22 },
  input: { y: 32, height: 5 },
  output: { y: 39, height: 5 },
  load: { y: 47, height: 7 },
};

/** Below this many pixels a prediction would only blur what happened. */
const PREDICTION_PIXELS = 16;
const NAME_PIXELS = 44;
const HUES = [212, 168, 262, 32, 190, 300, 96, 232, 14, 150, 336, 52];

export class Gantt {
  spanMs = 1000;
  #surface;
  #state;
  #shown = [];
  #offset = NaN;
  #frozen;
  #pointer;

  /**
   * @param onAsk is given the id of a request that is to be explained
   */
  constructor(canvas, tip, state, onAsk) {
    this.#surface = new Surface(canvas, () => this.draw());
    this.#state = state;
    this.tip = tip;
    canvas.addEventListener('pointermove', (event) => this.#point(event));
    canvas.addEventListener('pointerleave', () => this.#point());
    canvas.addEventListener('click', () => {
      const request = this.#hit()?.run[Run.REQUEST];
      if (request) onAsk(request);
    });
  }

  /** How many devices fit, with room left for the rest of the page. */
  get capacity() {
    return Math.max(3, Math.min(12, Math.floor((innerHeight * SHARE - AXIS) / STRIP)));
  }

  get paused() {
    return this.#frozen !== undefined;
  }

  show(devices) {
    this.#shown = devices;
    this.#surface.canvas.style.height = devices.length * STRIP + AXIS + 'px';
  }

  themed() {
    this.#surface.forgetColours();
  }

  /** A frame of that time has come: tells how the page's clock stands to the controller's. */
  arrived(t) {
    const offset = performance.now() - t;
    const far = Number.isNaN(this.#offset) || Math.abs(offset - this.#offset) > 1000;
    this.#offset = far ? offset : this.#offset + 0.05 * (offset - this.#offset);
  }

  /** Stands still, so that one can look; what is shown is kept meanwhile. */
  pause(paused) {
    if (paused && !this.paused) {
      const runs = new Map();
      this.#shown.forEach((device) => runs.set(device.no, [...(this.#state.runs.get(device.no) ?? [])]));
      this.#frozen = { t: this.#time(), runs };
    } else if (!paused) {
      this.#frozen = undefined;
    }
  }

  /** While it stands still, by a share of what is shown. */
  pan(share) {
    if (this.paused) {
      this.#frozen.t = Math.min(this.#state.t, this.#frozen.t + share * this.spanMs);
    }
  }

  #time() {
    return this.#frozen?.t ?? performance.now() - this.#offset - DELAY_MS;
  }

  #runs(device) {
    return (this.#frozen?.runs ?? this.#state.runs).get(device.no) ?? [];
  }

  #view() {
    const right = this.#time();
    const label = this.#surface.width < 560 ? 82 : 126;
    const left = right - this.spanMs;
    const width = this.#surface.width - label;
    const pixels = width / this.spanMs;
    return { left, right, label, width, pixels, x: (t) => label + (t - left) * pixels };
  }

  draw() {
    if (Number.isNaN(this.#offset)) return;
    const context = this.#surface.clear();
    const view = this.#view();
    this.#ground(context, view);
    this.#axis(context, view);
    this.#shown.forEach((device, place) => this.#strip(context, view, device, place * STRIP));
    if (this.#pointer) this.#tell();
  }

  #ground(context, view) {
    context.fillStyle = this.#surface.colour('raised');
    this.#shown.forEach((device, place) => {
      for (const lane of Object.values(LANES)) {
        context.fillRect(view.label, place * STRIP + lane.y, view.width, lane.height);
      }
    });
  }

  #strip(context, view, device, top) {
    context.save();
    context.beginPath();
    context.rect(view.label, top, view.width, STRIP);
    context.clip();
    const painter = new Painter(context, this.#surface, view, top, this.#state);
    const runs = this.#runs(device);
    for (let i = runs.length - 1; i >= 0; i--) {
      const run = runs[i];
      if (run[Run.ORIGIN] < view.left) break; // It was over when it was told.
      painter.paint(run);
    }
    context.restore();
    this.#label(context, view, device, top);
  }

  #label(context, view, device, top) {
    context.fillStyle = this.#surface.colour('text');
    context.fillText(device.id, 0, top + 14, view.label - 8);
    context.fillStyle = this.#surface.colour('muted');
    context.fillText(`${percent(device.exec)} busy`, 0, top + 30, view.label - 8);
    context.fillText(`${device.used} / ${device.pages} pages`, 0, top + 45, view.label - 8);
  }

  #axis(context, view) {
    const y = this.#shown.length * STRIP;
    const step = ticks(this.spanMs, Math.max(2, view.width / 120))[0];
    context.strokeStyle = this.#surface.colour('line');
    context.fillStyle = this.#surface.colour('muted');
    context.lineWidth = 1;
    context.beginPath();
    for (let t = Math.ceil(view.left / step) * step; t <= view.right; t += step) {
      const x = Math.round(view.x(t)) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, y + 4);
      const name = clock(t).slice(3) + '.' + String(Math.round(((t % 1000) + 1000) % 1000)).padStart(3, '0');
      if (x < this.#surface.width - 52) context.fillText(name, x + 4, y + 10);
    }
    context.stroke();
  }

  #point(event) {
    this.#pointer = event && { x: event.offsetX, y: event.offsetY };
    if (!event) this.tip.hidden = true;
  }

  /** What is under the pointer; where something else lies over it in time, the later one. */
  #hit() {
    const at = this.#pointer;
    const device = at && this.#shown[Math.floor(at.y / STRIP)];
    if (!device) return undefined;
    const view = this.#view();
    const t = view.left + (at.x - view.label) / view.pixels;
    const slack = 2 / view.pixels;
    const inLoad = at.y % STRIP >= LANES.load.y - 2;
    const runs = this.#runs(device);
    for (let i = runs.length - 1; i >= 0; i--) {
      const run = runs[i];
      if (run[Run.ORIGIN] < view.left) return undefined;
      const [begin, end] = extent(run);
      const here = begin / 1000 + run[Run.ORIGIN] - slack <= t && t <= end / 1000 + run[Run.ORIGIN] + slack;
      if (here && (run[Run.TYPE] === LOAD) === inLoad) return { device, run };
    }
    return undefined;
  }

  #tell() {
    const found = this.#hit();
    this.tip.hidden = !found;
    this.#surface.canvas.style.cursor = found?.run[Run.REQUEST] ? 'pointer' : 'default';
    if (!found) return;
    this.tip.textContent = story(found.run, this.#state);
    const right = this.#pointer.x > this.#surface.width - 340;
    this.tip.style.left = right ? '' : this.#pointer.x + 14 + 'px';
    this.tip.style.right = right ? this.#surface.width - this.#pointer.x + 14 + 'px' : '';
    this.tip.style.top = this.#pointer.y + 14 + 'px';
  }
}

/** Draws runs of one device, the newest first; skips what would fall on the same pixel. */
class Painter {
  #context;
  #surface;
  #view;
  #top;
  #state;
  #drawn = { exec: Infinity, input: Infinity, output: Infinity, load: Infinity };

  constructor(context, surface, view, top, state) {
    this.#context = context;
    this.#surface = surface;
    this.#view = view;
    this.#top = top;
    this.#state = state;
  }

  paint(run) {
    if (run[Run.FAILED] !== 0) {
      this.#failed(run);
    } else if (run[Run.TYPE] === LOAD) {
      this.#bar(run, Run.EXEC, 'load', this.#surface.colour('load'));
    } else if (run[Run.TYPE] === INFER) {
      this.#bar(run, Run.INPUT, 'input', this.#surface.colour('input'));
      this.#bar(run, Run.OUTPUT, 'output', this.#surface.colour('output'));
      this.#exec(run);
    }
  }

  #x(run, cell) {
    return this.#view.x(run[Run.ORIGIN] + run[cell] / 1000);
  }

  #bar(run, cell, name, colour) {
    const x = this.#x(run, cell);
    const width = this.#x(run, cell + 1) - x;
    if (width < 1 && x > this.#drawn[name] - 1) return 0;
    this.#drawn[name] = x;
    const lane = LANES[name];
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, this.#top + lane.y, Math.max(1, width - (width > 4 ? 0.75 : 0)), lane.height);
    return width;
  }

  #exec(run) {
    const width = this.#bar(run, Run.EXEC, 'exec', hue(run[Run.MODEL], this.#surface.dark));
    if (width === 0) return;
    const lane = LANES.exec;
    const x = this.#x(run, Run.EXEC);
    if (run[Run.GOODPUT] < run[Run.REQUESTS]) {
      this.#context.fillStyle = this.#surface.colour('bad');
      this.#context.fillRect(x, this.#top + lane.y + lane.height - 3, Math.max(1, width), 3);
    }
    if (width > NAME_PIXELS) {
      const model = this.#state.models.get(run[Run.MODEL]);
      const text = `${model?.name ?? run[Run.MODEL]} ×${run[Run.REQUESTS]}`;
      this.#context.fillStyle = this.#surface.dark ? '#0b0f14' : '#ffffff';
      this.#context.fillText(text.slice(0, Math.floor((width - 8) / 6)), x + 4, this.#top + lane.y + 11);
    }
    this.#prediction(run);
  }

  #prediction(run) {
    const begin = this.#x(run, Run.BEGIN);
    const width = this.#x(run, Run.END) - begin;
    if (width < PREDICTION_PIXELS) return;
    const lane = LANES.exec;
    this.#context.strokeStyle = this.#surface.colour('muted');
    this.#context.lineWidth = 1;
    this.#context.strokeRect(begin, this.#top + lane.y - 3, width, lane.height + 5);
    this.#context.fillStyle = this.#surface.colour('text');
    this.#context.fillRect(this.#x(run, Run.LATEST) - 0.5, this.#top + lane.y - 5, 1.5, 6);
  }

  #failed(run) {
    const lane = LANES[run[Run.TYPE] === LOAD ? 'load' : 'exec'];
    const x = this.#x(run, Run.BEGIN);
    const width = Math.max(2, this.#x(run, Run.END) - x);
    this.#context.globalAlpha = 0.35;
    this.#context.fillStyle = this.#surface.colour('bad');
    this.#context.fillRect(x, this.#top + lane.y, width, lane.height);
    this.#context.globalAlpha = 1;
    this.#context.strokeStyle = this.#surface.colour('bad');
    this.#context.strokeRect(x, this.#top + lane.y, width, lane.height);
  }
}

function extent(run) {
  if (run[Run.FAILED] !== 0) return [run[Run.BEGIN], run[Run.END]];
  return run[Run.TYPE] === INFER ? [run[Run.INPUT], run[Run.OUTPUT + 1]] : [run[Run.EXEC], run[Run.EXEC + 1]];
}

function story(run, state) {
  const model = state.models.get(run[Run.MODEL])?.name ?? 'M-' + run[Run.MODEL];
  const took = (cell) => millis((run[cell + 1] - run[cell]) / 1000);
  const isLoad = run[Run.TYPE] === LOAD;
  const predicted = `predicted ${millis((run[Run.END] - run[Run.BEGIN]) / 1000)}`;
  if (run[Run.FAILED] !== 0) {
    return `${isLoad ? 'LOAD' : 'INFER'} of ${model}\nrefused by its worker: ${words(run[Run.FAILED])}\n${predicted}`;
  }
  const off = (run[Run.EXEC] - run[Run.BEGIN]) / 1000;
  const when = `began ${millis(Math.abs(off))} ${off < 0 ? 'earlier' : 'later'} than predicted`;
  if (isLoad) return `LOAD of ${model}\ntook ${took(Run.EXEC)}, ${predicted}\n${when}`;
  return [
    `${model}, ${count(run[Run.REQUESTS])} of at most ${run[Run.BATCH]} requests, ${run[Run.GOODPUT]} met`,
    `INPUT ${took(Run.INPUT)} · EXEC ${took(Run.EXEC)} · OUTPUT ${took(Run.OUTPUT)}`,
    `EXEC ${predicted}`,
    when,
    `sent ${millis((run[Run.EXEC] - run[Run.SENT]) / 1000)} before, window open for ${millis((run[Run.LATEST] - run[Run.SENT]) / 1000)}`,
    run[Run.REQUEST] ? `click: explain ${run[Run.REQUEST]}` : '',
  ].join('\n');
}

/** The same model has the same colour everywhere. */
function hue(model, dark) {
  const angle = HUES[model % HUES.length];
  return dark ? `hsl(${angle} 40% 62%)` : `hsl(${angle} 42% 50%)`;
}
