// What gRPC's own client for JavaScript expects. Arguments: host:port, the folder of the protocol's .proto files.
'use strict';
const assert = require('node:assert');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [url, folder] = process.argv.slice(2);
const definition = loader.loadSync('open_inference.proto', {
  includeDirs: [folder], keepCase: true, longs: Number, defaults: true, oneofs: true,
});
const { GRPCInferenceService } = grpc.loadPackageDefinition(definition).inference;
const client = new GRPCInferenceService(url, grpc.credentials.createInsecure());

const SENT = [0.5, -1.25, 2, 3];

function raw(values) {
  return Buffer.from(new Float32Array(values).buffer);
}

function request(model, fields = {}) {
  return {
    model_name: model, id: 'mine', inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2, 2] }],
    raw_input_contents: [raw(SENT)], ...fields,
  };
}

/** The answer, or what went wrong as an Error with code, details and metadata. */
function ask(method, message, ...options) {
  return new Promise((resolve, reject) => {
    client[method](message, ...options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

const claims = {
  async finds_server_and_model_ready() {
    assert.deepStrictEqual(await ask('ServerReady', {}), { ready: true });
    assert.deepStrictEqual(await ask('ModelReady', { name: 'fp32' }), { ready: true });
    assert.strictEqual((await ask('ModelMetadata', { name: 'fp32' })).inputs[0].datatype, 'FP32');
  },

  async infers_raw_and_typed_contents() {
    const answer = await ask('ModelInfer', request('fp32'));
    assert.strictEqual(answer.id, 'mine');
    assert.ok(answer.raw_output_contents[0].equals(raw(SENT)));
    assert.strictEqual(answer.parameters.worker.string_param, 'w');
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 2, 2], contents: { fp32_contents: SENT } }];
    const typed = await ask('ModelInfer', request('fp32', { inputs, raw_input_contents: [] }));
    assert.deepStrictEqual(typed.outputs[0].contents.fp32_contents, SENT);
  },

  async is_told_why_it_is_refused() {
    const error = await refused(ask('ModelInfer', request('refused')));
    assert.strictEqual(error.code, grpc.status.RESOURCE_EXHAUSTED);
    assert.strictEqual(error.details, 'not loaded');
    assert.deepStrictEqual(error.metadata.get('clockwork-cause'), ['cold_start']);
    assert.deepStrictEqual(error.metadata.get('clockwork-retry-after-us'), ['7']);
    assert.ok(error.metadata.get('grpc-status-details-bin')[0].length > 0);
  },

  async reads_messages_as_they_were_written() {
    const metadata = new grpc.Metadata();
    metadata.set('clockwork-slo-us', '100%');
    const error = await refused(ask('ModelInfer', request('fp32'), metadata));
    assert.strictEqual(error.code, grpc.status.INVALID_ARGUMENT);
    assert.strictEqual(
      error.details, "header 'clockwork-slo-us' is '100%'; microseconds are expected, as 25000");
  },

  async is_told_that_its_deadline_has_passed() {
    const error = await refused(ask('ModelInfer', request('silent'), { deadline: Date.now() + 200 }));
    assert.strictEqual(error.code, grpc.status.DEADLINE_EXCEEDED);
  },

  async asks_many_on_one_stream() {
    const stream = client.ModelStreamInfer();
    const good = [];
    let bad = 0;
    stream.on('data', (answer) => {
      if (answer.error_message) {
        bad++;
      } else {
        good.push(answer.infer_response.id);
      }
    });
    const ended = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
    for (let i = 0; i < 300; i++) {
      stream.write(request(i % 3 ? 'fp32' : 'refused', { id: String(i) }));
    }
    stream.end();
    await ended;
    assert.deepStrictEqual([good.length, new Set(good).size, bad], [200, 200, 100]);
  },
};

async function main() {
  for (const [claim, check] of Object.entries(claims)) {
    let failure = '';
    try {
      await check();
    } catch (error) {
      failure = String(error.stack);
    }
    console.log(JSON.stringify({ claim, failure }));
  }
  client.close();
}

main();
