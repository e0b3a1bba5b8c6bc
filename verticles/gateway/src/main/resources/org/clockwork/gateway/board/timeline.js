/** One request as a picture: what was predicted of it and what happened, from left to right. */

const WIDTH = 820;
const LABEL = 92;
const LANE = 30;
const BAR = 14;

/** @param story as /explain/ answers it */
export function timeline(story) {
  const lanes = lanesOf(story);
  const times = lanes.flatMap((lane) => lane.bars.flatMap((bar) => [bar.from, bar.to]));
  const slo = story.slo_ms;
  // An objective far away would press all that happened into one corner.
  const happened = Math.max(...times, story.latency_ms ?? 0, 0.001);
  const end = (slo !== undefined && slo < 6 * happened ? Math.max(happened, slo) : happened) * 1.04;
  const begin = Math.min(0, ...times);
  const x = (ms) => LABEL + ((WIDTH - LABEL - 8) * (ms - begin)) / (end - begin);
  const height = lanes.length * LANE + 26;
  const svg = make('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img' });
  const title = make('title', {});
  title.textContent = 'Timeline of ' + story.request_id;
  svg.append(title);
  const step = stepOf(end - begin);
  for (let ms = Math.ceil(begin / step) * step; ms <= end; ms += step) {
    svg.append(make('line', { class: 'guide', x1: x(ms), x2: x(ms), y1: 0, y2: height - 20 }));
    svg.append(text(x(ms), height - 6, `${Number(ms.toFixed(3))} ms`, { 'text-anchor': 'middle' }));
  }
  lanes.forEach((lane, place) => {
    const y = place * LANE + 6;
    svg.append(text(0, y + 11, lane.name, { class: 'in' }));
    lane.bars.forEach((bar) => svg.append(...shapes(bar, x, y)));
  });
  if (slo !== undefined && slo <= end) {
    svg.append(make('line', { class: 'deadline', x1: x(slo), x2: x(slo), y1: 0, y2: height - 20 }));
    svg.append(text(x(slo) - 4, height - 22, 'deadline', { 'text-anchor': 'end' }));
  }
  return svg;
}

function lanesOf(story) {
  const lanes = [];
  if (story.latency_ms !== undefined) {
    lanes.push({ name: 'request', bars: [{ kind: 'wait', from: 0, to: story.latency_ms }] });
  }
  for (const load of story.loads) {
    const bars = [{ kind: 'predicted', from: load.sent_ms, to: load.sent_ms + load.predicted_ms }];
    if (load.load_ms) bars.push({ kind: 'load', from: load.load_ms[0], to: load.load_ms[1] });
    else bars.push({ kind: 'refused', from: load.sent_ms, to: load.sent_ms });
    lanes.push({ name: `LOAD ${load.worker}-${load.gpu}`, bars });
  }
  for (const attempt of story.attempts) {
    const place = `${attempt.worker}-${attempt.gpu}`;
    const predicted = { kind: 'predicted', from: attempt.predicted_begin_ms, to: attempt.predicted_end_ms };
    const latest = { kind: 'latest', from: attempt.latest_begin_ms, to: attempt.latest_begin_ms };
    const exec = [predicted];
    if (Math.abs(attempt.latest_begin_ms) < 1e7) exec.push(latest);
    if (attempt.exec_ms) {
      lanes.push({ name: `INPUT ${place}`, bars: [phase('input', attempt.input_ms)] });
      exec.unshift(phase('exec', attempt.exec_ms));
      lanes.push({ name: `EXEC ${place}`, bars: exec });
      lanes.push({ name: `OUTPUT ${place}`, bars: [phase('output', attempt.output_ms)] });
    } else {
      if (attempt.answered_ms !== undefined) exec.push({ kind: 'refused', from: attempt.answered_ms, to: attempt.answered_ms });
      lanes.push({ name: `EXEC ${place}`, bars: exec });
    }
  }
  return lanes;
}

function phase(kind, [from, to]) {
  return { kind, from, to };
}

function shapes(bar, x, y) {
  if (bar.kind === 'latest') {
    return [make('line', { class: bar.kind, x1: x(bar.from), x2: x(bar.from), y1: y - 4, y2: y + BAR + 4 })];
  }
  const width = Math.max(2, x(bar.to) - x(bar.from));
  const outlined = bar.kind === 'predicted' ? 3 : 0;
  return [make('rect', { class: bar.kind, x: x(bar.from), y: y - outlined, width, height: BAR + 2 * outlined, rx: 2 })];
}

function stepOf(length) {
  const power = 10 ** Math.floor(Math.log10(length / 6));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= length / 6);
}

function text(x, y, content, attributes = {}) {
  const element = make('text', { x, y, ...attributes });
  element.textContent = content;
  return element;
}

function make(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
}
