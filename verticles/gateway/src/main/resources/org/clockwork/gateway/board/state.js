/** What the frames have told so far. Whoever draws reads it; only frames change it. */

const SECONDS = 300;
const RUNS_MS = 12_000;
const FEED_MAX = 200;
const PER_DOUBLING = 8;

/** Where the cells of a run's row are; docs/wire.md says the same in words. */
export const Run = {
  DEVICE: 0, TYPE: 1, MODEL: 2, BATCH: 3, REQUESTS: 4, SENT: 5, BEGIN: 6, END: 7, LATEST: 8,
  INPUT: 9, EXEC: 11, OUTPUT: 13, FAILED: 15, GOODPUT: 16, REQUEST: 17, ORIGIN: 18,
};
export const LOAD = 1;
export const INFER = 2;

/** The middle of a class of durations, in milliseconds. */
export function classMillis(index) {
  if (index < PER_DOUBLING) return (index + 0.5) / 1000;
  const doubling = Math.floor(index / PER_DOUBLING) - 1;
  return ((index % PER_DOUBLING) + PER_DOUBLING + 0.5) * 2 ** doubling / 1000;
}

/** Adds classes and counts, given in turn, to a map. */
export function addClasses(map, sparse) {
  for (let i = 0; i < sparse.length; i += 2) {
    map.set(sparse[i], (map.get(sparse[i]) ?? 0) + sparse[i + 1]);
  }
}

/** What that share of all are below; undefined where there are none. */
export function quantile(map, share) {
  const classes = [...map.keys()].sort((a, b) => a - b);
  let left = share * classes.reduce((sum, index) => sum + map.get(index), 0);
  for (const index of classes) {
    left -= map.get(index);
    if (left <= 0) return classMillis(index);
  }
  return undefined;
}

export class State {
  endings = ['met'];
  devices = new Map();
  models = new Map();
  /** By its number, of the last five minutes: counts by ending, and classes of latency. */
  seconds = new Map();
  errors = new Map();
  feed = [];
  runs = new Map();
  t = 0;
  leftOut = 0;
  resident = 0;
  #modelsT = 0;
  #joining = true;

