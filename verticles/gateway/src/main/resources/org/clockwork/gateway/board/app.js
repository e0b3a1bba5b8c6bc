/** Puts the page together: frames change the state, and what shows it looks again at its own pace. */

import { Errors, Latency, Throughput } from './charts.js';
import { Explain } from './explain.js';
import { Feed } from './feed.js';
import { Fleet } from './fleet.js';
import { count, millis, percent, words } from './format.js';
import { Gantt } from './gantt.js';
import { Models } from './models.js';
import { State, quantile } from './state.js';
import { LiveStream, Recording } from './stream.js';

const SPANS_MS = [100, 250, 1000, 4000];
const FIGURES = ['infer_start', 'infer_duration', 'infer_completion', 'load_duration', 'load_completion'];
const LATELY_SECONDS = 5;
const CHARTS_EVERY_MS = 1000;

const find = (id) => document.getElementById(id);
const state = new State();
const explain = new Explain(find('explained'));
const gantt = new Gantt(find('gantt'), find('tip'), state, (id) => explain.ask(id));
const fleet = new Fleet(find('fleet'), state, () => choose());
const charts = [
  new Throughput(find('throughput'), state, find('endings')),
  new Latency(find('latency'), state),
  new Errors(find('errors'), state),
];
const models = new Models(find('table'), find('filter'), state);
const feed = new Feed(find('feed'), state);
let stream;
let chartsDrawnMs = 0;

function choose() {
  const shown = fleet.shown(gantt.capacity);
  gantt.show(shown);
  stream?.watch(shown.map((device) => device.id));
  const many = fleet.size > shown.length;
  find('note').textContent = many
    ? `${fleet.first + 1} to ${fleet.first + shown.length} of ${fleet.size}; choose others above, or with ↑ and ↓`
    : '';
}

function onFrame(frame) {
  state.apply(frame);
  gantt.arrived(frame.t);
  fleet.update(gantt.capacity);
  document.documentElement.dataset.frames = frame.seq;
  if (performance.now() - chartsDrawnMs < CHARTS_EVERY_MS) return;
  chartsDrawnMs = performance.now();
  charts.forEach((chart) => chart.draw());
  fleet.describe();
  models.update();
  feed.update();
  figures();
}

function figures() {
  const { counts, latencies } = state.lately(LATELY_SECONDS);
  const all = counts.reduce((a, b) => a + b, 0);
  const missed = counts.map((n, ending) => ({ n, word: state.endings[ending] })).slice(1).sort((a, b) => b.n - a.n);
  const devices = [...state.devices.values()];
  const busy = devices.reduce((sum, device) => sum + device.exec, 0) / Math.max(1, devices.length);
  find('goodput').textContent = count(counts[0] / LATELY_SECONDS);
  find('met').textContent = percent(all ? counts[0] / all : NaN);
  find('offered').textContent = `of ${count(all / LATELY_SECONDS)} a second that ended`;
  find('missed').textContent = count((all - counts[0]) / LATELY_SECONDS);
  find('mostly').textContent = 'per second' + (missed[0]?.n ? ', mostly ' + words(missed[0].word) : '');
  find('p50').textContent = millis(quantile(latencies, 0.5));
  find('p99').textContent = millis(quantile(latencies, 0.99));
  find('devices').textContent = count(devices.length);
  find('busy').textContent = `${percent(busy)} busy`;
  find('resident').textContent = count(state.resident);
  find('served').textContent = `of ${count(state.models.size)} served`;
}

function onStatus(kind, text) {
  const status = find('status');
  if (status.dataset.kind === kind && status.textContent === text) return;
  status.dataset.kind = kind;
  status.textContent = text;
}

function play(next) {
  stream?.stop();
  stream = next;
  stream.start();
}

function theme(name) {
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  find('theme').value = name;
  find('theme').textContent = '◐ ' + name;
  gantt.themed();
  charts.forEach((chart) => chart.themed());
}

function span(ms) {
  gantt.spanMs = ms;
  for (const button of find('spans').children) button.setAttribute('aria-pressed', String(Number(button.value) === ms));
}

function pause(paused) {
  gantt.pause(paused);
  find('pause').setAttribute('aria-pressed', String(paused));
  find('pause').textContent = paused ? 'Paused' : 'Pause';
}

function onKey(event) {
  const step = { ArrowLeft: -0.25, ArrowRight: 0.25 }[event.key];
  const pages = { ArrowUp: -1, ArrowDown: 1, PageUp: -gantt.capacity, PageDown: gantt.capacity }[event.key];
  const zoom = { '+': -1, '-': 1 }[event.key];
  if (step) {
    pause(true);
    gantt.pan(step);
  } else if (pages) fleet.page(pages);
  else if (zoom) span(SPANS_MS[Math.max(0, Math.min(SPANS_MS.length - 1, SPANS_MS.indexOf(gantt.spanMs) + zoom))]);
  else if (event.key === ' ') pause(!gantt.paused);
  else return;
  event.preventDefault();
}

function drag() {
  const canvas = find('gantt');
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons === 1 && gantt.paused) gantt.pan(-event.movementX / canvas.clientWidth);
  });
  canvas.addEventListener('keydown', onKey);
}

function controls() {
  SPANS_MS.forEach((ms) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.value = ms;
    button.textContent = millis(ms).replace('1000 ms', '1 s').replace('4000 ms', '4 s');
    button.addEventListener('click', () => span(ms));
    find('spans').append(button);
  });
  FIGURES.forEach((figure) => find('figure').append(new Option(words(figure), figure)));
  find('figure').addEventListener('change', (event) => {
    charts[2].figure = event.target.value;
    charts[2].draw();
  });
  find('pause').addEventListener('click', () => pause(!gantt.paused));
  find('search').addEventListener('submit', (event) => {
    event.preventDefault();
    if (find('query').value.trim()) explain.ask(find('query').value.trim());
  });
  find('recording').addEventListener('change', async (event) => {
    play(new Recording(await event.target.files[0].text(), onFrame, onStatus));
  });
  find('theme').addEventListener('click', () => {
    const next = { auto: 'dark', dark: 'light', light: 'auto' }[find('theme').value];
    localStorage.setItem('theme', next);
    theme(next);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme(find('theme').value));
  addEventListener('resize', choose);
  drag();
}

function drawForever() {
  gantt.draw();
  requestAnimationFrame(drawForever);
}

async function begin() {
  controls();
  span(1000);
  theme(localStorage.getItem('theme') ?? 'auto');
  requestAnimationFrame(drawForever);
  const recording = new URLSearchParams(location.search).get('replay');
  try {
    play(recording ? await Recording.from(recording, onFrame, onStatus) : new LiveStream(onFrame, onStatus));
  } catch (error) {
    onStatus('lost', error.message);
  }
}

begin();
