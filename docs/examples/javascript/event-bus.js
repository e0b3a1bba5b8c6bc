// Lists models, infers, is refused, and listens to telemetry, by SockJS:
//
//   npm install
//   node event-bus.js [http://127.0.0.1:8000/eventbus] [@vertx/eventbus-bridge-client.js | vertx3-eventbus-client]
'use strict';

const url = process.argv[2] || 'http://127.0.0.1:8000/eventbus';
const EventBus = require(process.argv[3] || '@vertx/eventbus-bridge-client.js');
const BYTES = {BOOL: 1, INT8: 1, UINT8: 1, INT16: 2, UINT16: 2, FP16: 2, INT32: 4, UINT32: 4, FP32: 4};

const bus = new EventBus(url);
bus.onopen = () => talk().then(() => bus.close(), failed);
bus.onclose = () => process.exit(process.exitCode);
bus.onerror = failed;

function failed(why) {
  console.error(why.message || why);
  process.exit(1);
}

/** What is wrong with a message fails; a decision against it is a reply like any other. */
function ask(address, body) {
  return new Promise((resolve, reject) =>
    bus.send(address, body, (failure, message) => failure ? reject(failure) : resolve(message.body)));
}

/** One row of zeros for each input of that model. */
function zeros(model) {
  return model.inputs.map(({name, datatype, shape}) => {
    const elements = shape.reduce((product, dimension) => product * dimension, 1);
    const bytes = Buffer.alloc(elements * (BYTES[datatype] || 8));
    return {name, datatype, shape: [1, ...shape], base64: bytes.toString('base64')};
  });
}

async function talk() {
  const {models} = await ask('clockwork.models', {op: 'ls'});
  const model = models.find(({state}) => state === 'ready');
  console.log(`${models.length} models, among them ${model.name}`);

  const answer = await ask('clockwork.infer',
    {model: model.name, inputs: zeros(model), slo_ms: 5000, encoding: 'base64', id: 'mine-1'});
  if (answer.error) {
    throw new Error(answer.error);
  }
  const [output] = answer.outputs;
  console.log(`inferred: ${output.name} ${output.datatype} [${output.shape}] for ${answer.id}`
    + ` in ${answer.timings.latency_us} us`);

  const refused = await ask('clockwork.infer',
    {model: model.name, inputs: zeros(model), slo_us: model.smallest_exec_us / 2});
  console.log(`${refused.code}: cause ${refused.cause}, again in ${refused.retry_after_us} us: ${refused.error}`);

  await ask('clockwork.controller.wishes', {})
    .catch(({failureCode, message}) => console.log(`${failureCode}: ${message}`));

  const summary = await new Promise((resolve, reject) =>
    bus.registerHandler('clockwork.telemetry.summary',
      (failure, message) => failure ? reject(failure) : resolve(message.body)));
  console.log(`telemetry: ${summary.gpus} GPUs, goodput ${summary.goodput_per_s}/s,`
    + ` refused ${JSON.stringify(summary.refused)}`);
}