  apply(frame) {
    if (frame.t < this.t) this.#begin(); // Another controller, or a recording's first frame again.
    const periodMs = Math.max(1, frame.t - this.t);
    this.t = frame.t;
    this.leftOut = frame.left_out;
    if (frame.whole) this.#whole(frame.whole);
    (frame.left ?? []).forEach((no) => this.#left(no));
    (frame.joined ?? []).forEach((device) => this.#joined(device));
    (frame.withdrawn ?? []).forEach((id) => this.models.delete(id));
    (frame.served ?? []).forEach((row) => this.#served(row));
    this.#moved(frame.moved);
    frame.devices.forEach((row) => this.#device(row, periodMs));
    frame.seconds.forEach((row) => this.#second(row));
    if (frame.models) this.#modelRows(frame.models);
    for (const [figure, [early, late]] of Object.entries(frame.errors)) this.#error(figure, early, late);
    frame.runs.forEach((run) => this.#run(run, frame.t));
    frame.misses.forEach((row) => this.#miss(row));
    this.#forget();
  }

  #begin() {
    this.devices.clear();
    this.models.clear();
    this.seconds.clear();
    this.runs.clear();
    this.errors.clear();
    this.feed = [];
    this.resident = 0;
    this.#modelsT = 0;
  }

  #whole(whole) {
    this.endings = whole.endings;
    const before = this.devices;
    this.devices = new Map();
    this.models = new Map();
    whole.models.forEach((row) => this.#served(row));
    this.#joining = before.size === 0;
    whole.devices.forEach((device) => this.#joined(device, before.get(device.no)));
    this.#joining = false;
    whole.seconds.forEach((row) => this.#second(row));
  }

  #joined(device, before) {
    const known = before ?? this.devices.get(device.no);
    if (known) this.#drop(device.no);
    const held = new Set(device.models);
    this.devices.set(device.no, {
      ...device, held, exec: 0, load: 0, used: 0, batches: 0, goodput: 0, ...pick(known),
      models: undefined,
    });
    held.forEach((id) => this.#model(id).on.add(device.no));
    if (!known && !this.#joining) this.#tell('joined', `${device.id} joined: ${device.kind}, ${device.pages} pages`);
  }

  #left(no) {
    const device = this.devices.get(no);
    if (device) {
      this.#drop(no);
      this.devices.delete(no);
      this.runs.delete(no);
      this.#tell('left', `${device.id} left`);
    }
  }

  #drop(no) {
    this.devices.get(no)?.held.forEach((id) => this.models.get(id)?.on.delete(no));
  }

  #model(id) {
    let model = this.models.get(id);
    if (!model) {
      model = { id, name: 'M-' + id, bytes: 0, on: new Set(), ended: 0, met: 0, cold: 0, batches: 0, queued: 0 };
      this.models.set(id, model);
    }
    return model;
  }

  #served([id, name, weights]) {
    Object.assign(this.#model(id), { name, bytes: weights });
  }

  #moved(moved) {
    for (let i = 0; i < moved.length; i += 3) {
      const device = this.devices.get(moved[i + 1]);
      if (!device) continue;
      if (moved[i + 2]) {
        device.held.add(moved[i]);
        this.#model(moved[i]).on.add(device.no);
      } else {
        device.held.delete(moved[i]);
        this.#model(moved[i]).on.delete(device.no);
      }
    }
  }

  #device(row, periodMs) {
    const device = this.devices.get(row[0]);
    if (!device) return;
    // A second's worth of memory: single frames of 200 ms jump.
    const weight = Math.min(1, periodMs / 1000);
    const blend = (old, micros) => old + weight * (Math.min(1, micros / 1000 / periodMs) - old);
    device.load = blend(device.load, row[1]);
    device.exec = blend(device.exec, row[3]);
    device.used = row[5];
    device.batches += weight * (row[7] * 1000 / periodMs - device.batches);
    device.goodput += weight * (row[8] * 1000 / periodMs - device.goodput);
  }

  #second([number, counts, latencies]) {
    this.seconds.set(number, { number, counts, latencies });
  }

  #modelRows(rows) {
    const seconds = this.#modelsT ? Math.max(0.2, (this.t - this.#modelsT) / 1000) : 1;
    this.#modelsT = this.t;
    for (const model of this.models.values()) {
      model.ended = model.met = model.cold = model.batches = 0;
    }
    for (const [id, ended, met, cold, batches, queued] of rows) {
      const model = this.#model(id);
      model.ended = ended / seconds;
      model.met = met / seconds;
      model.cold = cold / seconds;
      model.batches = batches / seconds;
      model.queued = queued;
    }
    this.resident = 0;
    for (const model of this.models.values()) this.resident += model.on.size > 0 ? 1 : 0;
  }

  #error(figure, early, late) {
    let both = this.errors.get(figure);
    if (!both) this.errors.set(figure, (both = { early: new Map(), late: new Map() }));
    addClasses(both.early, early);
    addClasses(both.late, late);
  }

  #run(run, t) {
    let runs = this.runs.get(run[Run.DEVICE]);
    if (!runs) this.runs.set(run[Run.DEVICE], (runs = []));
    run[Run.ORIGIN] = t;
    runs.push(run);
  }

  #miss([request, model, ending, latency]) {
    this.#tell('miss', '', { request, model: this.#model(model).name, ending: this.endings[ending], latency });
  }

  #tell(kind, text, miss) {
    this.feed.unshift({ t: this.t, kind, text, miss });
    if (this.feed.length > FEED_MAX) this.feed.length = FEED_MAX;
  }

  #forget() {
    const oldest = Math.floor(this.t / 1000) - SECONDS;
    for (const number of this.seconds.keys()) {
      if (number < oldest) this.seconds.delete(number);
    }
    for (const runs of this.runs.values()) {
      let old = 0;
      while (old < runs.length && runs[old][Run.ORIGIN] < this.t - RUNS_MS) old++;
      if (old > 64) runs.splice(0, old);
    }
  }

  /** Counts by ending and classes of latency over the last whole seconds. */
  lately(seconds) {
    const last = Math.floor(this.t / 1000) - 1;
    const counts = this.endings.map(() => 0);
    const latencies = new Map();
    for (let number = last; number > last - seconds; number--) {
      const second = this.seconds.get(number);
      if (!second) continue;
      second.counts.forEach((n, ending) => (counts[ending] += n));
      addClasses(latencies, second.latencies);
    }
    return { counts, latencies };
  }
}

function pick(known) {
  return known && { exec: known.exec, load: known.load, batches: known.batches, goodput: known.goodput };
}
