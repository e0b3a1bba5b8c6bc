/** Numbers as people read them: three digits, and the unit last. */

export function count(value) {
  if (value >= 1e6) return short(value / 1e6) + 'M';
  if (value >= 1e4) return short(value / 1e3) + 'k';
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : short(value);
}

export function millis(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (Math.abs(value) >= 1e4) return short(value / 1e3) + ' s';
  return Math.abs(value) < 1 && value !== 0 ? short(value * 1e3) + ' µs' : short(value) + ' ms';
}

export function bytes(value) {
  return value >= 2 ** 30 ? short(value / 2 ** 30) + ' GiB' : short(value / 2 ** 20) + ' MiB';
}

export function percent(share) {
  if (share === undefined || Number.isNaN(share)) return '–';
  const value = 100 * share;
  // 99.97 must not read as if nothing had been missed.
  return (value > 99 && value < 100 ? Math.floor(value * 100) / 100 : short(value)) + ' %';
}

export function words(word) {
  return word.replaceAll('_', ' ');
}

/** Of the controller's time, which begins with it. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function naturally(one, other) {
  return one.localeCompare(other, 'en', { numeric: true });
}

function short(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2);
}

/** For scales, where numbers are round. */
export function round(ms) {
  const [value, unit] = ms >= 1000 ? [ms / 1000, 's'] : ms < 1 ? [ms * 1000, 'µs'] : [ms, 'ms'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
