// Makes of the host's functions what a script sees as `clockwork`. What is allowed is decided by the
// host (HostFunctions), for both languages alike; here calls get the shape that is usual in
// JavaScript, and what the host complains of becomes an error.
(function () {
  'use strict';
  const KINDS = { TypeError, RangeError, Error };

  return function (host) {
    const OPTIONS = Array.from(host.options);

    function sound(result) {
      if (typeof result === 'string') {
        const colon = result.indexOf(': ');
        throw new KINDS[result.slice(0, colon)](result.slice(colon + 2));
      }
      return result;
    }

    function checkOptions(options) {
      if (typeof options !== 'object') {
        sound(host.wrongOptions(options));
      }
      for (const name in options) {
        if (!OPTIONS.includes(name)) {
          sound(host.unknownOption(name));
        }
      }
    }

    function tensors(outputs) {
      if (outputs === null) {
        return undefined;
      }
      const named = {};
      for (const [name, shape, data] of outputs) {
        named[name] = { shape: Array.from(shape), data: Array.from(data) };
      }
      return named;
    }

    function infer(model, options) {
      let settle;
      const answer = new Promise((resolve) => {
        settle = resolve;
      });
      const take = (status, latencyMillis, met, cause, reason, retryAfterMillis, outputs) =>
        settle({
          status, latencyMillis, met, cause, reason, retryAfterMillis, outputs: tensors(outputs),
        });
      if (options === undefined || options === null) {
        sound(host.infer(model, null, null, null, null, null, null, take));
      } else {
        checkOptions(options);
        sound(host.infer(model, options.sloMillis, options.sloFactor, options.tenant,
          options.priority, options.input, options.outputs, take));
      }
      return answer;
    }

    function afterMillis(millis, callback) {
      if (callback !== undefined) {
        return { stop: sound(host.afterMillis(millis, callback)) };
      }
      let settle;
      const time = new Promise((resolve) => {
        settle = resolve;
      });
      sound(host.afterMillis(millis, () => settle()));
      return time;
    }

    function argsWith(defaults) {
      sound(host.expectArguments(...Object.keys(defaults)));
      const values = {};
      for (const [name, usual] of Object.entries(defaults)) {
        values[name] = sound(host.argument(name, usual))[0];
      }
      return values;
    }

    // The same dice for those who write Math.random: a run is a function of its seed.
    Math.random = () => host.random();

    return Object.freeze({
      models: () => Array.from(sound(host.models())),
      load: (name, copies) => Array.from(sound(host.load(name, copies))),
      infer,
      everyMillis: (millis, callback) => ({ stop: sound(host.everyMillis(millis, callback)) }),
      afterMillis,
      poisson: (perSecond, callback) => ({ stop: sound(host.poisson(perSecond, callback)) }),
      random: () => host.random(),
      args: Object.freeze(Object.fromEntries(Array.from(host.arguments, ([name, value]) => [name, value]))),
      argsWith,
      report: (name, value) => void sound(host.report(name, value)),
      log: (text) => void host.log(typeof text === 'string' ? text : JSON.stringify(text)),
      trace: (models, day) => Array.from(sound(host.trace(models, day)), (row) => Array.from(row)),
      publish: (address, message) => void sound(host.publish(address, JSON.stringify(message))),
      subscribe: (address, callback) =>
        void sound(host.subscribe(address,
          typeof callback === 'function' ? (text) => callback(JSON.parse(text)) : callback)),
    });
  };
})();
