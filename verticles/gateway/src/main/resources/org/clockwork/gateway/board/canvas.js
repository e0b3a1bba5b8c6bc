/** A canvas as large as its element, in the pixels that the screen has, with the page's colours. */

export class Surface {
  #colours = new Map();
  #style;

  /** @param resized is called whenever what is drawn has to be drawn anew */
  constructor(canvas, resized = () => {}) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: true });
    this.#style = getComputedStyle(canvas);
    this.width = 0;
    this.height = 0;
    new ResizeObserver(() => {
      this.#fit();
      resized();
    }).observe(canvas);
    this.#fit();
  }

  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  clear() {
    this.context.clearRect(0, 0, this.width, this.height);
    this.context.font = '11px system-ui, sans-serif';
    this.context.textBaseline = 'middle';
    return this.context;
  }

  /** A colour of the page by its name, such as "muted". */
  colour(name) {
    let colour = this.#colours.get(name);
    if (!colour) {
      // A custom property keeps its light-dark() unresolved; a property that uses it doesn't.
      const probe = document.createElement('i');
      probe.style.color = `var(--${name})`;
      this.canvas.parentNode.append(probe);
      colour = getComputedStyle(probe).color;
      probe.remove();
      this.#colours.set(name, colour);
    }
    return colour;
  }

  /** Light has become dark, or the other way round. */
  forgetColours() {
    this.#colours.clear();
  }

  get dark() {
    return this.#style.colorScheme === 'dark'
      || (this.#style.colorScheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  }
}

/** Round numbers up to the largest, no more than so many. */
export function ticks(largest, most) {
  if (!(largest > 0)) return [];
  const raw = largest / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  const all = [];
  for (let value = step; value <= largest * 1.0001; value += step) all.push(value);
  return all;
}
