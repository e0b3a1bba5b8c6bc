// Requests at a steady rate, evenly spaced, to copies of one model in turn.
//   --rate 100            requests per second in all
//   --model resnet50_v2   the model
//   --copies 1            so many copies of it, each a model of its own
//   --slo 100             the objective in milliseconds
const { argsWith, load, everyMillis, infer } = clockwork;

const { rate, model, copies, slo } = argsWith({
  rate: 100, model: 'resnet50_v2', copies: 1, slo: 100,
});

const names = load(model, copies);
let next = 0;
everyMillis(1000 / rate, () => {
  infer(names[next], { sloMillis: slo });
  next = (next + 1) % names.length;
});
