/** Where frames come from: the server as they happen, or a recording of them at its own pace. */

import { ask } from './token.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/** Watches the server. Whatever ends the stream, another one is begun. */
export class LiveStream {
  #devices = [];
  #abort;
  #pause = FIRST_PAUSE_MS;
  #stopped = false;

  /**
   * @param onFrame is given each frame
   * @param onStatus is given a kind (live, waiting, lost) and words for it
   */
  constructor(onFrame, onStatus) {
    this.onFrame = onFrame;
    this.onStatus = onStatus;
  }

  start() {
    this.#open();
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
  }

  /** From now on these GPUs are watched closely. */
  watch(devices) {
    if (devices.join() !== this.#devices.join()) {
      this.#devices = devices;
      this.#abort?.abort('others are watched');
      this.#open();
    }
  }

  async #open() {
    const abort = new AbortController();
    this.#abort = abort;
    const query = this.#devices.map((id) => 'device=' + encodeURIComponent(id)).join('&');
    try {
      const response = await ask('/board/stream?' + query, { signal: abort.signal });
      if (!response.ok) {
        const answer = await response.json().catch(() => ({}));
        throw new Error(answer.error ?? `the server answered ${response.status}`);
      }
      this.onStatus('waiting', 'waiting for the controller');
      await lines(response.body, (line) => {
        this.#pause = FIRST_PAUSE_MS;
        this.onStatus('live', 'live');
        this.onFrame(JSON.parse(line));
      });
      throw new Error('the server closed the stream');
    } catch (error) {
      if (!abort.signal.aborted && !this.#stopped) {
        this.onStatus('lost', `${error.message}; trying again`);
        setTimeout(() => this.#abort === abort && this.#open(), this.#pause);
        this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS);
      }
    }
  }
}

/** Plays a recorded stream over and over, each frame at its time. */
export class Recording {
  #lines;
  #stopped = false;

  constructor(text, onFrame, onStatus) {
    this.#lines = text.split('\n').filter((line) => line.trim());
    this.onFrame = onFrame;
    this.onStatus = onStatus;
  }

  static async from(url, onFrame, onStatus) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
    return new Recording(await response.text(), onFrame, onStatus);
  }

  start() {
    this.onStatus('replay', 'recording');
    this.#play(0, performance.now(), JSON.parse(this.#lines[0]).t);
  }

  stop() {
    this.#stopped = true;
  }

  /** A recording shows what was watched when it was made. */
  watch() {}

  #play(next, begunMs, firstT) {
    if (this.#stopped) return;
    const frame = JSON.parse(this.#lines[next]);
    const due = begunMs + frame.t - firstT;
    setTimeout(() => {
      if (this.#stopped) return;
      this.onFrame(frame);
      if (next + 1 < this.#lines.length) {
        this.#play(next + 1, begunMs, firstT);
      } else {
        this.start();
      }
    }, Math.max(0, due - performance.now()));
  }
}

async function lines(body, each) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    let end;
    while ((end = rest.indexOf('\n')) >= 0) {
      if (end > 0) each(rest.slice(0, end));
      rest = rest.slice(end + 1);
    }
  }
}
